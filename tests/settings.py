"""The hub's settings with what tests need: throw-away places, a fast hasher, mail in memory.

`TEST_BACKEND` is sqlite (the default) or postgres; the latter wants DATABASE_URL and REDIS_URL set.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

BACKEND = os.environ.get("TEST_BACKEND", "sqlite")
if BACKEND == "sqlite":
    os.environ.pop("DATABASE_URL", None)
    os.environ.pop("REDIS_URL", None)
if "VAR_DIR" not in os.environ:
    os.environ["VAR_DIR"] = tempfile.mkdtemp(prefix="hub-tests-")
    # Whoever made it clears it away; the processes it starts are given it.
    atexit.register(shutil.rmtree, os.environ["VAR_DIR"], ignore_errors=True)
# Tests that run side by side keep to a folder and a Redis database of their own.
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
if WORKER and Path(os.environ["VAR_DIR"]).name != WORKER:
    os.environ["VAR_DIR"] += f"/{WORKER}"
    Path(os.environ["VAR_DIR"]).mkdir(parents=True, exist_ok=True)
if WORKER and BACKEND == "postgres":
    os.environ["REDIS_URL"] = f"{os.environ['REDIS_URL'].rpartition('/')[0]}/{WORKER.removeprefix('gw')}"
os.environ.setdefault("SECRET_KEY", "only-for-tests-" + "x" * 40)
os.environ.setdefault("FIELD_KEYS", "dGVzdHMtb25seS1rZXktb2YtMzItYnl0ZXMtbG9uZyE=")

from hub.settings import *  # noqa: E402, F403
from hub.settings import CACHES, DATABASES, STATIC_ROOT, STORAGES, VAR_DIR  # noqa: E402

STATIC_ROOT.mkdir(parents=True, exist_ok=True)

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
# A file, not memory: real servers and workers started by tests open it too.
if BACKEND == "sqlite":
    DATABASES["default"]["TEST"] = {"NAME": Path(VAR_DIR) / "test.sqlite3"}
CACHES = (
    CACHES
    if BACKEND == "postgres"
    else {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
)
