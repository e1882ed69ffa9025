"""What a file may hold, and which fields name, place and number its things."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from linli.foundation.bilingual import Bilingual
from linli.registry.rules.fields import Ledger, LedgerField, fields_of

#: Columns that place a thing but are no fields of a ledger.
LONGITUDE, LATITUDE = "longitude", "latitude"
NO_CHOICES: Mapping[str, str] = MappingProxyType({})


class ImportKind(StrEnum):
    """What each row of the file is about."""

    COMPOUND = "compound"
    COMMUNITY = "community"
    FACILITY = "facility"
    PARCEL = "parcel"
    #: Figures of compounds that the ledger knows already; joined by code, nothing is founded.
    ATTRIBUTES = "attributes"


#: Kinds whose rows touch the whole district, whatever they say.
OF_THE_DISTRICT = frozenset({ImportKind.COMMUNITY, ImportKind.PARCEL})


@dataclass(frozen=True, slots=True)
class KindRules:
    """How the rows of one kind are read.

    Attributes:
        kind: The kind.
        ledger: Whose catalogue the columns come from; empty for parcels.
        code: Field that holds the code.
        name: Field that holds the name.
        point: Field that holds the place as one text; empty for parcels.
        founds: Whether a row without a match founds a new entry.
        needs_shape: Whether each row needs an outline.
    """

    kind: ImportKind
    ledger: str
    code: str
    name: str
    point: str
    founds: bool = True
    needs_shape: bool = False

    @property
    def catalogue(self) -> Mapping[str, LedgerField]:
        """The fields a column may be matched with, the two of the position among them."""
        own = PARCEL_FIELDS if self.kind is ImportKind.PARCEL else fields_of(self.ledger)
        return own if self.kind is ImportKind.PARCEL else {**own, **POSITION_FIELDS}


def rules_of(kind: str) -> KindRules:
    """Return how the rows of a kind are read.

    Raises:
        ValueError: There is no such kind.

    Examples:
        >>> rules_of("compound").name
        'compound_name'
    """
    return KINDS[ImportKind(kind)]


def _field(
    ledger: str, key: str, zh: str, en: str, kind: str, *aliases: str, choices: Mapping[str, str] = NO_CHOICES
) -> LedgerField:
    words = {zh: Bilingual(zh, en) for zh, en in choices.items()}
    name = Bilingual(zh, en)
    return LedgerField(ledger, key, name, kind, "", words, False, Bilingual("", ""), aliases, None, None, "public")


POSITION_FIELDS: Mapping[str, LedgerField] = {
    LONGITUDE: _field(
        "",
        LONGITUDE,
        "经度",
        "Longitude",
        "decimal",
        "lng",
        "lon",
        "x",
        "x坐标",
        "东经",
        "经度坐标",
        "百度经度",
        "高德经度",
    ),
    LATITUDE: _field(
        "",
        LATITUDE,
        "纬度",
        "Latitude",
        "decimal",
        "lat",
        "y",
        "y坐标",
        "北纬",
        "纬度坐标",
        "百度纬度",
        "高德纬度",
    ),
}
PARCEL_FIELDS: Mapping[str, LedgerField] = {
    "parcel_code": _field("parcel", "parcel_code", "地块编码", "Parcel code", "text", "地块编号"),
    "parcel_name": _field("parcel", "parcel_name", "地块名称", "Parcel name", "text"),
    "parcel_kind": _field(
        "parcel",
        "parcel_kind",
        "地块类型",
        "Kind of parcel",
        "choice",
        "用途",
        "kind",
        "landuse",
        choices={
            "居住": "residential",
            "商业楼宇": "commercial building",
            "校园": "campus",
            "公共设施": "public facility",
            "公园绿地": "park",
            "厂区": "works",
            "在建": "under construction",
            "水域": "water",
            "其他": "other",
        },
    ),
    "compound_code": _field(
        "parcel", "compound_code", "小区编码", "Compound code", "text", "小区代码", "小区编号", "compound"
    ),
    "community": _field(
        "parcel", "community", "所属社区", "Community", "choice", "社区", "所在社区", "社区名称", "社区编码"
    ),
}
#: Headings that any system writes, beside those of the catalogue.
USUAL_CODE_HEADINGS = ("编码", "代码", "编号", "code", "id", "uid")
USUAL_NAME_HEADINGS = ("名称", "name", "title")
USUAL_HEADINGS: Mapping[str, tuple[str, ...]] = {
    "completion_year": ("year", "buildyear", "buildtime", "build_year", "year_built"),
    "household_count": ("households", "house_num", "house_count"),
    "building_count": ("buildings", "building_num", "build_count"),
    "residents_count": ("population", "residents"),
    "address": ("addr", "location"),
    "centre_point": ("coordinate", "coordinates"),
    "property_company_name": ("wy",),
    "community": ("社区编码",),
}
KINDS: Mapping[ImportKind, KindRules] = {
    ImportKind.COMPOUND: KindRules(
        ImportKind.COMPOUND, Ledger.COMPOUND, "compound_code", "compound_name", "centre_point"
    ),
    ImportKind.COMMUNITY: KindRules(
        ImportKind.COMMUNITY, Ledger.COMMUNITY, "statistical_code", "community_name", "office_point"
    ),
    ImportKind.FACILITY: KindRules(ImportKind.FACILITY, Ledger.FACILITY, "facility_code", "facility_name", "point"),
    ImportKind.PARCEL: KindRules(ImportKind.PARCEL, "", "parcel_code", "parcel_name", "", needs_shape=True),
    ImportKind.ATTRIBUTES: KindRules(
        ImportKind.ATTRIBUTES, Ledger.COMPOUND, "compound_code", "compound_name", "centre_point", founds=False
    ),
}
