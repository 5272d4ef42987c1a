"""What weights are to become in ADMM: few, on few levels, or both; the nearest such weights."""

from __future__ import annotations

from dataclasses import dataclass

import torch

__all__ = ["Constraint"]

ALTERNATIONS = 5  # as in the public code of Deng et al.


@dataclass(frozen=True, eq=False)
class Constraint:
    r"""A set of weights of one layer.

    Parameters
    ----------
    keep : int, optional
        Most weights that are not zero.
    half : int, optional
        n of the levels :math:`\alpha \{-n, ..., n\}`, of any :math:`\alpha`.
    there : boolean tensor
        The weights that may be something else than zero.
    """

    keep: int | None
    half: int | None
    there: torch.Tensor

    def project(self, weights: torch.Tensor) -> torch.Tensor:
        """Return the nearest weights of the set: the largest ones, and of these the nearest levels."""
        kept = weights * self.mask(weights)
        if self.half is None:
            return kept
        alpha = self.interval(kept)
        return alpha * self.steps(kept, alpha)

    def mask(self, weights: torch.Tensor) -> torch.Tensor:
        """Return which weights stay, as numbers."""
        sizes = (weights * self.there).abs()
        if self.keep is None or self.keep >= sizes.numel():
            return (sizes > 0).to(weights.dtype)
        chosen = torch.zeros_like(sizes).flatten()
        chosen[sizes.flatten().topk(self.keep).indices] = 1.0
        return chosen.view_as(sizes) * (sizes > 0)

    def steps(self, weights: torch.Tensor, alpha: torch.Tensor) -> torch.Tensor:
        """Return the nearest multiples of alpha."""
        assert self.half is not None
        return (weights / alpha).round().clamp(-self.half, self.half)

    def interval(
        self, weights: torch.Tensor, alpha: torch.Tensor | None = None, alternations: int = ALTERNATIONS
    ) -> torch.Tensor:
        r"""Return alpha of the nearest levels, by turns with the steps q: :math:`\alpha = V \cdot q / q \cdot q`.

        Parameters
        ----------
        weights : tensor
        alpha : tensor, optional
            Where to begin; else where levels reach a little beyond most of the weights.
        alternations : int
        """
        assert self.half is not None
        if alpha is None:
            there = weights[weights != 0].abs()
            alpha = there.mean() * (1.0 if self.half == 1 else 3.0 / self.half)
        for _ in range(alternations):
            q = self.steps(weights, alpha)
            norm = (q * q).sum()
            if norm == 0:  # all nearer to zero than to any level: let the largest reach one
                alpha = weights.abs().max()
                continue
            alpha = (weights * q).sum() / norm
        return alpha
