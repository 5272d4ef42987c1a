"""The network as a page in a browser.

The room is called as the function in it, `brainnet.view(network)`: it can be called itself, so that both are one name.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from brainnet.errors import MissingExtraError
from brainnet.view.parts import check_alike
from brainnet.view.source import scene

if TYPE_CHECKING:
    from brainnet.view.page import Page

__all__ = ["scene", "view"]


def view(
    what: Any,
    after: Any = None,
    *,
    shapes: Mapping[str, tuple[int, ...]] | None = None,
    values: Mapping[str, Any] | None = None,
    seed: int = 0,
    data: str | Path | None = None,
) -> Page:
    """Draw a network as one page that opens in any browser, without a connection.

    Parameters
    ----------
    what : brian2.Network, objects of one, LayerGraph, NirGraph, SpikingGraph, model, protocol, scene, path or name
        See `brainnet.view.scene`.
    after : the same, optional
        A network of equal structure: both are shown side by side, as before and after pruning or learning. Of one
        Brian2 network that changes, take `brainnet.view.scene` before it does.
    shapes : mapping of str to tuple of int, optional
        Populations of a Brian2 network that are images, such as ``{"input": (28, 28)}``; their receptive fields are
        drawn as such.
    values, seed, data
        As a protocol takes them; for protocols alone.

    Returns
    -------
    Page
        ``page.save("report.html")`` writes it; a notebook shows it.

    Raises
    ------
    MissingExtraError
        Bokeh is not installed.
    UnknownNameError, ParameterError
        There is nothing of that name, it cannot be seen, or the two differ in structure.
    ModelFileError, ResultsError
        A file or a run folder cannot be read.

    Examples
    --------
    >>> import brainnet
    >>> from brainnet.ann import Dense, LayerGraph
    >>> layer = Dense("dense_0", [[1.0, 0.0], [0.0, 1.0]], [0.0, 0.5], "identity")
    >>> page = brainnet.view(LayerGraph((layer,), (2,), "tiny", "by hand"))
    >>> page.html[:15]
    '<!DOCTYPE html>'
    """
    try:
        from brainnet.view.page import make_page
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("bokeh", "networkx", "jinja2", "markupsafe"):
            raise
        raise MissingExtraError("a page needs Bokeh and networkx; pip install brainnet[view]") from error
    options: dict[str, Any] = {"values": values, "seed": seed, "data": data}
    first = scene(what, shapes=shapes, **options)
    if after is None:
        return make_page(first)
    second = scene(after, shapes=shapes, **options)
    check_alike(first, second)
    return make_page(first, second)


class _Room(ModuleType):
    __call__ = staticmethod(view)


sys.modules[__name__].__class__ = _Room
