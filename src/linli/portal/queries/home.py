"""The home page of a post: what waits, the map of its area, three figures per pillar against their norm."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from linli.foundation.clock import today
from linli.foundation.policies import Standard, profile
from linli.foundation.trail import entries
from linli.foundation.ui.parts import Norm
from linli.layout.plans.queries import count_plans
from linli.organisation.access import Scope, can_edit_ledger, can_import, can_plan, can_verify
from linli.organisation.rules import Role
from linli.portal.queries.acts import act_words
from linli.registry.access import hand_of
from linli.registry.queries.areas import Area
from linli.registry.queries.exemptions import exemptions
from linli.registry.queries.figures import count_for_checker, count_returned
from linli.registry.queries.findings import FindingsPage
from linli.registry.queries.overview import Overview, overview
from linli.registry.queries.places import district_by_code
from linli.registry.rules.exempting import Standing

#: Most lines in the list of what waits.
MOST_TODOS = 6
#: Severities of findings, the worst first; what else waits is ranked among them.
SEVERITIES = ("BAD", "WARN", "IDLE")
#: A leader watches five matters; the rest is others' work.
MOST_WATCHED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Todo:
    """One line of what waits: a letter, a fact with its number, where it is dealt with."""

    letter: str
    tone: str
    title: str
    note: str
    url: str
    act: str
    severity: str = "IDLE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """What a home page shows; empty texts are left out."""

    title: str
    lead: str = ""
    is_founded: bool = True
    list_title: str = ""
    list_note: str = ""
    todos: tuple[Todo, ...] = ()
    empty_title: str = ""
    empty_why: str = ""
    empty_url: str = ""
    empty_act: str = ""
    overview: Overview | None = None
    as_of: date | None = None
    plan_count: int = 0
    layout_norms: tuple[Norm, ...] = ()
    ledger_norms: tuple[Norm, ...] = ()
    service_norms: tuple[Norm, ...] = ()
    map_config: Mapping[str, Any] | None = None
    can_import: bool = False
    can_plan: bool = False


def home_of(scope: Scope, *, area: Area, findings: FindingsPage, now: datetime) -> Home:
    """Return the home page of a post at a moment.

    Args:
        scope: Who reads.
        area: What the post covers.
        findings: What the newest audit found there, all of it.
        now: The moment.
    """
    standards = profile(district_by_code(scope.district_code).profile).at(today(now))
    low, high = standards["community_households"].band
    seen = overview(area, low=int(low), high=int(high))
    figures = (*figure_todos(scope, area=area), *exemption_todos(scope, area=area, on=today(now)))
    todos, title, list_title = _list_of(scope, findings, figures)
    return Home(
        title=title,
        lead=_("%(day)s · %(area)s %(communities)s 个社区、%(compounds)s 个小区、%(people)s 人")
        % {
            "day": today(now).isoformat(),
            "area": scope.post.area.name,
            "communities": f"{seen.communities:,}",
            "compounds": f"{seen.compounds:,}",
            "people": f"{seen.people:,}",
        },
        list_title=list_title,
        list_note=_("按严重程度排列") if todos and scope.role is not Role.AUDITOR else "",
        todos=todos,
        empty_title=_("没有要处理的问题"),
        empty_why=_("最近一次核查没有发现问题。台账更新后会再核查。"),
        empty_url=reverse("registry:map"),
        empty_act=_("打开治理地图"),
        overview=seen,
        as_of=seen.as_of_on,
        plan_count=count_plans(scope.district_code),
        layout_norms=_layout_norms(seen, standards),
        ledger_norms=_ledger_norms(seen),
        service_norms=_service_norms(seen, standards),
        can_import=can_import(scope),
        can_plan=can_plan(scope),
    )


def unfounded_home(scope: Scope) -> Home:
    """Return the home page of a district without a layout."""
    return Home(
        title=_("还没有接收布局"),
        is_founded=False,
        empty_title=_("%(area)s还没有台账") % {"area": scope.post.area.name},
        empty_why=_("先导入区界、社区和小区，再接收现状布局。"),
        empty_url=reverse("registry:imports") if can_import(scope) else "",
        empty_act=_("导入数据"),
    )


def figure_todos(scope: Scope, *, area: Area) -> tuple[Todo, ...]:
    """Return what waits of the ledger's figures: returned ones to be mended, others' to be verified."""
    page = reverse("registry:figures")
    todos = []
    if can_edit_ledger(scope):
        # Who also verifies mends only what the own post filled in; a community mends all of its own.
        returned = count_returned(area, post=scope.post.code if can_verify(scope) else "")
        if returned:
            todos.append(
                Todo(
                    letter="退",
                    tone="bad",
                    title=_("被退回的数据 %(n)s 项") % {"n": f"{returned:,}"},
                    note=_("看退回原因，改正后重新待核实；改正前不计入合计。"),
                    url=f"{page}?stage=returned",
                    act=_("去改正"),
                    severity="BAD",
                )
            )
    if can_verify(scope):
        waiting = count_for_checker(area, hand_of(scope))
        if waiting:
            todos.append(
                Todo(
                    letter="核",
                    tone="warn",
                    title=_("待核实的数据 %(n)s 项") % {"n": f"{waiting:,}"},
                    note=_("核实过的才计入公布的合计。可按社区、项目筛选后整批核实或退回。"),
                    url=page,
                    act=_("去核实"),
                    severity="WARN",
                )
            )
    return tuple(todos)


def exemption_todos(scope: Scope, *, area: Area, on: date) -> tuple[Todo, ...]:
    """Return what waits of registered exceptions: those that end soon, before they are findings again."""
    ending = exemptions(area, on=on, standings=[Standing.EXPIRING]) if can_plan(scope) else ()
    if not ending:
        return ()
    first = ending[0]
    return (
        Todo(
            letter="例",
            tone="hold",
            title=_("快到期的例外 %(n)s 处") % {"n": f"{len(ending):,}"},
            note=_("最早的：%(name)s %(kind)s，到 %(day)s。过期后重新列为问题。")
            % {
                "name": first.subject_name,
                "kind": first.kind_name,
                "day": "" if first.until_on is None else first.until_on.isoformat(),
            },
            url=f"{reverse('registry:exemptions')}?standing=EXPIRING",
            act=_("去办理"),
            severity="WARN",
        ),
    )


def _list_of(scope: Scope, findings: FindingsPage, figures: tuple[Todo, ...]) -> tuple[tuple[Todo, ...], str, str]:
    """Return the lines, the page's title and the list's head, by what the post is there for."""
    if scope.role is Role.AUDITOR:
        acts = _acts(scope)
        return acts, _("最近的操作"), _("最近 %(n)s 条") % {"n": len(acts)}
    total, urgent = findings.total, sum(row.severity == "BAD" for row in findings.cards)
    if not total and figures:
        title = _("没有核查问题，有 %(n)s 件事要办") % {"n": len(figures)}
    elif not total:
        title = _("没有要处理的问题")
    elif urgent:
        title = _("有 %(total)s 个问题，其中 %(urgent)s 个必须处理") % {"total": total, "urgent": urgent}
    else:
        title = _("有 %(total)s 个问题要处理") % {"total": total}
    most = MOST_WATCHED if scope.role is Role.LEADER else MOST_TODOS
    lines = sorted((*_todos(findings, scope), *figures), key=lambda todo: SEVERITIES.index(todo.severity))
    return tuple(lines[:most]), title, _("关注") if scope.role is Role.LEADER else _("待办")


def _todos(findings: FindingsPage, scope: Scope) -> tuple[Todo, ...]:
    """Return one line per group, the group with the worst finding first."""
    todos: dict[str, Todo] = {}
    names = {group: (name, count) for group, name, count in findings.groups}
    for row in findings.cards:
        if row.group in todos:
            continue
        name, count = names[row.group]
        todos[row.group] = Todo(
            letter=row.letter,
            tone=row.tone,
            title=_("%(name)s问题 %(n)s 个") % {"name": name, "n": count},
            note=_("最急的：%(title)s。%(next)s。") % {"title": row.title, "next": row.next_step},
            url=f"{reverse('registry:map')}?group={row.group}",
            act="" if scope.role is Role.LEADER else _("看地图"),
            severity=row.severity,
        )
    return tuple(todos.values())


def _acts(scope: Scope) -> tuple[Todo, ...]:
    page = entries(scope.district_code, limit=8)
    return tuple(
        Todo(
            letter="留",
            tone="idle",
            title=act_words(card.verb),
            note=f"{card.actor.code or _('系统')} · {card.subject.code}",
            url=f"{reverse('portal:trail')}?subject={card.subject.code}",
            act="",
        )
        for card in page.cards
    )


def _layout_norms(seen: Overview, standards: Mapping[str, Standard]) -> tuple[Norm, ...]:
    band = standards["community_households"]
    low, high = band.band
    share = 100 * seen.in_band / seen.communities if seen.communities else None
    assigned = 100 * seen.assigned_compounds / seen.compounds if seen.compounds else None
    return (
        Norm(
            label=_("规模合标社区 %(n)s/%(all)s") % {"n": seen.in_band, "all": seen.communities},
            value=share,
            norm=100,
            unit="%",
            top=100,
            digits=1,
            as_of=seen.as_of_on,
            rule=_("标准 %(low)s–%(high)s 户（%(source)s）")
            % {"low": f"{int(low):,}", "high": f"{int(high):,}", "source": band.source.title},
        ),
        Norm(
            label=_("已定归属的小区 %(n)s/%(all)s") % {"n": seen.assigned_compounds, "all": seen.compounds},
            value=assigned,
            norm=100,
            unit="%",
            top=100,
            digits=1,
            as_of=seen.as_of_on,
            rule=_("%(n)s 个小区没有社区管") % {"n": seen.compounds - seen.assigned_compounds},
        ),
    )


def _ledger_norms(seen: Overview) -> tuple[Norm, ...]:
    return (
        Norm(
            label=_("平均完整率"),
            value=seen.completeness,
            norm=100,
            unit="%",
            top=100,
            digits=1,
            as_of=seen.as_of_on,
            rule=_("应填字段中已填的比例"),
        ),
        Norm(
            label=_("平均核实率"),
            value=seen.verified_share,
            norm=100,
            unit="%",
            top=100,
            digits=1,
            as_of=seen.as_of_on,
            rule=_("户数已核实 %(verified)s，共 %(all)s，%(n)s/%(compounds)s 个小区")
            % {
                "verified": f"{seen.households_verified:,}",
                "all": f"{seen.households:,}",
                "n": f"{seen.compounds_verified:,}",
                "compounds": f"{seen.compounds:,}",
            },
        ),
    )


def _service_norms(seen: Overview, standards: Mapping[str, Standard]) -> tuple[Norm, ...]:
    rooms, workers = standards["facility_per100"], standards["workers_per_10000"]
    return (
        Norm(
            label=_("每百户社区用房"),
            value=seen.rooms_per_100_households,
            norm=rooms.number,
            unit="㎡",
            top=rooms.number * 2,
            digits=1,
            as_of=seen.as_of_on,
            rule=_("标准不少于 %(n)s ㎡") % {"n": f"{rooms.number:g}"},
        ),
        Norm(
            label=_("每万人社区工作者"),
            value=seen.workers_per_10000_people,
            norm=workers.number,
            unit=_("人"),
            top=workers.number * 2,
            digits=1,
            as_of=seen.as_of_on,
            rule=_("标准不少于 %(n)s 人") % {"n": f"{workers.number:g}"},
        ),
    )
