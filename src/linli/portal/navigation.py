"""What stands in the frame: only what the post may use, in the words of the work."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from linli.foundation.ui.navigation import Choice, NavGroup, Navigation, NavItem, Switch
from linli.organisation.access import (
    Scope,
    can_admin,
    can_edit_ledger,
    can_import,
    can_plan,
    can_read_trail,
    can_verify,
)
from linli.organisation.web.gate import scope_of


def navigation(request: HttpRequest) -> Navigation:
    """Return the navigation of the reader; bare for those who have not signed in."""
    banner = _("演示区，数据都是编的") if settings.LINLI_DEMO else ""
    scope = scope_of(request)
    if scope is None:
        return Navigation(banner=banner, sign_in_url=reverse("organisation:sign-in"))
    entry = _entries(request)
    home = entry(_("工作台"), "portal:home", "home")
    governance_map = entry(_("治理地图"), "registry:map", "map", short=_("地图"))
    ledger = entry(_("工作台账"), "registry:ledger", "table", short=_("台账"), apart="registry:figures")
    inbox = entry(_("收件箱"), "portal:inbox", "inbox", short=_("收件"))
    return Navigation(
        home_url=reverse("portal:home"),
        first=(home, governance_map, ledger, inbox),
        groups=_groups(scope, entry),
        foot=_foot(scope, entry),
        phone=(home, governance_map, ledger, entry(_("我的"), "organisation:choose-post", "user")),
        area=Switch(choices=(Choice(label=scope.post.area.name, url=request.get_full_path(), is_current=True),)),
        posts=Switch(
            choices=(
                Choice(label=scope.post.title, note=scope.post.office.name, url=reverse("organisation:choose-post")),
            )
        ),
        office=scope.post.office.name,
        person=scope.post.title,
        inbox_url=reverse("portal:inbox"),
        search_url=reverse("portal:search"),
        sign_out_url=reverse("organisation:sign-out"),
        account_url=reverse("organisation:sessions"),
        banner=banner,
    )


Entry = Callable[..., NavItem]


def _entries(request: HttpRequest) -> Entry:
    """Return a maker of entries that knows which page is shown."""

    def entry(label: str, name: str, icon: str, *, short: str = "", apart: str = "") -> NavItem:
        url = reverse(name)
        here = request.path == url if url == "/" else request.path.startswith(url)
        if apart and request.path.startswith(reverse(apart)):
            here = False
        return NavItem(label=label, url=url, icon=icon, short=short, is_current=here)

    return entry


def _groups(scope: Scope, entry: Entry) -> tuple[NavGroup, ...]:
    items = [
        entry(_("调整方案"), "plans:list", "git-compare"),
        entry(_("核查问题"), "registry:findings", "alert-triangle", short=_("问题")),
        entry(_("登记例外"), "registry:exemptions", "clipboard-check", short=_("例外")),
    ]
    if can_verify(scope) or can_edit_ledger(scope):
        items.append(entry(_("核实数据"), "registry:figures", "check", short=_("核实")))
    if can_import(scope):
        items.append(entry(_("导入数据"), "registry:imports", "upload"))
    if not can_plan(scope) and not scope.is_whole_district:
        items = [item for item in items if item.url != reverse("plans:list")] or items
    return (NavGroup(title=_("优化社区布局"), short=_("布局"), icon="layout-board", items=tuple(items)),)


def _foot(scope: Scope, entry: Entry) -> tuple[NavItem, ...]:
    foot = [entry(_("标准与依据"), "portal:standards", "file-text", short=_("标准"))]
    foot.append(entry(_("接口"), "portal:interfaces", "link"))
    if can_read_trail(scope):
        foot.append(entry(_("留痕"), "portal:trail", "history"))
    if can_admin(scope):
        foot.append(entry(_("账号与岗位"), "portal:accounts", "settings", short=_("账号")))
    return tuple(foot)
