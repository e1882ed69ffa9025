"""The shapes that the ledger's API answers with."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from ninja import Field, Schema

from linli.foundation.api import Moment, Page
from linli.registry.api.reading import hidden, home, number, text
from linli.registry.queries.findings import FindingCard
from linli.registry.queries.ledger import Line, Tab

#: Numbers that may be hidden, by the column of the list.
COUNTS = {"households": "households", "people": "people", "old": "percent_60_plus"}


class SubdistrictOut(Schema):
    """A subdistrict (街道)."""

    code: str
    name: str
    communities: int = Field(description="范围内的社区数")


class FactOut(Schema):
    """A figure with its meaning, date and source."""

    ledger: str
    code: str = Field(description="条目编号")
    field: str = Field(description="字段，见台账字段表")
    value: str | None = Field(description="值；隐去时为 null")
    number: float | None
    meaning: str = Field(description="口径")
    as_of_on: date | None = Field(description="数据截至")
    source: str = Field(description="来源")
    is_verified: bool = Field(description="是否已核实")
    is_hidden: bool = Field(description="小数隐去，对不主管的单位不显示")
    recorded_at: Moment
    replaced_at: Moment | None


class FindingOut(Schema):
    """What the audit found (核查问题)."""

    code: str
    kind: str
    severity: str
    title: str
    evidence: str
    next_step: str
    people: int | None
    households: int | None
    subject_kind: str
    subject_code: str
    community: str = Field(description="所属社区的名称")
    subdistrict: str
    parcels: list[str]


class CompoundOut(Schema):
    """A compound (小区)."""

    code: str
    name: str
    community: str | None = Field(description="社区编号；管理盲区为 null")
    community_name: str
    subdistrict: str | None
    kind: str
    households: int | None
    people: int | None
    percent_60_plus: float | None
    property: str = Field(description="物业")
    party: str = Field(description="党组织")
    completeness: int | None = Field(description="完整率 %")
    as_of_on: date | None
    hidden: list[str] = Field(description="因数小而隐去的项")
    findings: int = Field(description="核查问题数")
    parcels: list[str]


class CompoundWithFacts(CompoundOut):
    """A compound with its figures."""

    facts: list[FactOut]


class CommunityOut(Schema):
    """A community (社区); its figures are sums over its compounds."""

    code: str
    name: str
    subdistrict: str | None
    subdistrict_name: str
    kind: str
    compounds: int | None
    households: int | None
    people: int | None
    percent_60_plus: float | None
    rooms_m2: float | None
    workers: float | None
    office_address: str
    as_of_on: date | None
    hidden: list[str]
    findings: int


class CommunityWithFacts(CommunityOut):
    """A community with the figures that it holds itself."""

    facts: list[FactOut]
    parcels: list[str]


class GridOut(Schema):
    """A grid (网格)."""

    code: str
    name: str
    community: str | None
    subdistrict: str | None
    kind: str
    compounds: int | None
    households: int | None
    people: int | None
    hidden: list[str]


class FacilityOut(Schema):
    """A facility (设施)."""

    code: str
    name: str
    kind: str
    community: str | None
    subdistrict: str | None
    address: str
    floor_area_m2: float | None
    as_of_on: date | None


class ParcelOut(Schema):
    """A parcel (地块) in the layout in force."""

    code: str
    title: str
    kind: str
    community: str | None
    subdistrict: str | None
    grid: str = Field(description="网格名称")
    area_m2: float | None
    is_derived: bool = Field(description="界线是否推算")


class SubdistrictPage(Page):
    """A page of subdistricts."""

    items: list[SubdistrictOut]


class CompoundPage(Page):
    """A page of compounds."""

    items: list[CompoundOut]


class CommunityPage(Page):
    """A page of communities."""

    items: list[CommunityOut]


class GridPage(Page):
    """A page of grids."""

    items: list[GridOut]


class FacilityPage(Page):
    """A page of facilities."""

    items: list[FacilityOut]


class ParcelPage(Page):
    """A page of parcels."""

    items: list[ParcelOut]


class FindingPage(Page):
    """A page of findings."""

    items: list[FindingOut]
    audited_at: Moment | None = Field(description="核查时间")


def compound_out(line: Line) -> dict[str, Any]:
    """Return a line as a compound."""
    return {
        "code": line.code,
        "name": line.name,
        "community": home(line, "community"),
        "community_name": text(line, "community"),
        "subdistrict": home(line, "subdistrict"),
        "kind": text(line, "kind"),
        "households": number(line, "households"),
        "people": number(line, "people"),
        "percent_60_plus": number(line, "old"),
        "property": text(line, "property"),
        "party": text(line, "party"),
        "completeness": number(line, "completeness"),
        "as_of_on": line.values.get("as_of"),
        "hidden": hidden(line, COUNTS),
        "findings": len(line.marks),
        "parcels": list(line.parcels),
    }


def community_out(line: Line) -> dict[str, Any]:
    """Return a line as a community."""
    return {
        "code": line.code,
        "name": line.name,
        "subdistrict": home(line, "subdistrict"),
        "subdistrict_name": text(line, "subdistrict"),
        "kind": text(line, "kind"),
        "compounds": number(line, "compounds"),
        "households": number(line, "households"),
        "people": number(line, "people"),
        "percent_60_plus": number(line, "old"),
        "rooms_m2": number(line, "rooms"),
        "workers": number(line, "workers"),
        "office_address": text(line, "office"),
        "as_of_on": line.values.get("as_of"),
        "hidden": hidden(line, COUNTS),
        "findings": len(line.marks),
    }


def grid_out(line: Line) -> dict[str, Any]:
    """Return a line as a grid."""
    return {
        "code": line.code,
        "name": line.name,
        "community": home(line, "community"),
        "subdistrict": home(line, "subdistrict"),
        "kind": text(line, "kind"),
        "compounds": number(line, "compounds"),
        "households": number(line, "households"),
        "people": number(line, "people"),
        "hidden": hidden(line, COUNTS),
    }


def facility_out(line: Line) -> dict[str, Any]:
    """Return a line as a facility."""
    return {
        "code": line.code,
        "name": line.name,
        "kind": text(line, "kind"),
        "community": home(line, "community"),
        "subdistrict": home(line, "subdistrict"),
        "address": text(line, "address"),
        "floor_area_m2": number(line, "floor_area"),
        "as_of_on": line.values.get("as_of"),
    }


def parcel_out(line: Line) -> dict[str, Any]:
    """Return a line as a parcel."""
    return {
        "code": line.code,
        "title": text(line, "title"),
        "kind": text(line, "kind"),
        "community": home(line, "community"),
        "subdistrict": home(line, "subdistrict"),
        "grid": text(line, "grid"),
        "area_m2": number(line, "area"),
        "is_derived": line.facets.get("outline") == ("derived",),
    }


def finding_out(card: FindingCard) -> dict[str, Any]:
    """Return a finding."""
    return {name: getattr(card, name) for name in FindingOut.model_fields if name != "parcels"} | {
        "parcels": list(card.parcels)
    }


#: How a line of each list of the ledger is answered.
OUT: dict[Tab, Callable[[Line], dict[str, Any]]] = {
    Tab.COMPOUNDS: compound_out,
    Tab.COMMUNITIES: community_out,
    Tab.GRIDS: grid_out,
    Tab.FACILITIES: facility_out,
    Tab.PARCELS: parcel_out,
}
