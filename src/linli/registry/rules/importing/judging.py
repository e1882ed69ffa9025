"""The verdict on each row of a file against the ledger: new, changed, unchanged or refused, each with its reason."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from linli.foundation.names import community_key, compound_key, plain_name
from linli.foundation.tables import Cell
from linli.registry.rules.importing.kinds import ImportKind
from linli.registry.rules.importing.places import Unplaced, place_name
from linli.registry.rules.importing.remarks import Remark, remark
from linli.registry.rules.importing.values import Parsed, number_text, parse_cell
from linli.registry.rules.importing.verdicts import Background, Held, Incoming, Judged, Verdict
from linli.registry.rules.row_tests import faults_of

#: Metres of a degree of latitude: near enough for telling whether two points are the same place.
DEGREE_M = 111_320.0
LONGEST_CODE = 32
POINT = "point"
COMMUNITY = "community"
SUBDISTRICT = "subdistrict"
ZH_OF_KIND = {
    ImportKind.COMPOUND: "小区",
    ImportKind.ATTRIBUTES: "小区",
    ImportKind.COMMUNITY: "社区",
    ImportKind.FACILITY: "设施",
    ImportKind.PARCEL: "地块",
}


def judge_rows(rows: Sequence[Incoming], background: Background) -> tuple[Judged, ...]:
    """Return the verdict on each row, in order.

    Args:
        rows: The rows of the file.
        background: What they are held against.

    Notes:
        An empty cell says nothing and changes nothing. Of identical rows the first counts. Rows that share a code
        and differ are refused, all of them: nobody can tell which is right.
    """
    bench = _Bench(background)
    same, clashes = _repeated(rows, bench)
    return tuple(
        Judged(
            row.number, Verdict.UNCHANGED, *bench.identity(row), warnings=(remark("SAME_ROW", row=same[row.number]),)
        )
        if row.number in same
        else bench.judge(row, clashes.get(row.number, ()))
        for row in rows
    )


def key_of(kind: ImportKind) -> Callable[[str], str]:
    """Return how names of a kind are brought to one form."""
    if kind is ImportKind.COMMUNITY:
        return community_key
    return compound_key if kind in {ImportKind.COMPOUND, ImportKind.ATTRIBUTES} else plain_name


def metres_between(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Return the distance of two near places in metres, right to a few in a thousand.

    Examples:
        >>> round(metres_between((116.4, 39.9), (116.4, 39.901)))
        111
    """
    east = (a[0] - b[0]) * np.cos(np.radians((a[1] + b[1]) / 2))
    return float(np.hypot(east, a[1] - b[1]) * DEGREE_M)


def _repeated(rows: Sequence[Incoming], bench: _Bench) -> tuple[dict[int, int], dict[int, tuple[Remark, ...]]]:
    """Return the rows that repeat an earlier one whole, and those that clash over a code or a name."""
    seen: dict[tuple[Any, ...], int] = {}
    same: dict[int, int] = {}
    by_name: dict[tuple[str, str], list[Incoming]] = defaultdict(list)
    for row in rows:
        content = (tuple(row.cells.items()), row.place)
        if content in seen:
            same[row.number] = seen[content]
            continue
        seen[content] = row.number
        code, name = bench.identity(row)
        if code or name:
            by_name["code" if code else "name", code or bench.key(name)].append(row)
    clashes: dict[int, tuple[Remark, ...]] = {}
    for (what, _key), group in by_name.items():
        if len(group) < 2:
            continue
        for row in group:
            others = "、".join(str(other.number) for other in group if other is not row)
            code, name = bench.identity(row)
            column = bench.heading(bench.kind.code if what == "code" else bench.kind.name)
            clashes[row.number] = (
                remark("CODE_REPEATED" if what == "code" else "NAME_REPEATED", column, found=code or name, rows=others),
            )
    return same, clashes


