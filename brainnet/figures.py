"""``from brainnet.figures import NAME``: the module is the catalogue itself, as ``brainnet.figures`` is."""

import sys

from brainnet.catalogue.content import figures

sys.modules[__name__] = figures  # type: ignore[assignment]
