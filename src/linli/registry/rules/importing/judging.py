"""The verdict on each row of a file against the ledger: new, changed, unchanged or refused, each with its reason."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from linli.foundation.tables import Cell
from linli.registry.rules.importing.kinds import ImportKind
from linli.registry.rules.importing.likeness import metres_between
from linli.registry.rules.importing.matching import ADDRESS, Match, Matcher, key_of
from linli.registry.rules.importing.places import Unplaced, place_name
from linli.registry.rules.importing.questions import Answer, Ask, Question
from linli.registry.rules.importing.remarks import Remark, remark
from linli.registry.rules.importing.repeats import repeated_rows, without_doubles
from linli.registry.rules.importing.values import Parsed, number_text, parse_cell
from linli.registry.rules.importing.verdicts import Background, Held, Incoming, Judged, Verdict
from linli.registry.rules.row_tests import faults_of

POINT = "point"
COMMUNITY = "community"
SUBDISTRICT = "subdistrict"
#: Fields that never change: another figure is a contradiction, not news.
CONSTANT = frozenset({"completion_year"})


def judge_rows(rows: Sequence[Incoming], background: Background) -> tuple[Judged, ...]:
    """Return the verdict on each row, in order.

    Args:
        rows: The rows of the file.
        background: What they are held against.

    Notes:
        An empty cell says nothing and changes nothing. Of identical rows the first counts. Rows that share a code
        and differ, or turn out to be one entry of the ledger, are refused, all of them: nobody can tell which is right.
    """
    bench = _Bench(rows, background)
    same, clashes = repeated_rows(
        rows,
        bench.identity,
        key=bench.matcher.key,
        code_heading=background.heading(background.kind.code),
        name_heading=background.heading(background.kind.name),
    )
    return without_doubles(
        Judged(
            row.number,
            Verdict.UNCHANGED,
            *bench.identity(row),
            warnings=(remark("SAME_ROW", row=same[row.number]),),
            is_left_out=True,
        )
        if row.number in same
        else bench.judge(row, clashes.get(row.number, ()))
        for row in rows
    )


class _Bench:
    """Judges rows one by one, with everything looked up once."""

    def __init__(self, rows: Sequence[Incoming], background: Background) -> None:
        self.background = background
        self.kind = background.kind
        self.catalogue = background.kind.catalogue
        self.heading = background.heading
        self.parsed: dict[tuple[str, type, Cell], Parsed] = {}
        self.mu_m2 = background.standards["mu_area"].number
        self.same_m = background.standards["shared_point_distance"].number
        self.snap_m = background.standards["outline_snap_distance"].number
        self.matcher = Matcher(background, self._codes_by_name(rows))

    def _codes_by_name(self, rows: Sequence[Incoming]) -> dict[str, set[str]]:
        key = key_of(self.kind.kind)
        codes: dict[str, set[str]] = defaultdict(set)
        for code, name in map(self.identity, rows):
            if code and name:
                codes[key(name)].add(code)
        return codes

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
        match = Match() if clashes else self.matcher.find(row, code=code, name=name, address=_said(values, ADDRESS))
        faults += match.faults
        warnings += match.warnings
        held = match.held
        if held is not None and not held.is_ended:
            code = held.code
        self._area(row, held, name, values, faults)
        before = {} if held is None or held.is_ended else held.current
        changes = self._changes(row, match, name, values, warnings)
        questions = [*match.questions, *self._contradictions(row, held, changes)]
        self._plausible(values, before, changes, faults, warnings)
        is_left_out = not faults and any(one.answer == Answer.SKIP for one in questions)
        if is_left_out:
            changes = {}
            warnings = [remark("SKIPPED")]
        verdict = _verdict(held, changes, faults, questions)
        shown = name or (held.name if held else "")
        return Judged(
            row=row.number,
            verdict=verdict,
            code=code,
            name=shown,
            values=values,
            changes=changes,
            faults=tuple(faults),
            warnings=tuple(warnings),
            questions=tuple(questions),
            is_left_out=is_left_out,
        )

    def _contradictions(self, row: Incoming, held: Held | None, changes: dict[str, list[Any]]) -> list[Question]:
        """Ask about figures that never change and yet do; what a person keeps of the ledger's is no change."""
        asked = []
        for key in sorted(CONSTANT & changes.keys()):
            old, new = changes[key]
            if held is None or held.is_ended or not old or not new:
                continue
            answer = self.background.answers.get((row.number, Ask.CONTRADICTION.value, held.code), "")
            asked.append(Question(Ask.CONTRADICTION, held.code, 1.0, {key: old}, {key: new}, answer))
            if answer == Answer.DIFFERENT:
                del changes[key]
        return asked

    def _values(self, row: Incoming, faults: list[Remark], warnings: list[Remark]) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for key, cell in row.cells.items():
            if key == self.kind.code:
                continue
            parsed = self.parse(key, cell)
            if parsed.fault is not None:
                faults.append(parsed.fault)
                values[key] = parsed.kept
                continue
            if parsed.warning is not None:
                warnings.append(parsed.warning)
            if not parsed.value:
                continue
            values[key] = parsed.kept
        self._communities(values, faults)
        return values

    def _communities(self, values: dict[str, Any], faults: list[Remark]) -> None:
        """Turn the names of community and subdistrict into codes."""
        book = self.background.communities
        if book is None:
            return
        subdistrict = ""
        if SUBDISTRICT in values:
            said = values[SUBDISTRICT]["value"]
            subdistrict = book.subdistrict(said)
            if subdistrict:
                values[SUBDISTRICT] = {**values[SUBDISTRICT], "value": subdistrict}
            else:
                faults.append(remark("SUBDISTRICT_UNKNOWN", self.heading(SUBDISTRICT), found=said))
        if COMMUNITY in values and self.kind.kind is not ImportKind.COMMUNITY:
            said = values[COMMUNITY]["value"]
            found = book.community(said, subdistrict=subdistrict)
            if isinstance(found, Unplaced):
                faults.append(found.remark(self.heading(COMMUNITY)))
                found = ""
            values[COMMUNITY] = {**values[COMMUNITY], "value": found}

    def _position(self, row: Incoming, faults: list[Remark], warnings: list[Remark]) -> None:
        faults += row.faults
        if row.outside_m > self.snap_m:
            faults.append(remark("OUTSIDE_DISTRICT", metres=round(row.outside_m)))
        elif row.outside_m > 0:
            warnings.append(remark("JUST_OUTSIDE", metres=max(1, round(row.outside_m))))

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
        self, row: Incoming, match: Match, name: str, values: Mapping[str, Any], warnings: list[Remark]
    ) -> dict[str, list[Any]]:
        held = match.held
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
        if name and name != held.name and not match.keeps_name and self.kind.kind is not ImportKind.COMMUNITY:
            changes[self.kind.name] = [held.name, name]
        said = values.get(COMMUNITY, {}).get("value")
        if said and self.kind.kind is not ImportKind.FACILITY and said != held.claimed:
            changes[COMMUNITY] = [held.claimed, said]
        if row.place is not None:
            apart = None if held.place is None else metres_between(held.place, row.place)
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


def _verdict(
    held: Held | None, changes: Mapping[str, list[Any]], faults: Sequence[Remark], questions: Sequence[Question]
) -> Verdict:
    if faults:
        return Verdict.REFUSED
    answers = {one.answer for one in questions}
    if Answer.SKIP in answers:
        return Verdict.UNCHANGED
    if "" in answers:
        return Verdict.DOUBTFUL
    if held is None or held.is_ended:
        return Verdict.NEW
    return Verdict.CHANGED if changes else Verdict.UNCHANGED


def _said(values: Mapping[str, Any], field: str) -> str:
    return str(values.get(field, {}).get("value", ""))


def _canonical(value: Any) -> str:
    if value is None:
        return ""
    return number_text(value) if isinstance(value, int | float) and not isinstance(value, bool) else str(value)