class _Bench:
    """Judges rows one by one, with everything looked up once."""

    def __init__(self, background: Background) -> None:
        self.background = background
        self.kind = background.kind
        self.catalogue = background.kind.catalogue
        self.key = key_of(background.kind.kind)
        self.zh = ZH_OF_KIND[background.kind.kind]
        self.by_code = {held.code: held for held in background.held}
        self.by_key: dict[str, list[Held]] = defaultdict(list)
        for held in background.held:
            if not held.is_ended:
                self.by_key[self.key(held.name)].append(held)
        self.parsed: dict[tuple[str, type, Cell], Parsed] = {}
        self.mu_m2 = background.standards["mu_area"].number
        self.near_m = background.standards["duplicate_point_distance"].number
        self.same_m = background.standards["shared_point_distance"].number
        self.snap_m = background.standards["outline_snap_distance"].number

    def heading(self, key: str) -> str:
        known = self.catalogue.get(key)
        return self.background.headings.get(key) or (known.zh if known else key)

    def parse(self, key: str, cell: Cell) -> Parsed:
        # Counts and choices repeat; each distinct cell of a column is read once.
        token = (key, type(cell), cell)
        found = self.parsed.get(token)
        if found is None:
            found = parse_cell(cell, self.catalogue[key], heading=self.heading(key), mu_m2=self.mu_m2)
            self.parsed[token] = found
        return found

    def identity(self, row: Incoming) -> tuple[str, str]:
        code = self.parse(self.kind.code, row.cells[self.kind.code]).value if self.kind.code in row.cells else ""
        name = self.parse(self.kind.name, row.cells[self.kind.name]).value if self.kind.name in row.cells else ""
        return code, place_name(name) if self.kind.kind is ImportKind.COMMUNITY else name

    def judge(self, row: Incoming, clashes: tuple[Remark, ...]) -> Judged:
        faults: list[Remark] = [*clashes]
        warnings: list[Remark] = []
        code, name = self.identity(row)
        values = self._values(row, faults, warnings)
        self._position(row, faults, warnings)
        held = None if clashes else self._matched(code, name, row, faults, warnings)
        if held is not None and not held.is_ended:
            code = held.code
        self._area(row, held, name, values, faults)
        before = {} if held is None or held.is_ended else held.current
        changes = self._changes(row, held, name, values, warnings)
        self._plausible(values, before, changes, faults, warnings)
        verdict = (
            Verdict.REFUSED
            if faults
            else Verdict.NEW
            if held is None or held.is_ended
            else Verdict.CHANGED
            if changes
            else Verdict.UNCHANGED
        )
        shown = name or (held.name if held else "")
        return Judged(row.number, verdict, code, shown, values, changes, tuple(faults), tuple(warnings))

    def _values(self, row: Incoming, faults: list[Remark], warnings: list[Remark]) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for key, cell in row.cells.items():
            if key == self.kind.code:
                continue
            parsed = self.parse(key, cell)
            if parsed.fault is not None:
                faults.append(parsed.fault)
                values[key] = {"value": "", "original": parsed.original}
                continue
            if parsed.warning is not None:
                warnings.append(parsed.warning)
            if not parsed.value:
                continue
            values[key] = {"value": parsed.value, "original": parsed.original}
        self._communities(values, faults)
        return values

    def _communities(self, values: dict[str, Any], faults: list[Remark]) -> None:
        """Turn the names of community and subdistrict into codes."""
        subdistrict = ""
        if SUBDISTRICT in values:
            said = values[SUBDISTRICT]["value"]
            subdistrict = self.background.communities.subdistrict(said)
            if subdistrict:
                values[SUBDISTRICT]["value"] = subdistrict
            else:
                faults.append(remark("SUBDISTRICT_UNKNOWN", self.heading(SUBDISTRICT), found=said))
        if COMMUNITY in values and self.kind.kind is not ImportKind.COMMUNITY:
            said = values[COMMUNITY]["value"]
            found = self.background.communities.community(said, subdistrict=subdistrict)
            if isinstance(found, Unplaced):
                faults.append(found.remark(self.heading(COMMUNITY)))
                values[COMMUNITY]["value"] = ""
            else:
                values[COMMUNITY]["value"] = found

    def _position(self, row: Incoming, faults: list[Remark], warnings: list[Remark]) -> None:
        if row.fault is not None:
            faults.append(row.fault)
        elif row.outside_m > self.snap_m:
            faults.append(remark("OUTSIDE_DISTRICT", metres=round(row.outside_m)))
        elif row.outside_m > 0:
            warnings.append(remark("JUST_OUTSIDE", metres=max(1, round(row.outside_m))))

    def _matched(
        self, code: str, name: str, row: Incoming, faults: list[Remark], warnings: list[Remark]
    ) -> Held | None:
        if len(code) > LONGEST_CODE:
            faults.append(remark("CODE_TOO_LONG", self.heading(self.kind.code), most=LONGEST_CODE, found=code))
            return None
        if code:
            held = self._by_code(code, name, row, faults, warnings)
        elif name:
            held = self._by_name(name, row, faults)
        else:
            missing = "NAME_MISSING" if self.kind.founds and not self.kind.needs_shape else "CODE_MISSING"
            if not self.kind.needs_shape:
                faults.append(remark(missing, self.heading(self.kind.name if self.kind.founds else self.kind.code)))
            held = None
        if held is None and not faults:
            self._may_found(code, name, faults)
        return held

    def _by_code(
        self, code: str, name: str, row: Incoming, faults: list[Remark], warnings: list[Remark]
    ) -> Held | None:
        held = self.by_code.get(code)
        if held is None:
            alike = [one for one in self.by_key.get(self.key(name), ()) if name]
            if alike and self.kind.founds:
                codes = "、".join(one.code for one in alike[:3])
                warnings.append(remark("SAME_NAME", self.heading(self.kind.name), kind=self.zh, codes=codes))
            return None
        if held.is_ended:
            warnings.append(remark("FOUNDED_AGAIN", self.heading(self.kind.code)))
        elif name and self.key(name) != self.key(held.name):
            if self.kind.kind is ImportKind.COMMUNITY:
                faults.append(
                    remark("NAME_DIFFERS", self.heading(self.kind.name), code=code, held=held.name, found=name)
                )
            else:
                warnings.append(remark("NAME_CHANGES", self.heading(self.kind.name), held=held.name, found=name))
        return held

    def _by_name(self, name: str, row: Incoming, faults: list[Remark]) -> Held | None:
        alike = self.by_key.get(self.key(name), [])
        column = self.heading(self.kind.name)
        near = [one for one in alike if self._apart(one, row) is not None and self._apart(one, row) <= self.near_m]  # type: ignore[operator]
        if len(alike) > 1 and len(near) != 1:
            codes = "、".join(one.code for one in alike[:3])
            faults.append(remark("NAME_OF_SEVERAL", column, found=name, count=len(alike), codes=codes))
            return None
        if not alike:
            return None
        held = near[0] if near else alike[0]
        apart = self._apart(held, row)
        if apart is not None and apart > self.near_m and self.kind.kind is not ImportKind.COMMUNITY:
            faults.append(remark("NAME_FAR_AWAY", column, found=held.name, code=held.code, metres=round(apart)))
            return None
        return held

    def _apart(self, held: Held, row: Incoming) -> float | None:
        return None if held.place is None or row.place is None else metres_between(held.place, row.place)

    def _may_found(self, code: str, name: str, faults: list[Remark]) -> None:
        if not self.kind.founds:
            which = "CODE_UNKNOWN" if code else "NAME_UNKNOWN"
            column = self.heading(self.kind.code if code else self.kind.name)
            faults.append(remark(which, column, found=code or name, kind=self.zh))
            return
        if not name and not self.kind.needs_shape:
            faults.append(remark("NAME_MISSING", self.heading(self.kind.name)))
        if self.kind.kind is ImportKind.COMMUNITY:
            column = self.heading(self.kind.code)
            if not code:
                faults.append(remark("CODE_MISSING", column))
            elif not (len(code) == 12 and code.isdigit() and code.startswith(self.background.district)):
                faults.append(remark("CODE_OF_OTHER_DISTRICT", column, found=code, district=self.background.district))
            elif not self.background.communities.has_subdistrict(code[:9]):
                faults.append(remark("SUBDISTRICT_OF_CODE", column, found=code[:9]))

    def _area(
        self, row: Incoming, held: Held | None, name: str, values: Mapping[str, Any], faults: list[Remark]
    ) -> None:
        if self.background.is_whole_district or faults:
            return
        if held is not None and not held.is_ended:
            if not held.is_within:
                faults.append(remark("OUTSIDE_YOUR_AREA", found=held.name))
            return
        said = values.get(COMMUNITY, {}).get("value") or row.area_community
        if said not in self.background.area_communities:
            faults.append(remark("PLACE_OUTSIDE_YOUR_AREA", found=name))

    def _changes(
        self, row: Incoming, held: Held | None, name: str, values: Mapping[str, Any], warnings: list[Remark]
    ) -> dict[str, list[Any]]:
        current: Mapping[str, Any] = {} if held is None or held.is_ended else held.current
        changes: dict[str, list[Any]] = {}
        for key, value in values.items():
            if key in {SUBDISTRICT, self.kind.name} or (key == COMMUNITY and self.kind.kind is not ImportKind.FACILITY):
                continue
            old = _canonical(current.get(key))
            if value["value"] and old != value["value"]:
                changes[key] = [old, value["value"]]
        if held is None or held.is_ended:
            said = values.get(COMMUNITY, {}).get("value")
            if said:
                changes[COMMUNITY] = ["", said]
            return changes
        if name and name != held.name and self.kind.kind is not ImportKind.COMMUNITY:
            changes[self.kind.name] = [held.name, name]
        said = values.get(COMMUNITY, {}).get("value")
        if said and self.kind.kind is not ImportKind.FACILITY and said != held.claimed:
            changes[COMMUNITY] = [held.claimed, said]
        if row.place is not None:
            apart = self._apart(held, row)
            if apart is None or apart > self.same_m:
                changes[POINT] = [list(held.place) if held.place else None, list(row.place)]
                if apart is not None:
                    warnings.append(remark("MOVED", metres=round(apart)))
        return changes

    def _plausible(
        self,
        values: Mapping[str, Any],
        before: Mapping[str, Any],
        changes: Mapping[str, Any],
        faults: list[Remark],
        warnings: list[Remark],
    ) -> None:
        """Hold the row, joined with what the ledger has, against the tests of a survey row."""
        touched = {key: values[key]["value"] for key in changes if key in values}
        if not touched or not self.kind.ledger:
            return
        after = faults_of(
            {**before, **touched}, on=self.background.on, ledger=self.kind.ledger, standards=self.background.standards
        )
        known = (
            {
                (fault.test, fault.field)
                for fault in faults_of(
                    before, on=self.background.on, ledger=self.kind.ledger, standards=self.background.standards
                )
            }
            if after and before
            else set()
        )
        for fault in after:
            # What was wrong before and is not touched is not this row's matter.
            if (fault.test, fault.field) in known and fault.field not in touched:
                continue
            found = remark(fault.test, self.heading(fault.field), **fault.params)
            (faults if fault.is_hard else warnings).append(found)


def _canonical(value: Any) -> str:
    if value is None:
        return ""
    return number_text(value) if isinstance(value, int | float) and not isinstance(value, bool) else str(value)
