"""The list of findings of a street or a community, how it differs from the audit before, and how it went over time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from linli.foundation import clock
from linli.registry.models import AuditRun, Finding
from linli.registry.queries.areas import Area, Hidden
from linli.registry.queries.findings import BY_SEVERITY, FindingCard, card_of, newest_run, standing_findings, within
from linli.registry.rules.audit import GROUP_NAMES, KINDS, Group, kinds_of

#: Days that the course of findings goes back.
DAYS_BACK = 30


class Change(StrEnum):
    """How a finding stands to the audit before (变化)."""

    NEW = "NEW"
    STILL = "STILL"
    GONE = "GONE"


class Order(StrEnum):
    """What a list of findings is sorted by; a minus turns it round."""

    PEOPLE = "-people"
    FEWEST = "people"
    HOUSEHOLDS = "-households"
    FEWEST_HOUSEHOLDS = "households"
    OLDEST = "since"
    NEWEST = "-since"
    WORST = "severity"
    MILDEST = "-severity"


@dataclass(frozen=True, slots=True)
class FindingsAsked:
    """What a list of findings is narrowed to.

    Attributes:
        groups: Only kinds of these groups.
        kind: Only this kind.
        change: Only what is new, still there, or gone since the audit before; gone ones are shown only when asked.
        community: Code of the community it is filed under.
        words: Part of a name or code.
        order: What comes first.
    """

    groups: tuple[str, ...] = ()
    kind: str = ""
    change: Change | None = None
    community: str = ""
    words: str = ""
    order: Order = Order.PEOPLE


@dataclass(frozen=True, slots=True)
class FindingLine:
    """A line of the list.

    Attributes:
        card: The finding in words.
        people: People touched; hidden where the count is small; None where nobody is, or nobody knows.
        households: Households touched, likewise.
        since_on: Day on which an audit first found it, without a break since.
        days: Days since then.
        change: How it stands to the audit before.
    """

    card: FindingCard
    people: int | Hidden | None
    households: int | Hidden | None
    since_on: date
    days: int
    change: Change

    @property
    def entry(self) -> str:
        """Code of the one entry that the finding is about; empty for several."""
        code = self.card.subject_code.split(":")[0]
        return "" if "|" in code else code

    @property
    def people_told(self) -> str:
        """People as a list shows them."""
        return _told(self.people)

    @property
    def households_told(self) -> str:
        """Households as a list shows them."""
        return _told(self.households)


@dataclass(frozen=True, slots=True)
class FindingList:
    """A page of the list, with what stands above it.

    Attributes:
        lines: The page.
        total: Findings that the filters leave.
        people: People that they touch, those touched twice counted twice.
        changes: Findings per change, whatever change is asked for.
        groups: Findings per group, whatever group is asked for.
        audited_at: When the newest audit was made.
        refreshed_at: When changed figures were last audited again.
        before_at: When the audit before was made; None where there is none.
    """

    lines: tuple[FindingLine, ...] = ()
    total: int = 0
    people: int = 0
    changes: Mapping[Change, int] = field(default_factory=dict)
    groups: Mapping[Group, int] = field(default_factory=dict)
    audited_at: datetime | None = None
    refreshed_at: datetime | None = None
    before_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Course:
    """How many findings there were, day by day and group by group; a day without an audit is left out."""

    days: tuple[date, ...]
    counts: Mapping[Group, tuple[int, ...]]

    @property
    def rows(self) -> Iterator[tuple[date, tuple[int, ...], int]]:
        """Day, counts in the order of groups, and their sum; newest first."""
        for place in reversed(range(len(self.days))):
            counts = tuple(values[place] for values in self.counts.values())
            yield self.days[place], counts, sum(counts)


def finding_list(
    area: Area, asked: FindingsAsked, *, now: datetime, limit: int | None = 50, offset: int = 0
) -> FindingList:
    """Return the findings of an area as a list asks for them. Ten queries at most.

    Args:
        area: What the reader's post covers.
        asked: What it is narrowed to.
        now: The moment, for the days that a finding stands.
        limit: Length of the page; None for everything.
        offset: Lines before it.
    """
    run = newest_run(area.district_id)
    if run is None:
        return FindingList()
    before = _run_before(run)
    standing = _narrowed(within(standing_findings(run), area), asked)
    is_new = Q(since_at__gte=run.started_at) if before is not None else Q(pk__in=())
    gone = _narrowed(within(_gone(run, before), area), asked)
    of = {Change.NEW: standing.filter(is_new), Change.STILL: standing.exclude(is_new), Change.GONE: gone}
    rows = standing if asked.change is None else of[asked.change]
    in_kinds = dict(rows.order_by().values_list("kind").annotate(Count("pk")))
    wanted = set(KINDS) if not asked.groups else kinds_of(asked.groups)
    rows = rows.filter(kind__in=wanted)
    page = _in_order(rows, asked.order)[offset : None if limit is None else offset + limit]
    return FindingList(
        lines=tuple(_line(row, run, before, area, asked.change, now) for row in page),
        total=sum(count for kind, count in in_kinds.items() if kind in wanted),
        people=rows.aggregate(sum=Sum("people", filter=Q(people__gte=area.small_below or 0)))["sum"] or 0,
        changes={change: found.filter(kind__in=wanted).count() for change, found in of.items()},
        groups={group: count for group in Group if (count := sum(in_kinds.get(kind, 0) for kind in kinds_of({group})))},
        audited_at=run.finished_at,
        refreshed_at=run.refreshed_at,
        before_at=None if before is None else before.finished_at,
    )


def course_of(area: Area, *, now: datetime) -> Course:
    """Return how the findings of an area went over the last thirty days, by the last audit of each day. Three queries.

    Args:
        area: What the reader's post covers.
        now: The moment.
    """
    finished = AuditRun.objects.filter(
        district=area.district_id, finished_at__isnull=False, started_at__gte=now - timedelta(days=DAYS_BACK)
    )
    last_of = {
        clock.today(at): key for key, at in finished.order_by("started_at", "pk").values_list("pk", "started_at")
    }
    rows = within(Finding.objects.filter(run__in=list(last_of.values())), area)
    found = {
        (run, kind): count
        for run, kind, count in rows.order_by().values_list("run", "kind").annotate(count=Count("pk"))
    }
    counts = {
        group: tuple(sum(found.get((run, kind), 0) for kind in kinds_of({group})) for run in last_of.values())
        for group in GROUP_NAMES
    }
    return Course(days=tuple(last_of), counts={group: values for group, values in counts.items() if any(values)})


def _run_before(run: AuditRun) -> AuditRun | None:
    earlier = AuditRun.objects.filter(
        district=run.district_id, finished_at__isnull=False, started_at__lte=run.started_at
    )
    return earlier.exclude(pk=run.pk).order_by("-started_at", "-pk").first()


def _gone(run: AuditRun, before: AuditRun | None) -> QuerySet[Finding]:
    """Return what the audit before found and the newest does not."""
    same = Finding.objects.filter(run=run, kind=OuterRef("kind"), subject_code=OuterRef("subject_code"))
    return Finding.objects.filter(run=before).exclude(Exists(same)) if before is not None else Finding.objects.none()


def _narrowed(rows: QuerySet[Finding], asked: FindingsAsked) -> QuerySet[Finding]:
    if asked.kind:
        rows = rows.filter(kind=asked.kind)
    if asked.community:
        rows = rows.filter(community__code=asked.community)
    if word := asked.words.strip():
        rows = rows.filter(
            Q(subject_name__icontains=word) | Q(subject_code__icontains=word) | Q(community__name__icontains=word)
        )
    return rows


def _in_order(rows: QuerySet[Finding], order: Order) -> QuerySet[Finding]:
    name, is_down = order.removeprefix("-"), order.startswith("-")
    by = {"since": Coalesce("since_at", "run__started_at"), "severity": BY_SEVERITY}.get(name, F(name))
    ordered = by.desc() if is_down else by.asc()
    return rows.select_related("community", "subdistrict", "run").order_by(
        ordered, BY_SEVERITY, "-people", "kind", "subject_code"
    )


def _line(
    row: Finding, run: AuditRun, before: AuditRun | None, area: Area, asked: Change | None, now: datetime
) -> FindingLine:
    since = row.since_at or row.run.started_at
    is_new = before is not None and since >= run.started_at
    return FindingLine(
        card=card_of(row, area=area),
        people=area.shown(row.people or None),
        households=area.shown(row.households or None),
        since_on=clock.today(since),
        days=(clock.today(now) - clock.today(since)).days,
        change=Change.GONE if asked is Change.GONE else Change.NEW if is_new else Change.STILL,
    )


def _told(count: int | Hidden | None) -> str:
    return "—" if count is None else f"{count:,}" if isinstance(count, int) else str(count)
