"""The list of registered exceptions (登记例外), custodies among them, within what a post covers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from linli.foundation import clock
from linli.foundation.policies import profile
from linli.registry.models import Community, Compound, Custody, District, Exemption, Parcel
from linli.registry.queries.areas import Area
from linli.registry.queries.placing import homes
from linli.registry.rules.exempting import KIND_NAMES, STANDING_NAMES, ExemptionKind, Standing, standing_on

#: What needs a person stands first.
ORDER = (Standing.LAPSED, Standing.ENDLESS, Standing.EXPIRING, Standing.IN_FORCE, Standing.ENDED)
MICROSECONDS = 1_000_000


@dataclass(frozen=True, slots=True)
class ExemptionCard:
    """One registered exception.

    Attributes:
        kind: What is excepted.
        subject: Code of what it is about; two parcels as ``A|B``.
        subject_name: As it is read.
        communities: Code and name of the communities it binds; of a custody, owner and custodian.
        office_codes: Codes of the offices that answer for them.
        parcel: Code of a parcel to show on the map; empty for none.
        reason: Why.
        registered_by: The post that registered it; empty where it was taken over with the ledger.
        since_on: Since when.
        until_on: Last day; None without an end.
        ended_on: The day that somebody ended it; None while it stands.
        ended_by: The post that ended it.
        end_moment: Microseconds of that moment, for undoing it; 0 while it stands.
        standing: Where it stands today.
    """

    kind: ExemptionKind
    subject: str
    subject_name: str
    communities: tuple[tuple[str, str], ...]
    office_codes: frozenset[str]
    parcel: str
    reason: str
    registered_by: str
    since_on: date
    until_on: date | None
    ended_on: date | None
    ended_by: str
    end_moment: int
    standing: Standing

    @property
    def key(self) -> str:
        """Name of the row on its page."""
        return f"{self.kind}-{self.subject}-{self.end_moment}"

    @property
    def kind_name(self) -> str:
        """The kind in words."""
        return str(KIND_NAMES[self.kind])

    @property
    def standing_name(self) -> str:
        """Where it stands, in words."""
        return str(STANDING_NAMES[self.standing])

    @property
    def tone(self) -> str:
        """Colour of the tag that says where it stands."""
        tones = {
            Standing.IN_FORCE: "hold",
            Standing.EXPIRING: "warn",
            Standing.ENDLESS: "warn",
            Standing.LAPSED: "bad",
        }
        return tones.get(self.standing, "idle")

    @property
    def is_open(self) -> bool:
        """Whether nobody has ended it."""
        return self.standing is not Standing.ENDED


def exemptions(
    area: Area,
    *,
    on: date,
    kinds: Iterable[str] = (),
    standings: Iterable[str] = (),
    words: str = "",
    community: str = "",
) -> tuple[ExemptionCard, ...]:
    """Return the exceptions of an area: lapsed ones first, then those that end soon, in force, ended. Nine queries.

    Args:
        area: What the reader's post covers.
        on: Today.
        kinds: Only these kinds; all where empty.
        standings: Only those that stand so; those that end soon are in force too. All where empty.
        words: Part of a name, a code or the reason.
        community: Only what binds the community with this code.
    """
    district = District.objects.get(pk=area.district_id)
    notice_days = int(profile(district.profile).at(on)["exemption_notice"].number)
    found = [*_exemptions(district, area, on, notice_days), *_custodies(district, area, on, notice_days)]
    wanted_kinds, wanted = set(kinds), set(standings)
    if Standing.IN_FORCE in wanted:
        wanted.add(Standing.EXPIRING)
    chosen = (
        card
        for card in found
        if (not wanted_kinds or card.kind in wanted_kinds)
        and (not wanted or card.standing in wanted)
        and (not community or community in {code for code, _name in card.communities})
        and _holds(card, words.strip())
    )
    return tuple(sorted(chosen, key=_rank))


def open_exemption(kind: ExemptionKind, subject: str, *, area: Area, on: date) -> ExemptionCard | None:
    """Return the exception of a kind that stands for a subject, lapsed or not; None where none does."""
    return next(
        (card for card in exemptions(area, on=on, kinds=[kind]) if card.is_open and card.subject == subject), None
    )


def _rank(card: ExemptionCard) -> tuple[int, date, str, str]:
    ends = card.ended_on or card.until_on or date.max
    return ORDER.index(card.standing), ends, card.kind, card.subject


def _holds(card: ExemptionCard, words: str) -> bool:
    if not words:
        return True
    names = (name for _code, name in card.communities)
    return any(words in text for text in (card.subject, card.subject_name, card.reason, *names))


def _exemptions(district: District, area: Area, on: date, notice_days: int) -> list[ExemptionCard]:
    rows = Exemption.objects.filter(district=district)
    if not area.is_whole_district:
        rows = rows.filter(communities__in=area.community_ids).distinct()
    stored = list(rows.prefetch_related("communities__office", "communities__subdistrict__office"))
    names = _names(district.pk, [code for row in stored for code in row.subject_code.split("|")])
    return [
        ExemptionCard(
            kind=ExemptionKind(row.kind),
            subject=row.subject_code,
            subject_name="、".join(names.get(code, code) for code in row.subject_code.split("|")),
            communities=tuple((one.code, one.name) for one in row.communities.all()),
            office_codes=frozenset(office_code_of(one) for one in row.communities.all()) or frozenset({district.code}),
            parcel=next((code for code in row.subject_code.split("|") if code.startswith("P-")), ""),
            reason=row.reason,
            registered_by=row.registered_by,
            since_on=clock.today(row.registered_at),
            until_on=row.until_on,
            ended_on=None if row.ended_at is None else clock.today(row.ended_at),
            ended_by=row.ended_by,
            end_moment=0 if row.ended_at is None else round(row.ended_at.timestamp() * MICROSECONDS),
            standing=standing_on(on, until_on=row.until_on, is_ended=row.ended_at is not None, notice_days=notice_days),
        )
        for row in stored
    ]


def _names(district: int, codes: Iterable[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    wanted = set(codes)
    for rows in (Parcel.objects.exclude(name=""), Compound.objects.all(), Community.objects.all()):
        found.update(rows.filter(district=district, code__in=wanted).values_list("code", "name"))
    return found


def _custodies(district: District, area: Area, on: date, notice_days: int) -> list[ExemptionCard]:
    rows = Custody.objects.filter(compound__district=district).select_related(
        "compound", "custodian__office", "custodian__subdistrict__office"
    )
    stored = list(rows)
    home_of = {
        compound: community
        for compound, (community, _grid) in homes(area.layout_id, compounds=[row.compound_id for row in stored]).items()
    }
    owners = Community.objects.select_related("office", "subdistrict__office").in_bulk(
        [key for key in home_of.values() if key is not None]
    )
    found = []
    for row in stored:
        owner = owners.get(home_of.get(row.compound_id) or 0)
        bound = [one for one in (owner, row.custodian) if one is not None]
        if not area.is_whole_district and not any(one.pk in area.community_ids for one in bound):
            continue
        found.append(
            ExemptionCard(
                kind=ExemptionKind.CUSTODY,
                subject=row.compound.code,
                subject_name=row.compound.name,
                communities=tuple((one.code, one.name) for one in bound),
                office_codes=frozenset(office_code_of(one) for one in bound),
                parcel="",
                reason=row.reason,
                registered_by=row.registered_by,
                since_on=row.since_on,
                until_on=row.until_on,
                ended_on=None if row.ended_at is None else clock.today(row.ended_at),
                ended_by=row.ended_by,
                end_moment=0 if row.ended_at is None else round(row.ended_at.timestamp() * MICROSECONDS),
                standing=standing_on(
                    on,
                    until_on=row.until_on,
                    is_ended=row.ended_at is not None,
                    notice_days=notice_days,
                    needs_end=True,
                ),
            )
        )
    return found


def office_code_of(community: Community) -> str:
    """Return the code of the office that answers for a community: its own, else its subdistrict's or district's."""
    office = community.office or community.subdistrict.office
    return office.code if office is not None else community.code[:6]


def communities_of_parcels(area: Area, codes: Iterable[str]) -> tuple[Community, ...]:
    """Return the communities that parcels belong to in the layout in force."""
    members = Q(memberships__layout=area.layout_id, memberships__parcel__code__in=list(codes))
    return tuple(Community.objects.filter(members).distinct().order_by("code"))
