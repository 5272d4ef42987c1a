"""Activations with a learned threshold, as a module of PyTorch."""

from __future__ import annotations

import torch
from torch import nn

__all__ = ["QCFS"]


class QCFS(nn.Module):
    r"""Quantisation-clip-floor-shift activation (Bu et al. 2022, ICLR, equation 15), or the threshold ReLU.

    .. math:: a = \lambda \, \mathrm{clip}(\lfloor z L / \lambda + 1/2 \rfloor / L, 0, 1)

    The gradient of the floor is taken as 1 (equations 18 and 19). Without levels, it is
    :math:`a = \min(\max(z, 0), \lambda)` (Deng & Gu 2021, ICLR, section 4.1).

    Parameters
    ----------
    threshold : float
        Lambda at the start; learned.
    levels : int, optional
        L.

    Raises
    ------
    ValueError
        If the threshold is not positive, or there is less than one level.
    """

    def __init__(self, threshold: float = 1.0, levels: int | None = None) -> None:
        super().__init__()
        if not threshold > 0 or (levels is not None and levels < 1):
            raise ValueError(f"QCFS: threshold {threshold!r}, levels {levels!r}; give positive numbers")
        self.threshold = nn.Parameter(torch.tensor(float(threshold)))
        self.levels = levels

    def forward(self, z: torch.Tensor) -> torch.Tensor:
        """Compute the activation of any shape."""
        share = (z / self.threshold).clamp(0.0, 1.0)
        if self.levels is not None:
            steps = torch.floor(share.detach() * self.levels + 0.5) / self.levels
            share = share + (steps - share).detach()
        return share * self.threshold
