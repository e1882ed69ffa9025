"""Settings of the tests: fast hashing, jobs run at once, nothing written beside the checkout."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from linli.config.settings.base import *  # noqa: F403
from linli.config.settings.base import DATABASES, Q_CLUSTER

LINLI_VAR = Path(tempfile.gettempdir()) / f"linli-test-{os.getpid()}"
LINLI_VAR.mkdir(exist_ok=True)
LINLI_SEALS = LINLI_VAR / "seals"
MEDIA_ROOT = LINLI_VAR / "files"
STATIC_ROOT = LINLI_VAR / "static"
STATIC_ROOT.mkdir(exist_ok=True)
LINLI_POLICY_FOLDERS = []
LINLI_TRAIL_KEY = "the key of the tests, as long as a real one"
SECRET_KEY = "only for tests"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
Q_CLUSTER = {**Q_CLUSTER, "sync": True}
AXES_ENABLED = True
# Tests move their clock by days within one session; those of the limits set them.
LINLI_SESSION_IDLE_MINUTES = LINLI_SESSION_HOURS = 10**6
LINLI_SECOND_FACTOR = False
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["NAME"] = LINLI_VAR / "test.sqlite3"
    DATABASES["default"]["CONN_MAX_AGE"] = 0
