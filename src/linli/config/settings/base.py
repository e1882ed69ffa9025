"""Settings of a desk or a demo: SQLite, one machine, Chinese first.

Each ``LINLI_…`` variable is listed in docs/reference/settings.md; a contract test compares the two.
"""

from __future__ import annotations

import os
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from linli.config.environment import compiled_kernels, database, flag, number
from linli.foundation.jobs.configuration import cluster_settings
from linli.foundation.watching.configuration import logging_settings

PACKAGE = Path(__file__).resolve().parents[2]
#: Everything that a running Linli writes outside the database lies below this folder.
LINLI_VAR = Path(os.environ.get("LINLI_VAR", "var")).resolve()
# Numba reads it when it is imported, which settings come before.
os.environ.setdefault("NUMBA_CACHE_DIR", str(compiled_kernels(PACKAGE, var=LINLI_VAR)))

DEBUG = False
#: Only for a demo on one's own desk; production reads its own key.
SECRET_KEY = os.environ.get("LINLI_SECRET_KEY", "only-for-a-demo-on-ones-own-desk")
ALLOWED_HOSTS = os.environ.get("LINLI_HOSTS", "localhost 127.0.0.1 [::1] testserver").split()

#: Shows the banner of a demo; production refuses to start with it.
LINLI_DEMO = flag("LINLI_DEMO")
#: Key of the trail's HMAC; outside the database, see docs/explanation/trail.md.
LINLI_TRAIL_KEY = os.environ.get("LINLI_TRAIL_KEY", "")
LINLI_TRAIL_KEY_FILE = LINLI_VAR / "keys" / "trail.key"
LINLI_SEALS = LINLI_VAR / "seals"
#: A district's own policy profiles; they come before those of the package.
LINLI_POLICY_FOLDERS: list[Path] = [LINLI_VAR / "policies"]
LINLI_NAVIGATION = "linli.portal.navigation.navigation"
# Who offers drafts in the layout switch of the governance map, which lies below every room that drafts.
LINLI_MAP_DRAFTS = "linli.layout.plans.web.switching.draft_choices"

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "django_q",
    "axes",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "linli.foundation.trail",
    "linli.foundation.jobs",
    "linli.foundation.watching",
    "linli.foundation.ui",
    "linli.organisation",
    "linli.registry",
    "linli.layout.plans",
    "linli.portal",
]

MIDDLEWARE = [
    "linli.foundation.watching.middleware.Watched",
    "linli.foundation.ui.middleware.SecurityHeaders",
    "linli.foundation.api.middleware.ProblemAnswers",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "linli.organisation.web.limits.SessionLimits",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "linli.config.urls"
WSGI_APPLICATION = "linli.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "linli.foundation.ui.context.frame",
            ],
        },
    },
]

DATABASES = {"default": database(os.environ.get("LINLI_DATABASE_URL", ""), var=LINLI_VAR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
Q_CLUSTER = cluster_settings(workers=number("LINLI_WORKERS", default=1))
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

AUTH_USER_MODEL = "organisation.Person"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
# People sign in by username; the house keeps no e-mail addresses.
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/"
#: A session ends when nothing was asked for this long, and after these hours in any case.
LINLI_SESSION_IDLE_MINUTES = number("LINLI_SESSION_IDLE_MINUTES", default=60)
LINLI_SESSION_HOURS = number("LINLI_SESSION_HOURS", default=12)
SESSION_COOKIE_AGE = LINLI_SESSION_HOURS * 3600
#: Posts of the district show a one-time code; a demo alone goes without.
LINLI_SECOND_FACTOR = not LINLI_DEMO
SESSION_COOKIE_SAMESITE = "Lax"
#: Requests that one access token may send in a minute.
LINLI_API_RATE = number("LINLI_API_RATE", default=600)
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.5
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_VERBOSE = False
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "linli.organisation.web.sign_in.keep_answer"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("中文")), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "foundation" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

STATIC_URL = "/static/"
STATIC_ROOT = LINLI_VAR / "static"
MEDIA_ROOT = LINLI_VAR / "files"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
#: The form posts of an import hold files; the bounded readers of foundation.tables refuse larger ones.
DATA_UPLOAD_MAX_MEMORY_SIZE = 40 * 1024 * 1024
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
LOGGING = logging_settings(
    form=os.environ.get("LINLI_LOG_FORMAT", "plain"), level=os.environ.get("LINLI_LOG_LEVEL", "WARNING")
)
#: Who may read /metrics: whoever has the token, or asks directly from one of these addresses.
LINLI_METRICS_TOKEN = os.environ.get("LINLI_METRICS_TOKEN", "")
LINLI_METRICS_FROM = os.environ.get("LINLI_METRICS_FROM", "127.0.0.1 ::1").split()
