"""Stored shapes of the organisation: people, offices, posts. Nothing is deleted; validity ends instead."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar

from django.apps import apps
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from linli.foundation.trail import Actor, Subject
from linli.organisation.rules import OfficeKind, Role, normal_username

OFFICE_KIND_NAMES: Mapping[OfficeKind, str | Promise] = MappingProxyType(
    {
        OfficeKind.DISTRICT: _("区"),
        OfficeKind.SUBDISTRICT: _("街道办事处"),
        OfficeKind.DEPARTMENT: _("部门"),
        OfficeKind.COMMITTEE: _("社区居民委员会"),
        OfficeKind.COMPANY: _("企业"),
    }
)
ROLE_NAMES: Mapping[Role, str | Promise] = MappingProxyType(
    {
        Role.PLANNER: _("布局规划"),
        Role.ORGANISER: _("组织"),
        Role.SUBDISTRICT: _("街道"),
        Role.DEPARTMENT: _("部门"),
        Role.WORKER: _("社区工作者"),
        Role.LEADER: _("领导"),
        Role.AUDITOR: _("审计"),
        Role.ADMIN: _("管理"),
    }
)


class PersonManager(BaseUserManager["Person"]):
    """Finds people by the username as typed."""

    def get_by_natural_key(self, username: str | None) -> Person:
        """Return the person with a username, however it was typed.

        Raises:
            Person.DoesNotExist: Nobody has it.
        """
        return self.get(username=normal_username(username or ""))


class Person(AbstractBaseUser):
    """A person with an account (人员). What a person may do comes from posts alone."""

    username = models.CharField(_("账号"), max_length=40, unique=True)
    display_name = models.CharField(_("称呼"), max_length=40, blank=True)
    district_code = models.CharField(_("区"), max_length=12)
    must_change_password = models.BooleanField(_("须改密码"), default=False)
    is_active = models.BooleanField(_("可登录"), default=True)
    is_staff = models.BooleanField(_("可进后台"), default=False)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["district_code"]
    objects = PersonManager()

    class Meta:
        verbose_name = _("人员")
        verbose_name_plural = _("人员")
        ordering = ["username"]
        constraints = [
            models.CheckConstraint(condition=~Q(username=""), name="organisation_person_username_given"),
        ]

    def __str__(self) -> str:
        return self.display_name or self.username

    def trail_actor(self) -> Actor:
        """Return the person as the trail names them: by username, never by name."""
        return Actor(kind="person", code=self.username)

    def trail_subject(self) -> Subject:
        """Return the person as the subject of an act."""
        return Subject(kind="organisation.person", code=self.username)

    def has_perm(self, perm: str, obj: object | None = None) -> bool:
        """Say whether the admin pages may do something for this person: look at the house's own tables, no more."""
        app_label, _dot, act = perm.partition(".")
        return act.startswith("view_") and self.has_module_perms(app_label)

    def has_module_perms(self, app_label: str) -> bool:
        """Say whether the admin pages may show an app; others' tables hold secrets such as one-time code seeds."""
        return self.is_active and self.is_staff and apps.get_app_config(app_label).name.startswith("linli.")


class Office(models.Model):
    """A body that people work in (单位): the district, a subdistrict office, a department, a committee, a company.

    The code never changes and is never re-used, and neither does the parent: a committee that moves to another
    subdistrict gets a new code there, as its community does.
    """

    code = models.CharField(_("编号"), max_length=30, unique=True)
    name = models.CharField(_("名称"), max_length=60)
    kind = models.CharField(_("类别"), max_length=20, choices=[(k.value, v) for k, v in OFFICE_KIND_NAMES.items()])
    district_code = models.CharField(_("区"), max_length=12)
    parent = models.ForeignKey(
        "self", verbose_name=_("上级单位"), null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    path = models.CharField(_("层级"), max_length=200, unique=True)
    valid_from_on = models.DateField(_("起始"))
    valid_to_on = models.DateField(_("终止"), null=True, blank=True)

    class Meta:
        verbose_name = _("单位")
        verbose_name_plural = _("单位")
        ordering = ["path"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=[kind.value for kind in OfficeKind]), name="organisation_office_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(kind=OfficeKind.DISTRICT.value, parent__isnull=True, code=F("district_code"))
                | (~Q(kind=OfficeKind.DISTRICT.value) & Q(parent__isnull=False)),
                name="organisation_office_district_alone_has_no_parent",
            ),
            models.CheckConstraint(
                condition=Q(valid_to_on__isnull=True) | Q(valid_to_on__gt=F("valid_from_on")),
                name="organisation_office_ends_after_start",
            ),
        ]
        indexes = [models.Index(fields=["district_code", "kind"], name="organisation_office_kind")]

    def __str__(self) -> str:
        return self.name

    def trail_subject(self) -> Subject:
        """Return the office as the subject of an act."""
        return Subject(kind="organisation.office", code=self.code)


