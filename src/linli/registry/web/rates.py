"""The page 完整率和核实率, and the list of what is missing that its cells lead to."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from linli.foundation import clock
from linli.foundation.ui.parts import Crumb, PageOfRows
from linli.organisation.access import can_edit_ledger, can_verify, require
from linli.organisation.rules import Permission
from linli.organisation.web.gate import SignedInRequest, signed_in
from linli.registry.access import area_of
from linli.registry.queries.areas import Area
from linli.registry.queries.figures.rates import Rate, RateRow, missing_entries, rate_table
from linli.registry.queries.places import district_exists
from linli.registry.rules.fields import Ledger, fields_of

PAGE_SIZE = 50
#: Shares in percent below which a cell asks for work, and below which it asks loudly.
GOOD, POOR = 95, 60
LEDGERS = (Ledger.COMPOUND, Ledger.COMMUNITY)


@dataclass(frozen=True, slots=True)
class RateCell:
    """A share on the page: its words, how urgent it is, where it leads."""

    label: str
    words: str
    tone: str
    url: str


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A row of shares on the page."""

    code: str
    name: str
    is_subdistrict: bool
    entries: int
    whole: RateCell
    cells: tuple[RateCell, ...]


@signed_in
def rates(request: SignedInRequest) -> HttpResponse:
    """Show how much is filled in and verified, per field and community."""
    area = _area(request)
    ledger = _ledger(request)
    shows_verified = request.GET.get("share", "") == "verified"
    table = rate_table(area, ledger)
    fields = table.fields
    can_open = can_verify(request.scope) or can_edit_ledger(request.scope)

    def shown(row: RateRow) -> ShownRow:
        def cell(rate: Rate, field: str, label: str) -> RateCell:
            share = rate.verification if shows_verified else rate.completeness
            url = _leads_to(row, ledger, field, verified=shows_verified, can_open=can_open)
            return RateCell(label, "—" if share is None else f"{share}", _tone(share), url if share != 100 else "")

        return ShownRow(
            code=row.code,
            name=row.name or _("未划入社区"),
            is_subdistrict=row.is_subdistrict,
            entries=row.entries,
            whole=cell(row.whole, "", _("合计")),
            cells=tuple(cell(rate, key, label) for rate, (key, label) in zip(row.rates, fields, strict=True)),
        )

    return render(
        request,
        "registry/figure_rates.html",
        {
            "table": table,
            "rows": [shown(row) for row in table.rows],
            "total": shown(table.total),
            "ledgers": [(one.value, words, one is ledger) for one, words in _ledger_words()],
            "shows_verified": shows_verified,
            "crumbs": (Crumb(label=_("工作台账"), url=reverse("registry:ledger")),),
        },
    )


@signed_in
def missing(request: SignedInRequest) -> HttpResponse:
    """Show which entries lack what."""
    area, ledger = _area(request), _ledger(request)
    field, community = request.GET.get("field", ""), request.GET.get("community", "")
    found = missing_entries(area, ledger=ledger, community=community, field=field)
    heading = fields_of(ledger).get(field)
    text = request.GET.get("page", "")
    number = max(1, int(text)) if text.isascii() and text.isdecimal() and len(text) < 7 else 1
    return render(
        request,
        "registry/figures_missing.html",
        {
            "rows": found[(number - 1) * PAGE_SIZE : number * PAGE_SIZE],
            "total": len(found),
            "field_name": "" if heading is None else str(heading.name),
            "community_name": found[0].community if community and found else "",
            "edit_page": f"registry:{ledger}-edit",
            "can_edit": can_edit_ledger(request.scope),
            "page": PageOfRows(number=number, size=PAGE_SIZE, total=len(found)),
            "crumbs": (
                Crumb(label=_("工作台账"), url=reverse("registry:ledger")),
                Crumb(label=_("完整率和核实率"), url=reverse("registry:figure-rates")),
            ),
        },
    )


def _area(request: SignedInRequest) -> Area:
    require(request.scope, Permission.READ)
    if not district_exists(request.scope.district_code):
        raise Http404
    return area_of(request.scope, now=clock.now())


def _ledger(request: SignedInRequest) -> Ledger:
    asked = request.GET.get("ledger", "")
    return Ledger.COMMUNITY if asked == Ledger.COMMUNITY else Ledger.COMPOUND


def _ledger_words() -> tuple[tuple[Ledger, str], ...]:
    return ((Ledger.COMPOUND, _("小区的数据")), (Ledger.COMMUNITY, _("社区的数据")))


def _leads_to(row: RateRow, ledger: Ledger, field: str, *, verified: bool, can_open: bool) -> str:
    """Return where a share leads: to what is missing, or to what waits; a subdistrict's leads to its communities'."""
    if row.is_subdistrict or not row.code:
        return ""
    if not verified:
        asked = {"ledger": ledger.value, "community": row.code, "field": field}
        return f"{reverse('registry:figures-missing')}?{urlencode({key: word for key, word in asked.items() if word})}"
    if not can_open:
        return ""
    asked = {"community": row.code, "field": f"{ledger.value}.{field}" if field else ""}
    return f"{reverse('registry:figures')}?{urlencode({key: word for key, word in asked.items() if word})}"


def _tone(share: int | None) -> str:
    if share is None or share >= GOOD:
        return ""
    return "bad" if share < POOR else "warn"
