"""Compounds narrowed, ordered and summed by the database: a list of 100,000 costs what its page costs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from django.db import connection
from django.db.models import Avg, Case, Count, F, FloatField, Q, QuerySet, Sum, TextField, Value, When
from django.db.models.expressions import Combinable, Expression, OrderBy
from django.db.models.fields.json import KT, KeyTransform
from django.db.models.functions import Cast, Coalesce, Collate, NullIf, StrIndex
from django.utils.translation import gettext as _

from linli.foundation.ui.parts import Figure
from linli.registry.models import CompoundEdition, CompoundParcel
from linli.registry.queries.areas import Area
from linli.registry.queries.entries.fields import MASKED_UNITS
from linli.registry.queries.ledger.archived import ARCHIVED
from linli.registry.queries.ledger.columns import FIELD
from linli.registry.queries.ledger.compounds import (
    COMPANY,
    COMPANY_FORM,
    READ,
    WITHOUT_COVER,
    line_of,
)
from linli.registry.queries.ledger.figures import known, left_out
from linli.registry.queries.ledger.filters import Between, Choices, Filter
from linli.registry.queries.ledger.lines import Line, ListColumn, Question
from linli.registry.queries.ledger.marks import found_facet, marks_in
from linli.registry.queries.ledger.places import NOWHERE, Places
from linli.registry.queries.placing import archived_in, compounds_in, editions_in
from linli.registry.rules.fields import Ledger, fields_of

#: So many compounds that a search finds are named to the questions after it, which then need not search again.
MOST_NAMED = 5_000
#: In longer lists the values of filters are offered without the number of lines that they would show.
MOST_COUNTED = 5_000
COLUMN_OF = {"kind": "ownership_kind", "property": "property_form", "party": "party_branch_formed"}
NUMBER_OF = {
    "households": "household_count",
    "people": "residents_count",
    "completeness": "completeness",
    "as_of": "as_of_on",
}
COUNTED = ("households", "people")


class StoredCompounds:
    """The compounds that a question leaves, as they stand now or as they stood at the area's moment."""

    def __init__(
        self,
        area: Area,
        places: Places,
        question: Question,
        *,
        order: str,
        columns: Sequence[ListColumn],
        filters: Sequence[Filter],
    ) -> None:
        self.area, self.places, self.question, self.order = area, places, question, order
        self.columns, self.filters = columns, filters
        self._found: list[int] | None = None

    @cached_property
    def total(self) -> int:
        """How many lines are left."""
        return int(self._sums["n"])

    @cached_property
    def totals(self) -> tuple[Figure, ...]:
        """Figures over all lines left; what is missing is counted and said."""
        sums, n = self._sums, self.total
        pairs = sums["people_of_known_age"]
        return (
            _sum(_("户数"), _("户"), sums["households"], n, sums["n_households"]),
            _sum(_("常住人口"), _("人"), sums["people"], n, sums["n_people"]),
            _percent(_("60 岁以上"), 100 * sums["elders"] / pairs if pairs else None, left_out(n - sums["n_ages"])),
            _percent(_("物业覆盖"), 100 * sums["n_covered"] / n if n else None),
            _percent(_("平均完整率"), sums["completeness"]),
            _percent(
                _("户数已核实"),
                100 * sums["n_verified"] / n if n else None,
                _("%(sum)s 户，%(n)s/%(all)s 个")
                % {"sum": f"{sums['verified'] or 0:,}", "n": f"{sums['n_verified']:,}", "all": f"{n:,}"},
            ),
        )

    def lines(self, start: int = 0, stop: int | None = None) -> tuple[Line, ...]:
        """Return lines by their place, all by default."""
        is_by_marks = self.order.removeprefix("-") == "marks"
        rows = self._by_marks(start, stop) if is_by_marks else self._in_order(start, stop)
        parcels = self._parcels([row["standing"] for row in rows], is_all=stop is None)
        return tuple(
            line_of(
                row,
                places=self.places,
                columns=self.columns,
                marks=self._marks.get(row["code"], ()),
                parcels=tuple(parcels.get(row["standing"], ())),
                area=self.area,
            )
            for row in rows
        )

    def _by_marks(self, start: int, stop: int | None) -> list[dict[str, Any]]:
        # Findings are of no use to the database's order: there are few, and they name several subjects each.
        codes = sorted(self._rows().values_list("code", flat=True))
        marked = [code for code in codes if code in self._marks]
        marked.sort(key=lambda code: len(self._marks[code]), reverse=self.order.startswith("-"))
        wanted = (marked + [code for code in codes if code not in self._marks])[start:stop]
        rows = {row["code"]: row for row in self._read(self._rows().filter(code__in=wanted))}
        return [rows[code] for code in wanted]

    def _in_order(self, start: int, stop: int | None) -> list[dict[str, Any]]:
        ordered = self._rows().order_by(*self._order())
        if stop is None:
            return list(self._read(ordered))
        # First the keys, which an index may give, then the rows of the page: long rows are not put in order.
        keys = list(ordered.values_list("pk", flat=True)[start:stop])
        rows = {row["key"]: row for row in self._read(ordered.model._default_manager.filter(pk__in=keys))}
        return [rows[key] for key in keys]

    def counts(self, choices: Choices) -> Mapping[str, int] | None:
        """Return how many lines each value of a filter would show, the other conditions kept."""
        rows = self._rows(without=choices)
        # Each filter asks once more, and a question costs what the whole list costs, however few lines it leaves.
        is_named = self._found is not None and len(self._found) <= MOST_NAMED
        if not is_named and self._n_whole > MOST_COUNTED:
            return None
        if choices.key == "found":
            of_marks = Counter(
                facet
                for code in rows.filter(code__in=list(self._marks)).values_list("code", flat=True)
                for facet in set(found_facet(self._marks[code]))
            )
            return of_marks | {"none": rows.count() - of_marks["any"]}
        if choices.key == "kept":
            return {ARCHIVED: self._whole(is_archived=True).count()}
        column = COLUMN_OF.get(choices.key, "completeness" if choices.key == "complete" else "home_id")
        found: Counter[str] = Counter()
        for value, n in rows.order_by().values_list(column).annotate(n=Count("pk")):
            found[self._facet(choices.key, value)] += n
        return found

    @cached_property
    def _n_whole(self) -> int:
        return self._whole(is_archived=False).count()

    @cached_property
    def _marks(self) -> Mapping[str, Any]:
        return marks_in(self.area, subject_kinds={"compound"})

    @cached_property
    def _sums(self) -> dict[str, Any]:
        households, people = known("household_count", self.area), known("residents_count", self.area)
        ages = people & known("age_60_plus", self.area)
        return self._rows().aggregate(
            n=Count("pk"),
            households=Sum("household_count", filter=households),
            n_households=Count("pk", filter=households),
            people=Sum("residents_count", filter=people),
            n_people=Count("pk", filter=people),
            elders=Sum("age_60_plus", filter=ages),
            people_of_known_age=Sum("residents_count", filter=ages),
            n_ages=Count("pk", filter=ages),
            n_covered=Count("pk", filter=~Q(property_form__in=WITHOUT_COVER)),
            completeness=Avg("completeness"),
            verified=Sum("household_count", filter=households & Q(is_household_verified=True)),
            n_verified=Count("pk", filter=households & Q(is_household_verified=True)),
        )

    def _whole(self, *, is_archived: bool) -> QuerySet[Any]:
        if self.area.at is not None:
            return editions_in(self.area, at=self.area.at)
        return archived_in(self.area) if is_archived else compounds_in(self.area)

    def _rows(self, *, without: Filter | None = None) -> QuerySet[Any]:
        """Return the rows that the question leaves, all its conditions kept but one."""
        asked = self.question
        rows = self._whole(is_archived="kept" in asked.chosen)
        if asked.words:
            rows = self._searched(rows)
        if asked.codes:
            rows = rows.filter(code__in=asked.codes)
        for one in self.filters:
            if one is not without and any(name in asked.chosen for name in one.fields):
                rows = rows.filter(self._condition(one))
        return rows

    def _searched(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        # STRPOS and INSTR look through a text several times faster than LIKE without regard to case.
        for number, word in enumerate(self.question.words.lower().split()):
            rows = rows.alias(**{f"at_{number}": StrIndex("searched", Value(word))}).filter(**{f"at_{number}__gt": 0})
        if self._found is None:
            self._found = list(rows.order_by().values_list("pk", flat=True)[: MOST_NAMED + 1])
        return rows if len(self._found) > MOST_NAMED else rows.model._default_manager.filter(pk__in=self._found)

    def _condition(self, one: Filter) -> Q:
        chosen = self.question.chosen
        if isinstance(one, Between):
            low, high = one.bounds(chosen)
            column = NUMBER_OF[one.key]
            # Bounds would tell a hidden count as well as its digits do.
            above = Q() if low is None else Q(**{f"{column}__gte": low})
            below = Q() if high is None else Q(**{f"{column}__lte": high})
            return self._visible(column) & above & below
        wanted = chosen[one.key]
        if one.key in COLUMN_OF:
            return Q(**{f"{COLUMN_OF[one.key]}__in": wanted})
        if one.key == "complete":
            return Q(completeness=100) if wanted == ("full",) else Q(completeness__lt=100) if len(wanted) == 1 else Q()
        if one.key == "found":
            codes = {code for code, marks in self._marks.items() if set(found_facet(marks)) & set(wanted)}
            return Q(code__in=codes) | (~Q(code__in=list(self._marks)) if "none" in wanted else Q(pk__in=()))
        if one.key == "kept":
            return Q()
        keys = [key for key, home in self.places.homes.items() if getattr(home, PLACE_OF[one.key]) in wanted]
        return Q(home__in=keys) | (Q(home=None) if NOWHERE in wanted else Q(pk__in=()))

    def _facet(self, key: str, value: Any) -> str:
        if key == "complete":
            return "full" if value == 100 else "gaps"
        if key not in PLACE_OF:
            return str(value)
        home = self.places.homes.get(value)
        return NOWHERE if home is None else str(getattr(home, PLACE_OF[key]))

    def _read(self, rows: QuerySet[Any]) -> QuerySet[Any, dict[str, Any]]:
        shown = [*READ, *(["current"] if any(column.key.startswith(FIELD) for column in self.columns) else [])]
        standing = F("compound_id") if rows.model is CompoundEdition else F("pk")
        return rows.values(*shown, key=F("pk"), standing=standing, company=KT(f"current__{COMPANY}"))

    def _order(self) -> list[OrderBy]:
        key, is_down = self.order.removeprefix("-"), self.order.startswith("-")
        by_code = OrderBy(_binary(F("code")))
        worth = self._worth(key)
        if worth is None:
            return [by_code]
        return [OrderBy(worth, descending=is_down, nulls_last=True), by_code]

    def _visible(self, column: str) -> Q:
        small = self.area.small_below
        return Q() if small is None else ~Q(**{f"{column}__gt": 0, f"{column}__lt": small})

    def _parcels(self, compounds: Sequence[int], *, is_all: bool) -> dict[int, list[str]]:
        rows = CompoundParcel.objects.filter(compound__district=self.area.district_id)
        if not is_all:
            rows = rows.filter(compound__in=compounds)
        found: dict[int, list[str]] = {}
        # A parcel that was redrawn has two rows and one code.
        for compound, parcel in rows.order_by("parcel__code").values_list("compound_id", "parcel__code").distinct():
            found.setdefault(compound, []).append(parcel)
        return found

    def _worth(self, key: str) -> Expression | F | None:
        if key in COUNTED and self.area.small_below is not None:
            return Case(When(self._visible(NUMBER_OF[key]), then=F(NUMBER_OF[key])))
        if key in NUMBER_OF:
            return F(NUMBER_OF[key])
        if key in COLUMN_OF and key != "property":
            return _known(F(COLUMN_OF[key]))
        if key.startswith(FIELD):
            field = fields_of(Ledger.COMPOUND)[key.removeprefix(FIELD)]
            # Its place in the order would tell a hidden count.
            is_told = self.area.small_below is None or field.unit not in MASKED_UNITS
            return KeyTransform(field.key, "current") if is_told else None
        if key == "old":
            ages = known("residents_count", self.area) & known("age_60_plus", self.area)
            sound = ages & Q(residents_count__gt=0, age_60_plus__lte=F("residents_count"))
            share = Cast(F("age_60_plus"), FloatField()) / F("residents_count")
            return Case(When(sound, then=share), output_field=FloatField())
        return {
            "name": _binary(Coalesce(NullIf(F("pinyin"), Value("")), F("name"))),
            "code": _binary(F("code")),
            "community": _binary(Coalesce(NullIf(F("home__pinyin"), Value("")), F("home__name"))),
            "subdistrict": _binary(F("home__subdistrict__code")),
            "grid": _binary(F("grid__name")),
            "property": _known(
                Case(
                    When(
                        ~Q(**{f"current__{COMPANY}": ""}),
                        property_form=COMPANY_FORM,
                        then=Coalesce(KT(f"current__{COMPANY}"), F("property_form"), output_field=TextField()),
                    ),
                    default=F("property_form"),
                    output_field=TextField(),
                )
            ),
        }.get(key)


PLACE_OF = {"community": "code", "subdistrict": "subdistrict"}


def _binary(text: Combinable) -> Collate:
    """Order text by its code points on both databases, whatever language the database speaks."""
    return Collate(text, "C" if connection.vendor == "postgresql" else "BINARY")


def _known(text: Combinable) -> NullIf:
    return NullIf(_binary(text), Value(""))


def _sum(label: str, unit: str, value: float | None, n: int, n_known: int) -> Figure:
    return Figure(label=label, value=value if n else 0, unit=unit, note=left_out(n - n_known))


def _percent(label: str, value: float | None, note: str = "") -> Figure:
    return Figure(label=label, value=value, unit="%", digits=1, note=note)
