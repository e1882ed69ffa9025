"""Stored shape of a run of a job."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Stage(models.TextChoices):
    """Where a run stands."""

    QUEUED = "QUEUED", _("排队等候")
    RUNNING = "RUNNING", _("正在办理")
    DONE = "DONE", _("已完成")
    FAILED = "FAILED", _("未完成")
    CANCELLED = "CANCELLED", _("已取消")

    @property
    def is_final(self) -> bool:
        """Whether the run has ended."""
        return self in (Stage.DONE, Stage.FAILED, Stage.CANCELLED)


class JobRun(models.Model):
    """A run of a job (后台任务): asked for once, tried again when its worker was killed."""

    public_id = models.CharField(_("编号"), max_length=20, unique=True)
    kind = models.CharField(_("种类"), max_length=200)
    arguments = models.JSONField(_("参数"), default=dict)
    district_code = models.CharField(_("区"), max_length=12)
    title = models.CharField(_("名称"), max_length=200)
    stage = models.CharField(_("进展"), max_length=10, choices=Stage.choices, default=Stage.QUEUED)
    done = models.PositiveBigIntegerField(_("已办"), default=0)
    total = models.PositiveBigIntegerField(_("总数"), default=0)
    words = models.CharField(_("进度说明"), max_length=300, blank=True)
    result = models.JSONField(_("结果"), null=True)
    error_code = models.CharField(_("错误代码"), max_length=100, blank=True)
    error = models.TextField(_("错误说明"), blank=True)
    requested_by = models.CharField(_("发起者"), max_length=200)
    created_at = models.DateTimeField(_("发起时间"))
    started_at = models.DateTimeField(_("开始时间"), null=True)
    finished_at = models.DateTimeField(_("结束时间"), null=True)
    heartbeat_at = models.DateTimeField(_("最近活动"), null=True)
    #: The process that holds the run, see `linli.foundation.jobs.workers`.
    worker = models.CharField(_("工作进程"), max_length=200, blank=True)
    cancel_requested = models.BooleanField(_("要求取消"), default=False)
    attempts = models.PositiveSmallIntegerField(_("次数"), default=0)

    class Meta:
        verbose_name = _("后台任务")
        verbose_name_plural = _("后台任务")
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(fields=["district_code", "-created_at"], name="jobs_run_district"),
            models.Index(fields=["stage", "heartbeat_at"], name="jobs_run_stage"),
        ]
