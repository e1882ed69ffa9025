"""Which entry of the ledger a row is about: by code, else by name, address and place; in doubt a person is asked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from linli.foundation.names import community_key, compound_key, plain_name
from linli.registry.rules.importing.kinds import ImportKind
from linli.registry.rules.importing.likeness import Features, Scale, metres_between
from linli.registry.rules.importing.questions import Answer, Ask, Question
from linli.registry.rules.importing.remarks import Remark, remark
from linli.registry.rules.importing.verdicts import Background, Held, Incoming

LONGEST_CODE = 32
ADDRESS = "address"
ZH_OF_KIND = {
    ImportKind.COMPOUND: "小区",
    ImportKind.ATTRIBUTES: "小区",
    ImportKind.COMMUNITY: "社区",
    ImportKind.FACILITY: "设施",
    ImportKind.PARCEL: "地块",
}


def key_of(kind: ImportKind) -> Callable[[str], str]:
    """Return how names of a kind are brought to one form."""
    if kind is ImportKind.COMMUNITY:
        return community_key
    return compound_key if kind in {ImportKind.COMPOUND, ImportKind.ATTRIBUTES} else plain_name


@dataclass
class Match:
    """What was found for a row.

    Attributes:
        held: The entry it is about; None for something new.
        faults: Why the row is refused.
        warnings: What a reader should know.
        questions: What a person must say, answers included.
        is_skipped: A person said to leave the row out.
        keeps_name: The entry keeps its own name, whatever the row calls it.
    """

    held: Held | None = None
    faults: list[Remark] = field(default_factory=list)
    warnings: list[Remark] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    is_skipped: bool = False
    keeps_name: bool = False


class Matcher:
    """Finds the entries of rows, with everything looked up once.

    Args:
        background: What rows are held against.
        codes_in_file: Key of each name of the file to the codes it stands beside.
    """

    def __init__(self, background: Background, codes_in_file: dict[str, set[str]]) -> None:
        self.background = background
        self.kind = background.kind
        self.key = key_of(background.kind.kind)
        self.zh = ZH_OF_KIND[background.kind.kind]
        self.scale = Scale(background.standards, self.key)
        self.codes_in_file = codes_in_file
        self.by_code = {held.code: held for held in background.held}
        self.by_key: dict[str, list[Held]] = defaultdict(list)
        self.by_address: dict[str, list[Held]] = defaultdict(list)
        self.by_cell: dict[tuple[int, int], list[Held]] = defaultdict(list)
        # About twice the distance of likely doubles, so that a cell and its neighbours hold all that are near.
        self.degrees = 2 * self.scale.near_m / 100_000
        for held in background.held:
            if held.is_ended:
                self._lead_on(held)
                continue
            self.by_key[self.key(held.name)].append(held)
            address = plain_name(str(held.current.get(ADDRESS) or ""))
            if address:
                self.by_address[address].append(held)
            if held.place is not None:
                self.by_cell[self._cell(held.place)].append(held)

    def _lead_on(self, ended: Held) -> None:
        """Let the name of a merged entry lead to the one that it became: rows of old tables still find it."""
        kept = self.by_code.get(ended.successor)
        if kept is not None and self.key(ended.name) != self.key(kept.name):
            self.by_key[self.key(ended.name)].append(replace(kept, name=ended.name))

    def find(self, row: Incoming, *, code: str, name: str, address: str) -> Match:
        """Return the entry that a row is about, or why it cannot be told.

        Args:
            row: The row.
            code: Its code; empty for none.
            name: Its name; empty for none.
            address: Its address; empty for none.
        """
        found = Match()
        features = Features(name, address, row.place)
        if len(code) > LONGEST_CODE:
            found.faults.append(remark("CODE_TOO_LONG", self._code_heading, most=LONGEST_CODE, found=code))
        elif code:
            self._by_code(code, features, row, found)
        elif name:
            self._by_name(features, row, found)
        elif not self.kind.needs_shape:
            if self.kind.founds:
                found.faults.append(remark("NAME_MISSING", self._name_heading))
            else:
                found.faults.append(remark("CODE_MISSING", self._code_heading))
        if found.held is None and not found.faults and not found.is_skipped:
            self._may_found(code, name, found)
        return found

    @property
    def _code_heading(self) -> str:
        return self.background.heading(self.kind.code)

    @property
    def _name_heading(self) -> str:
        return self.background.heading(self.kind.name)

    def _by_code(self, code: str, row: Features, incoming: Incoming, found: Match) -> None:
        held = self.by_code.get(code)
        if held is None:
            self._new_code(code, row, incoming, found)
        elif held.successor in self.by_code:
            self._by_merged_code(held, self.by_code[held.successor], row, incoming, found)
        elif held.is_ended:
            found.held = held
            found.warnings.append(remark("FOUNDED_AGAIN", self._code_heading))
        elif not row.name or self.key(row.name) == self.key(held.name):
            found.held = held
        else:
            self._other_name(code, row, incoming, held, found)

    def _by_merged_code(self, ended: Held, kept: Held, row: Features, incoming: Incoming, found: Match) -> None:
        if row.name and self.key(row.name) not in {self.key(ended.name), self.key(kept.name)}:
            self._other_name(ended.code, row, incoming, kept, found)
            return
        found.held, found.keeps_name = kept, True
        found.warnings.append(remark("MERGED_INTO", self._code_heading, code=ended.code, kept=kept.code))

    def _other_name(self, code: str, row: Features, incoming: Incoming, held: Held, found: Match) -> None:
        """Judge a known code beside another name: given to something else, or a rename that a person confirms."""
        moved = sorted(self.codes_in_file.get(self.key(held.name), set()) - {code})
        others = [one.code for one in self.by_key.get(self.key(row.name), ()) if one.code != code]
        if moved or others:
            why = remark(
                "CODE_REUSED" if moved else "CODE_OF_ANOTHER",
                self._code_heading,
                code=code,
                held=held.name,
                found=row.name,
                other=(moved or others)[0],
            )
            found.faults.append(why)
        elif self.kind.kind is ImportKind.COMMUNITY:
            found.faults.append(remark("NAME_DIFFERS", self._name_heading, code=code, held=held.name, found=row.name))
        else:
            found.held = held
            self._ask(Ask.RENAME, row, incoming, held, found)

    def _new_code(self, code: str, row: Features, incoming: Incoming, found: Match) -> None:
        alike = self.by_key.get(self.key(row.name), []) if row.name else []
        if not alike or not self.kind.founds:
            return
        at_home = [one for one in alike if one.code[:9] == code[:9]]
        if self.kind.kind is ImportKind.COMMUNITY and at_home:
            found.faults.append(
                remark("CODE_CHANGED", self._code_heading, found=row.name, held=at_home[0].code, code=code)
            )
            return
        nearest = max(alike, key=lambda one: self.scale.weigh(row, one))
        if self.kind.kind is not ImportKind.COMMUNITY and self._agrees_beyond_the_name(row, nearest):
            self._ask(Ask.MATCH, row, incoming, nearest, found)
            return
        codes = "、".join(one.code for one in alike[:3])
        found.warnings.append(remark("SAME_NAME", self._name_heading, kind=self.zh, codes=codes))

    def _by_name(self, row: Features, incoming: Incoming, found: Match) -> None:
        alike = self.by_key.get(self.key(row.name), [])
        near = [one for one in alike if self._is_near(row, one)]
        if len(alike) > 1 and len(near) != 1:
            codes = "、".join(one.code for one in alike[:3])
            found.faults.append(
                remark("NAME_OF_SEVERAL", self._name_heading, found=row.name, count=len(alike), codes=codes)
            )
        elif near or (len(alike) == 1 and not self._disagrees_beyond_the_name(row, alike[0])):
            by_name = near[0] if near else alike[0]
            found.held = self.by_code[by_name.code]
            found.keeps_name = by_name.name != found.held.name
        elif self.kind.kind is ImportKind.COMMUNITY:
            found.held = alike[0] if alike else None
        else:
            likely = alike[0] if alike else self._likeliest(row)
            if likely is not None:
                self._ask(Ask.MATCH, row, incoming, likely, found)

    def _ask(self, ask: Ask, row: Features, incoming: Incoming, held: Held, found: Match) -> None:
        """Ask a person whether row and entry are one thing, or follow what was said before."""
        answer = self.background.answers.get((incoming.number, ask.value, held.code), "")
        found.questions.append(
            Question(
                ask=ask,
                code=held.code,
                confidence=round(self.scale.weigh(row, held), 2),
                held={"name": held.name, ADDRESS: str(held.current.get(ADDRESS) or "")},
                came={"name": row.name, ADDRESS: row.address},
                answer=answer,
            )
        )
        found.is_skipped = answer == Answer.SKIP
        found.keeps_name = ask is Ask.MATCH
        if answer == Answer.DIFFERENT:
            found.held = None
            if ask is Ask.RENAME:
                found.faults.append(
                    remark("CODE_TAKEN", self._code_heading, code=held.code, held=held.name, found=row.name)
                )
        else:
            found.held = held

    def _likeliest(self, row: Features) -> Held | None:
        """Return the entry near by or at the same address that resembles the row most, if any does enough."""
        there = {one.code: one for one in self.by_address.get(plain_name(row.address), ()) if row.address}
        if row.place is not None:
            east, north = self._cell(row.place)
            for cell in ((east + i, north + j) for i in (-1, 0, 1) for j in (-1, 0, 1)):
                there |= {one.code: one for one in self.by_cell.get(cell, ()) if self._is_near(row, one)}
        best = max(there.values(), key=lambda one: (self.scale.weigh(row, one), one.code), default=None)
        return best if best is not None and self.scale.weigh(row, best) >= self.scale.least else None

    def _may_found(self, code: str, name: str, found: Match) -> None:
        book = self.background.communities
        if book is None:
            return
        if not self.kind.founds:
            which, heading = ("CODE_UNKNOWN", self._code_heading) if code else ("NAME_UNKNOWN", self._name_heading)
            found.faults.append(remark(which, heading, found=code or name, kind=self.zh))
            return
        if not name and not self.kind.needs_shape:
            found.faults.append(remark("NAME_MISSING", self._name_heading))
        if self.kind.kind is ImportKind.COMMUNITY:
            district = self.background.district
            if not code:
                found.faults.append(remark("CODE_MISSING", self._code_heading))
            elif not (len(code) == 12 and code.isdigit() and code.startswith(district)):
                found.faults.append(remark("CODE_OF_OTHER_DISTRICT", self._code_heading, found=code, district=district))
            elif not book.has_subdistrict(code[:9]):
                found.faults.append(remark("SUBDISTRICT_OF_CODE", self._code_heading, found=code[:9]))

    def _is_near(self, row: Features, held: Held) -> bool:
        return (
            row.place is not None
            and held.place is not None
            and metres_between(row.place, held.place) <= self.scale.near_m
        )

    def _agrees_beyond_the_name(self, row: Features, held: Held) -> bool:
        address = plain_name(str(held.current.get(ADDRESS) or ""))
        return self._is_near(row, held) or bool(address and address == plain_name(row.address))

    def _disagrees_beyond_the_name(self, row: Features, held: Held) -> bool:
        """Say whether an entry of the same name lies elsewhere, so that it may be another of that name."""
        if row.place is not None and held.place is not None:
            return not self._is_near(row, held)
        return self.scale.weigh(row, held) < self.scale.least

    def _cell(self, place: Sequence[float]) -> tuple[int, int]:
        return int(place[0] // self.degrees), int(place[1] // self.degrees)
