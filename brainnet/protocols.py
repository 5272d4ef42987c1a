"""``from brainnet.protocols import NAME``: the module is the catalogue itself, as ``brainnet.protocols`` is."""

import sys

from brainnet.catalogue.content import protocols

sys.modules[__name__] = protocols  # type: ignore[assignment]
