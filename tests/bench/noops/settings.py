"""The hub's own settings, with an empty task beside its own."""

from pathlib import Path

from hub.settings import *  # noqa: F403
from hub.settings import VAR_DIR

CELERY_IMPORTS = ["tests.bench.noops.tasks"]
# Holds one byte for each empty task that was done.
NOOPS_DONE = Path(VAR_DIR) / "noops"
