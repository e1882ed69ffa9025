"""The places that lines of a list belong to, read once for the whole list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from linli.registry.models import Community, Grid, Subdistrict
from linli.registry.queries.areas import Area, standing_at
from linli.registry.queries.ledger.lines import Text

#: Stands for "in no community" in the address.
NOWHERE = "none"


@dataclass(frozen=True, slots=True)
class Home:
    """A community as lines show it.

    Args:
        code: Its code.
        name: Its name.
        pinyin: What its name sorts by.
        subdistrict: Code of its subdistrict.
        subdistrict_name: Name of its subdistrict.
    """

    code: str
    name: str
    pinyin: str
    subdistrict: str
    subdistrict_name: str


@dataclass(frozen=True, slots=True)
class Places:
    """Communities and grids by key, subdistricts and communities by code."""

    homes: Mapping[int, Home]
    grids: Mapping[int, str]
    subdistrict_words: Mapping[str, Text]

    def community_words(self, *, subdistricts: tuple[str, ...] = ()) -> dict[str, Text]:
        """Return the names of the communities by code, those of some subdistricts where any are named."""
        return {
            home.code: home.name for home in self.homes.values() if not subdistricts or home.subdistrict in subdistricts
        }


def places_in(area: Area) -> Places:
    """Return the places of an area. Three queries."""
    communities = Community.objects.filter(pk__in=area.community_ids).order_by("code")
    grids = Grid.objects.filter(standing_at(area.at), community__in=area.community_ids)
    subdistricts = Subdistrict.objects.filter(communities__in=area.community_ids).distinct().order_by("code")
    return Places(
        homes={
            key: Home(code, name, pinyin, subdistrict, subdistrict_name)
            for key, code, name, pinyin, subdistrict, subdistrict_name in communities.values_list(
                "pk", "code", "name", "pinyin", "subdistrict__code", "subdistrict__name"
            )
        },
        grids=dict(grids.values_list("pk", "name")),
        subdistrict_words=dict(subdistricts.values_list("code", "name")),
    )
