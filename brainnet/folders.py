"""Where brainnet keeps what it need not compute again."""

from __future__ import annotations

import os
from pathlib import Path

from platformdirs import user_cache_dir

__all__ = ["cache_folder"]


def cache_folder() -> Path:
    """Return the folder of brainnet's caches: the user's cache directory, or what BRAINNET_CACHE names."""
    return Path(os.environ.get("BRAINNET_CACHE") or user_cache_dir("brainnet"))