class Post(models.Model):
    """A person's place in an office for a time (岗位), with the area it looks after."""

    code = models.CharField(_("编号"), max_length=40, unique=True)
    person = models.ForeignKey(Person, verbose_name=_("人员"), on_delete=models.PROTECT, related_name="posts")
    office = models.ForeignKey(Office, verbose_name=_("单位"), on_delete=models.PROTECT, related_name="posts")
    area_office = models.ForeignKey(
        Office, verbose_name=_("管辖范围"), on_delete=models.PROTECT, related_name="posts_over_area"
    )
    role = models.CharField(_("职能"), max_length=20, choices=[(r.value, n) for r, n in ROLE_NAMES.items()])
    title = models.CharField(_("岗位名称"), max_length=40)
    valid_from_on = models.DateField(_("起始"))
    valid_to_on = models.DateField(_("终止"), null=True, blank=True)

    class Meta:
        verbose_name = _("岗位")
        verbose_name_plural = _("岗位")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(role__in=[role.value for role in Role]), name="organisation_post_role_known"
            ),
            models.CheckConstraint(
                condition=Q(valid_to_on__isnull=True) | Q(valid_to_on__gt=F("valid_from_on")),
                name="organisation_post_ends_after_start",
            ),
            models.UniqueConstraint(
                fields=["person", "office", "role"],
                condition=Q(valid_to_on__isnull=True),
                name="organisation_post_open_once",
            ),
        ]
        indexes = [models.Index(fields=["person", "valid_from_on"], name="organisation_post_person")]

    def __str__(self) -> str:
        return f"{self.office.name} {self.title}"

    def trail_subject(self) -> Subject:
        """Return the post as the subject of an act."""
        return Subject(kind="organisation.post", code=self.code)


class AccessToken(models.Model):
    """A key by which another system reads or writes as a post does (访问令牌).

    The secret is shown once and kept as a hash only; it has 256 bits, so that no salt is needed. A token works while
    it has neither ended nor run out, its post is held and its person may sign in.
    """

    number = models.CharField(_("编号"), max_length=20, unique=True)
    name = models.CharField(_("用途"), max_length=60)
    post = models.ForeignKey(Post, verbose_name=_("岗位"), on_delete=models.PROTECT, related_name="tokens")
    rights = models.JSONField(_("权限"), default=list)
    secret_hash = models.CharField(_("密钥摘要"), max_length=64, unique=True)
    made_by = models.CharField(_("建立者"), max_length=80)
    made_at = models.DateTimeField(_("建立时间"))
    ends_on = models.DateField(_("到期"))
    ended_at = models.DateTimeField(_("停用时间"), null=True, blank=True)
    last_used_on = models.DateField(_("最近使用"), null=True, blank=True)
    minute_at = models.DateTimeField(_("计数的一分钟"), null=True, blank=True)
    requests_in_minute = models.PositiveIntegerField(_("这一分钟的请求"), default=0)

    class Meta:
        verbose_name = _("访问令牌")
        verbose_name_plural = _("访问令牌")
        ordering = ["number"]

    def __str__(self) -> str:
        return self.number

    def trail_subject(self) -> Subject:
        """Return the token as the subject of an act."""
        return Subject(kind="organisation.token", code=self.number)


class OpenSession(models.Model):
    """A browser in which somebody is signed in (登录会话), for the list of one's own; it ends with its row.

    It says which kind of browser, and neither address nor place: those are personal data that nobody needs here.
    """

    number = models.CharField(max_length=20, unique=True)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="sessions")
    session_key = models.CharField(max_length=40, unique=True)
    browser = models.CharField(max_length=60, blank=True)
    is_shared = models.BooleanField(default=False)
    begun_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    class Meta:
        ordering = ["-seen_at", "-pk"]

    def __str__(self) -> str:
        return self.number
