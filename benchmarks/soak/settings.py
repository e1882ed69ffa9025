"""Settings of a desk whose workers are missed after two seconds instead of sixty."""

from linli.config.settings.base import *  # noqa: F403

LINLI_JOBS_LOST_AFTER_SECONDS = 2
LINLI_JOBS_HEARTBEAT_SECONDS = 0.5
