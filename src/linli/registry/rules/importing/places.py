"""Communities and subdistricts as tables name them: by code, or by any spelling of the name."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from linli.foundation.names import community_key, plain_name
from linli.registry.rules.importing.remarks import Remark, remark

OFFICE_OF_A_PLACE = re.compile(r"(?<=社区)(?:居民委员会|居委会)$|(?<=街道)办事处$")
SUBDISTRICT_ENDINGS = ("街道办事处", "街道办", "街道", "镇", "乡", "地区")


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A name that leads to no community, or to several."""

    code: str
    params: dict[str, str | int]

    def remark(self, column: str) -> Remark:
        """Return what to say of the cell."""
        return remark(self.code, column, **self.params)


class CommunityBook:
    """Finds communities and subdistricts by what a cell says.

    Args:
        communities: Code and name of each.
        subdistricts: Code of nine digits and name of each.

    Examples:
        >>> book = CommunityBook([("990101001001", "柳荫社区")], [("990101001", "东桥街道")])
        >>> book.community("柳荫社区居委会"), book.subdistrict("东桥街道办事处")
        ('990101001001', '990101001')
        >>> book.community("柳茵社区").params["nearest"]
        '柳荫社区'
    """

    def __init__(self, communities: Iterable[tuple[str, str]], subdistricts: Iterable[tuple[str, str]]) -> None:
        self._names = dict(communities)
        self._codes: dict[str, list[str]] = defaultdict(list)
        for code, name in self._names.items():
            self._codes[community_key(name)].append(code)
        self._subdistricts = dict(subdistricts)
        self._subdistrict_codes = {subdistrict_key(name): code for code, name in self._subdistricts.items()}
        self._found: dict[tuple[str, str], str | Unplaced] = {}

    def name_of(self, code: str) -> str:
        """Return a community's name, or the code where it is not known."""
        return self._names.get(code, code)

    def has_subdistrict(self, code: str) -> bool:
        """Say whether a subdistrict of nine digits is known."""
        return code in self._subdistricts

    def subdistrict(self, said: str) -> str:
        """Return the code of a subdistrict; empty for an unknown one."""
        return said if said in self._subdistricts else self._subdistrict_codes.get(subdistrict_key(said), "")

    def community(self, said: str, *, subdistrict: str = "") -> str | Unplaced:
        """Return the code of a community, or why there is none.

        Args:
            said: Code or name.
            subdistrict: Code of the subdistrict that decides between equal names.
        """
        token = (said, subdistrict)
        if token not in self._found:
            self._found[token] = self._search(said, subdistrict)
        return self._found[token]

    def _search(self, said: str, subdistrict: str) -> str | Unplaced:
        if said in self._names:
            return said
        codes = self._codes.get(community_key(said), [])
        if len(codes) > 1 and subdistrict:
            codes = [code for code in codes if code.startswith(subdistrict)]
        if len(codes) == 1:
            return codes[0]
        if codes:
            return Unplaced(
                "COMMUNITY_OF_SEVERAL", {"found": said, "count": len(codes), "codes": "、".join(sorted(codes)[:3])}
            )
        near = get_close_matches(community_key(said), self._codes, n=1, cutoff=0.5)
        if not near:
            return Unplaced("COMMUNITY_UNKNOWN_ALONE", {"found": said})
        code = self._codes[near[0]][0]
        return Unplaced("COMMUNITY_UNKNOWN", {"found": said, "nearest": self._names[code], "code": code})


def place_name(name: str) -> str:
    """Return the name of the place where a table gives that of its office: 社区 for 社区居委会, 街道 for 街道办事处.

    Examples:
        >>> place_name("柳荫社区居委会"), place_name("东桥街道办事处"), place_name("机床厂居委会")
        ('柳荫社区', '东桥街道', '机床厂居委会')
    """
    return OFFICE_OF_A_PLACE.sub("", name.strip())


def subdistrict_key(name: str) -> str:
    """Return the key under which a subdistrict's spellings meet.

    Examples:
        >>> {subdistrict_key(name) for name in ("东桥街道", "东桥街道办事处", " 东桥 ")}
        {'东桥'}
    """
    plain = plain_name(name)
    for ending in SUBDISTRICT_ENDINGS:
        if plain.endswith(ending) and plain != ending:
            return plain.removesuffix(ending)
    return plain
