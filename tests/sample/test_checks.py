from __future__ import annotations

from linli.sample import SampleDistrict
from linli.sample.checks import REASONS, checks_of


class TestChecks:
    def test_leave_some_figures_verified_some_waiting_and_a_few_returned(self, planted: SampleDistrict) -> None:
        checks = checks_of(planted)
        compounds = {row.code for row in planted.compounds}
        share = len(checks.verified & compounds) / len(compounds)
        assert 0.4 < share < 0.9
        assert 5 <= len(checks.returned) <= len(planted.communities) // 4
        assert checks.waiting and {code for code, _field in checks.waiting} <= checks.verified

    def test_confirm_nothing_that_cannot_be(self, planted: SampleDistrict) -> None:
        named = {code for _kind, subject in planted.answer_key for code in subject.partition(":")[0].split("|")}
        compounds = {row.code for row in planted.compounds}
        assert named & compounds
        assert not checks_of(planted).verified & named & compounds

    def test_return_only_what_no_total_leans_on(self, planted: SampleDistrict) -> None:
        returned = checks_of(planted).returned
        assert {field for _code, field in returned} <= set(REASONS)
        assert not {"household_count", "residents_count", "age_60_plus"} & set(REASONS)

    def test_are_the_same_for_the_same_seed(self, planted: SampleDistrict) -> None:
        assert checks_of(planted) == checks_of(planted)
