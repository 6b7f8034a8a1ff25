"""The tests' settings for a web process that shares their database."""

import os

from tests.settings import *  # noqa: F403
from tests.settings import DATABASES

DATABASES["default"]["NAME"] = os.environ["SHARED_DATABASE"]
