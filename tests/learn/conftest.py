"""Lets tests import the references: `import resume`, `import tempotron`."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "reference"))
