"""Settings of a real cluster in a process of its own: short times, SQLite below LINLI_VAR."""

import os

from linli.config.settings.base import *  # noqa: F403
from linli.foundation.jobs.configuration import cluster_settings

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django_q",
    "linli.foundation.trail",
    "linli.foundation.jobs",
]
AUTH_USER_MODEL = "auth.User"
MIDDLEWARE = []
Q_CLUSTER = cluster_settings(workers=1, timeout_seconds=4, retry_seconds=5)
LINLI_JOBS_LOST_AFTER_SECONDS = float(os.environ.get("LINLI_TEST_LOST_AFTER", "2"))
LINLI_JOBS_HEARTBEAT_SECONDS = 0.5
# A cluster serves no pages, so the desk has none.
ROOT_URLCONF = __name__
urlpatterns = []
