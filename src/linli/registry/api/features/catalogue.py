"""Which collections of features there are, and what each can be narrowed by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from ninja import Field, Schema

from linli.foundation.api import Moment
from linli.organisation.rules import TokenRight
from linli.registry.api import shapes
from linli.registry.queries.ledger import Tab

Text = str | Promise


class TerritoryOut(Schema):
    """A community's territory in a layout."""

    layout: int = Field(description="布局序号")
    community: str = Field(description="社区编号")
    name: str = Field(description="社区名称")
    effective_from: Moment = Field(description="布局生效时刻")
    effective_until: Moment | None = Field(description="布局失效时刻；现行布局为 null")
    parcels: int = Field(description="地块数")


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What a collection can be narrowed by.

    Attributes:
        words: What it means.
        pattern: What a value looks like.
    """

    words: Text
    pattern: str


@dataclass(frozen=True, slots=True)
class Collection:
    """A collection of features.

    Attributes:
        id: Its name in the address.
        title: Its name for people.
        description: What a feature is.
        right: The right that a token needs.
        properties: The shape of a feature's properties.
        filters: What it can be narrowed by, by the name of the parameter.
        tab: The list of the ledger that it shows; None for the territories of the layouts.
    """

    id: str
    title: Text
    description: Text
    right: TokenRight
    properties: type[Schema]
    filters: Mapping[str, Narrowing]
    tab: Tab | None = None


_AS_CODE = r"^[0-9A-Za-z][0-9A-Za-z-]{0,39}$"
_AS_WORDS = r"^[^\x00-\x1f\x7f]{1,60}$"
_CODE = Narrowing(_("编号"), _AS_CODE)
_SUBDISTRICT = Narrowing(_("街道编号"), _AS_CODE)
_COMMUNITY = Narrowing(_("社区编号；none 为管理盲区"), _AS_CODE)
_KIND = Narrowing(_("类型"), _AS_WORDS)
_WORDS = Narrowing(_("名称、编号、拼音或地址里的词"), _AS_WORDS)

COLLECTIONS: Mapping[str, Collection] = {
    one.id: one
    for one in (
        Collection(
            "layouts",
            _("布局"),
            _("每一布局里各社区的范围，由地块合成；用 datetime 取某一时刻的布局"),
            TokenRight.READ_LAYOUTS,
            TerritoryOut,
            {"layout": Narrowing(_("布局序号"), r"^[1-9][0-9]{0,5}$"), "community": Narrowing(_("社区编号"), _AS_CODE)},
        ),
        Collection(
            "communities",
            _("社区"),
            _("现行布局的社区和台账里的数"),
            TokenRight.READ_LEDGER,
            shapes.CommunityOut,
            {"code": _CODE, "subdistrict": _SUBDISTRICT, "kind": _KIND, "q": _WORDS},
            Tab.COMMUNITIES,
        ),
        Collection(
            "compounds",
            _("小区"),
            _("小区所在的地块，没有地块时是一个点"),
            TokenRight.READ_LEDGER,
            shapes.CompoundOut,
            {"code": _CODE, "subdistrict": _SUBDISTRICT, "community": _COMMUNITY, "kind": _KIND, "q": _WORDS},
            Tab.COMPOUNDS,
        ),
        Collection(
            "grids",
            _("网格"),
            _("现行布局的网格，由地块合成"),
            TokenRight.READ_LEDGER,
            shapes.GridOut,
            {"code": _CODE, "subdistrict": _SUBDISTRICT, "community": _COMMUNITY, "kind": _KIND, "q": _WORDS},
            Tab.GRIDS,
        ),
        Collection(
            "parcels",
            _("地块"),
            _("现行布局的地块；is_derived 为真时界线是推算的"),
            TokenRight.READ_LEDGER,
            shapes.ParcelOut,
            {"code": _CODE, "subdistrict": _SUBDISTRICT, "community": _COMMUNITY, "kind": _KIND, "q": _WORDS},
            Tab.PARCELS,
        ),
        Collection(
            "facilities",
            _("设施"),
            _("设施的位置"),
            TokenRight.READ_LEDGER,
            shapes.FacilityOut,
            {"code": _CODE, "subdistrict": _SUBDISTRICT, "community": _COMMUNITY, "kind": _KIND, "q": _WORDS},
            Tab.FACILITIES,
        ),
    )
}
