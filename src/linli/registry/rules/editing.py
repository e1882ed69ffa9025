"""Which fields a form of the ledger shows, and what makes typed values sound."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from linli.foundation.bilingual import listed
from linli.foundation.policies import Standard
from linli.registry.rules.fields import Ledger, LedgerField, fields_of
from linli.registry.rules.importing.remarks import Remark
from linli.registry.rules.importing.values import parse_cell
from linli.registry.rules.row_tests import faults_of

#: Fields of the forms, in the order of filling in.
EDITABLE: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        Ledger.COMPOUND: (
            "compound_name",
            "address",
            "ownership_kind",
            "completion_year",
            "building_count",
            "dwelling_count",
            "household_count",
            "occupied_count",
            "residents_count",
            "registered_count",
            "floating_count",
            "age_0_3",
            "age_60_plus",
            "age_80_plus",
            "property_form",
            "property_company_name",
            "owners_committee_formed",
            "party_branch_formed",
        ),
        Ledger.COMMUNITY: (
            "founded_date",
            "approval_number",
            "office_address",
            "office_area",
            "service_area",
            "workers_total",
            "committee_members",
            "women_in_committee",
            "oversight_board_members",
            "party_org_kind",
            "party_members",
            "household_count",
            "usual_residents",
            "registered_residents",
        ),
    }
)
#: The name of a compound may be put right here; a community is renamed (更名) by an adjustment plan alone.
NAME_FIELD = "compound_name"
#: What a count means where no earlier value says so (口径).
USUAL_MEANING: Mapping[str, str] = MappingProxyType({"household_count": "实际入住户"})


@dataclass(frozen=True, slots=True)
class Judged:
    """Typed values as the ledger would take them.

    Attributes:
        values: Canonical text of every sound field; empty for 未填.
        faults: A sentence per field that cannot be taken.
        doubts: A sentence per field that is only taken with a reason.
    """

    values: Mapping[str, str]
    faults: Mapping[str, str]
    doubts: Mapping[str, str]


def form_fields(ledger: str) -> tuple[LedgerField, ...]:
    """Return the fields of a ledger's form, in order.

    Examples:
        >>> [field.name.zh for field in form_fields("compound")][:3]
        ['小区名称', '详细地址', '产权类型']
    """
    catalogue = fields_of(ledger)
    return tuple(catalogue[key] for key in EDITABLE[ledger] if key in catalogue)


def judge_values(
    typed: Mapping[str, str],
    *,
    ledger: str,
    held: Mapping[str, str],
    on: date,
    standards: Mapping[str, Standard],
) -> Judged:
    """Return what typed values are worth, each alone and together with what the ledger holds already.

    Only fields that were typed are marked: a fault between two held values is the audit's matter.

    Args:
        typed: Text per field.
        ledger: One of `EDITABLE`.
        held: Canonical text per field that the ledger holds.
        on: Day of the survey.
        standards: The standards of that day.

    Examples:
        >>> from linli.foundation.policies import profile
        >>> on = date(2026, 11, 20)
        >>> judged = judge_values({"household_count": "约120户", "age_60_plus": "许多"}, ledger="compound",
        ...     held={"residents_count": "300"}, on=on, standards=profile("national").at(on))
        >>> judged.values["household_count"], list(judged.faults)
        ('120', ['age_60_plus'])
    """
    catalogue = fields_of(ledger)
    values: dict[str, str] = {}
    faults: dict[str, str] = {}
    for key, text in typed.items():
        field = catalogue[key]
        parsed = parse_cell(text, field, heading=field.name.zh, mu_m2=standards["mu_area"].number)
        if parsed.fault is not None:
            faults[key] = _told(parsed.fault, field)
        else:
            values[key] = parsed.value
    if values.get(NAME_FIELD) == "":
        faults[NAME_FIELD] = str(_("小区名称不能空着，要填门牌或备案的全称"))
        del values[NAME_FIELD]
    doubts: dict[str, str] = {}
    whole = {**held, **values}
    for fault in faults_of(whole, on=on, ledger=ledger, standards=standards):
        if fault.field in faults or fault.field not in values:
            continue
        (faults if fault.is_hard else doubts)[fault.field] = fault.sentence
    return Judged(values, faults, doubts)


#: What a form says where a file's remark would speak of the table.
SENTENCES: Mapping[str, str | Promise] = MappingProxyType(
    {
        "NOT_A_COUNT": _("%(field)s应为不小于 0 的整数，实际是“%(found)s”，请改正"),
        "NOT_A_NUMBER": _("%(field)s应为数字，实际是“%(found)s”，请改正"),
        "OTHER_UNIT": _("%(field)s应以%(unit)s计，实际是“%(found)s”，请换算后再填"),
        "RANGE_FOR_COUNT": _("%(field)s应为一个整数，实际是区间“%(found)s”，请写明一个数"),
        "NOT_A_DATE": _("%(field)s应为年月日，如 2026-11-23，实际是“%(found)s”，请改正"),
        "NOT_A_CHOICE": _("%(field)s应为%(choices)s之一，实际是“%(found)s”，请重选"),
        "NOT_YES_OR_NO": _("%(field)s应为是或否，实际是“%(found)s”，请重选"),
        "TOO_LONG": _("%(field)s应不超过 %(most)s 个字，实际有 %(found)s 个字，请写短"),
        "PERSONAL": _("%(field)s里像有身份证号或手机号，台账只存数量和单位，请去掉"),
    }
)


def _told(found: Remark, field: LedgerField) -> str:
    return str(SENTENCES[found["code"]]) % {"field": field.name, **found["params"], **_expected(field)}


def _expected(field: LedgerField) -> dict[str, str]:
    """Return what a field takes, in the reader's language: remarks store it in Chinese."""
    return {"unit": str(field.shown_unit), "choices": listed(field.choices.values())}
