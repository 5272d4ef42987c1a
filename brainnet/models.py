"""``from brainnet.models import NAME``: the module is the catalogue itself, as ``brainnet.models`` is."""

import sys

from brainnet.catalogue.content import models

sys.modules[__name__] = models  # type: ignore[assignment]
