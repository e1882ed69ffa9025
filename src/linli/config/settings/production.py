"""Settings of a district's server: PostgreSQL, real keys, HTTPS, no demo."""

from __future__ import annotations

import os

from linli.config.environment import BadSetting, secret
from linli.config.settings.base import *  # noqa: F403
from linli.config.settings.base import DATABASES, LINLI_DEMO, LINLI_TRAIL_KEY_FILE, LINLI_VAR, STORAGES
from linli.foundation.watching.configuration import logging_settings

if LINLI_DEMO:
    raise BadSetting("LINLI_DEMO must not be set in production: the demo has accounts with known passwords")
if DATABASES["default"]["ENGINE"] != "django.db.backends.postgresql":
    raise BadSetting("LINLI_DATABASE_URL must name a PostgreSQL database in production")

SECRET_KEY = secret("LINLI_SECRET_KEY", file=LINLI_VAR / "keys" / "secret.key")
LINLI_TRAIL_KEY = secret("LINLI_TRAIL_KEY", file=LINLI_TRAIL_KEY_FILE)
HOSTS = os.environ.get("LINLI_HOSTS", "").split()
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in HOSTS]
# Supervisors and Prometheus ask the server itself, by plain HTTP on this machine.
ALLOWED_HOSTS = [*HOSTS, "127.0.0.1", "localhost"]
SECURE_REDIRECT_EXEMPT = [r"^health/", r"^metrics$"]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
SECURE_SSL_REDIRECT = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
LOGGING = logging_settings(
    form=os.environ.get("LINLI_LOG_FORMAT", "json"), level=os.environ.get("LINLI_LOG_LEVEL", "WARNING")
)
SECURE_HSTS_SECONDS = 31_536_000
WHITENOISE_USE_FINDERS = False
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
