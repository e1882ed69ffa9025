"""Refusals of the policy profiles."""

from django.utils.translation import gettext_lazy as _

from linli.foundation.errors import LinliError


class ProfileUnknown(LinliError):
    """There is no profile of this name."""

    code = "policies.profile-unknown"
    text = _("没有名为“%(name)s”的政策参数文件，现有：%(known)s。请核对名称，或把文件放进政策参数目录")
    http_status = 404


class ProfileMalformed(LinliError):
    """A profile file says something the loader cannot accept."""

    code = "policies.profile-malformed"
    text = _("政策参数文件 %(file)s 的“%(key)s”：%(reason)s。请改正后重新启动")
    http_status = 500


class StandardMissing(LinliError, KeyError):
    """No standard of this key is in force on the day asked for."""

    code = "policies.standard-missing"
    text = _("政策参数“%(key)s”在 %(on)s 没有规定。请在“%(profile)s”的政策参数文件中补上该日有效的条目")
