"""Refusals of the jobs."""

from django.utils.translation import gettext_lazy as _

from linli.foundation.errors import LinliError


class JobNameMalformed(LinliError):
    """A job is named by the dotted path of a function in a ``jobs`` module."""

    code = "jobs.name-malformed"
    text = _("“%(kind)s”不是后台任务的写法，应为 jobs 模块中函数的完整路径，如 linli.layout.plans.jobs.make_plan")
    http_status = 500


class JobArgumentsNotPlain(LinliError):
    """A job's arguments are kept as JSON."""

    code = "jobs.arguments-not-plain"
    text = _("后台任务“%(kind)s”的参数不能写成 JSON：%(reason)s。请只传编号、数字和文字")
    http_status = 500


class JobUnknown(LinliError):
    """There is no run of this number."""

    code = "jobs.run-unknown"
    text = _("没有编号为 %(number)s 的后台任务，可能已经清理。请回到列表刷新")
    http_status = 404


class JobAlreadyFinished(LinliError):
    """A run that ended cannot be cancelled."""

    code = "jobs.run-already-finished"
    text = _("后台任务“%(title)s”已经结束（%(stage)s），无需取消")
    http_status = 409


class JobStopped(LinliError):
    """Raised inside a job to leave it after its cancelling was asked for."""

    code = "jobs.run-stopped"
    text = _("已按要求停止，此前的进度不会保留。需要时请重新发起")
    http_status = 409
