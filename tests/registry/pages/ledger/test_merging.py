"""Two records of one compound become one with all that stands with them, and two again as if nothing had been."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from tests.factories.organisation import EAST_FIRST, NOW, Cast, told
from tests.registry.pages.ledger.test_pages import SignedInAs

from linli.organisation.errors import NotPermitted
from linli.organisation.rules import Role
from linli.registry.access import area_of
from linli.registry.errors import ArchivingRefused
from linli.registry.errors.mergers import MergeNotUndoable, MergeOutdated, MergeRefused
from linli.registry.models import (
    Building,
    Claim,
    Community,
    Compound,
    CompoundMerger,
    CompoundParcel,
    Custody,
    District,
    Exemption,
    Fact,
    OwnersCommittee,
    Parcel,
    PartyOrganisation,
    PropertyManagement,
)
from linli.registry.operations.archiving import archive_compounds, restore_compounds
from linli.registry.operations.editions import keep_editions
from linli.registry.operations.entries import Entered, edit_entry
from linli.registry.operations.facts import Filler, NewValue, record_values
from linli.registry.operations.mergers import merge_compounds, tell_apart, undo_merger
from linli.registry.operations.verifying import verify_figures
from linli.registry.queries.figures import FigureVersion
from linli.registry.queries.ledger import Tab, ledger_list
from linli.registry.queries.mergers import fingerprint_of, merger_card, successors
from linli.registry.queries.repeats import repeated_pairs
from linli.registry.queries.search import search_entries
from linli.registry.rules.merging import Side

HOUR = timedelta(hours=1)
KEPT, GONE = "X-0001", "X-0002"
HAND = Filler("柳荫社区 网格员", "worker-post", "elsewhere", EAST_FIRST)
#: Columns of a fact that say when and by whom it was written down: taking back writes anew, history stays.
OF_THE_WRITING = {"id", "recorded_at", "recorded_by", "replaced_at", "verified_until"}
STANDING_WITH = (Building, Claim, CompoundParcel, Custody, Exemption, OwnersCommittee, PropertyManagement)


@pytest.fixture(autouse=True)
def _records(district: District) -> None:
    """Two records with figures of both kinds, and everything that may stand with the second."""
    for code, households, source in ((KEPT, "200", "住建局台账"), (GONE, "230", "社区摸底")):
        values = [
            NewValue(code, "household_count", households, "实际入住户", date(2026, 3, 1), source),
            NewValue(code, "residents_count", "610", "", date(2026, 3, 1), source),
        ]
        record_values(values, district=district, ledger="compound", by=HAND, now=NOW)
    only = [NewValue(GONE, "building_count", "6", "", date(2026, 3, 1), "社区摸底")]
    record_values(only, district=district, ledger="compound", by=HAND, now=NOW)
    gone = Compound.objects.get(code=GONE)
    home = Community.objects.get(code=EAST_FIRST)
    named: dict[str, Any] = {"compound": gone}
    Building.objects.create(district=district, code="X-0002-01", name="1 号楼", **named)
    PropertyManagement.objects.create(company_name="安居物业", recorded_at=NOW, **named)
    OwnersCommittee.objects.create(formation="已成立", recorded_at=NOW, **named)
    Custody.objects.create(custodian=home, since_on=date(2026, 1, 1), **named)
    PartyOrganisation.objects.create(name="联合支部", kind="联合", recorded_at=NOW).compounds.add(gone)
    for code in (GONE, KEPT):
        Claim.objects.create(
            district=district, kind="COMPOUND", subject_code=code, community=home, source="民政局", recorded_at=NOW
        )
    Exemption.objects.create(
        district=district, kind="OVERLAP", subject_code=GONE, reason="历史原因", registered_by="区", registered_at=NOW
    )
    keep_editions(district, now=NOW)


def verify(cast: Cast, code: str, *, hours: float = 1) -> None:
    version = FigureVersion(
        "compound",
        code,
        "household_count",
        Fact.objects.get(subject_code=code, field="household_count", replaced_at=None).recorded_at,
    )
    verify_figures([version], by=cast.scope(Role.SUBDISTRICT), now=NOW + hours * HOUR)


def merge(cast: Cast, kept: str = KEPT, gone: str = GONE, *, role: Role = Role.PLANNER, **asked: Any) -> str:
    pair = [Compound.objects.get(code=code) for code in (kept, gone)]
    wanted: dict[str, Any] = {
        "choices": {},
        "fingerprint": fingerprint_of(*pair),
        "reason": "同一小区登记了两次",
        "now": NOW + 2 * HOUR,
        **asked,
    }
    return merge_compounds(kept, gone, by=cast.scope(role), **wanted)


def undo(cast: Cast, code: str = GONE, *, hours: float = 3) -> str:
    return undo_merger(code, by=cast.scope(Role.PLANNER), now=NOW + hours * HOUR)


def whole() -> dict[str, Any]:
    """Everything that a merger may touch, to the bit; of facts what they say."""
    facts = Fact.objects.filter(replaced_at=None).order_by("subject_code", "field")
    counting = Fact.objects.filter(verified_at__isnull=False, verified_until=None).order_by("subject_code", "field")
    return {
        "compounds": list(Compound.objects.order_by("code").values()),
        "facts": [{key: fact[key] for key in fact.keys() - OF_THE_WRITING} for fact in facts.values()],
        "counting": list(counting.values_list("subject_code", "field", "value", "verified_at", "verified_by")),
        "party": list(PartyOrganisation.objects.order_by("pk", "compounds").values_list("pk", "compounds")),
        **{model.__name__: list(model._default_manager.order_by("pk").values()) for model in STANDING_WITH},
    }


def listed(cast: Cast, words: str) -> list[str]:
    area = area_of(cast.scope(Role.PLANNER), now=NOW + 9 * HOUR)
    return [line.code for line in ledger_list(Tab.COMPOUNDS, area, asked={}, words=words, order="code").lines]


class TestMerging:
    def test_takes_what_is_proposed_and_all_that_stands_with_it(self, cast: Cast) -> None:
        verify(cast, GONE)
        assert merge(cast) == KEPT
        kept, gone = Compound.objects.get(code=KEPT), Compound.objects.get(code=GONE)
        assert (kept.household_count, kept.is_household_verified, kept.current["building_count"]) == (230, True, 6)
        assert (gone.ended_at, gone.end_reason) == (NOW + 2 * HOUR, "同一小区登记了两次")
        assert set(kept.parcels.values_list("code", flat=True)) == {"P-000001", "P-000002"}
        assert [row.name for row in kept.buildings.all()] == ["1 号楼"]
        assert [row.company_name for row in kept.property_contracts.all()] == ["安居物业"]
        assert (kept.owners_committees.count(), kept.custodies.count(), kept.party_organisations.count()) == (1, 1, 1)
        assert Claim.objects.filter(subject_code=KEPT).count() == 2
        assert Exemption.objects.get().subject_code == KEPT
        fact = Fact.objects.get(subject_code=KEPT, field="household_count", replaced_at=None)
        assert (fact.source, fact.verified_by != "", fact.recorded_person) == ("社区摸底", True, "elsewhere")

    def test_is_one_entry_of_the_trail(self, cast: Cast) -> None:
        before = len(told())
        merge(cast, choices={"household_count": Side.ABSORBED})
        entry = told()[0]
        assert len(told()) == before + 1
        assert (entry.verb, entry.subject.code, entry.details) == (
            "registry.compounds.merged",
            KEPT,
            {
                "other": GONE,
                "fields": ["building_count", "household_count"],
                "reason": "同一小区登记了两次",
            },
        )

    def test_takes_each_value_that_was_chosen(self, cast: Cast) -> None:
        chosen = {"household_count": Side.KEPT, "building_count": Side.KEPT, "compound_name": Side.ABSORBED}
        merge(cast, choices=chosen)
        kept = Compound.objects.get(code=KEPT)
        assert (kept.name, kept.household_count) == (Compound.objects.get(code=GONE).name, 200)
        assert "building_count" not in kept.current

    def test_an_older_verified_value_goes_on_counting(self, cast: Cast, district: District) -> None:
        verify(cast, GONE)
        newer = [NewValue(GONE, "household_count", "240", "实际入住户", date(2026, 9, 1), "社区摸底")]
        record_values(newer, district=district, ledger="compound", by=HAND, now=NOW + 1.5 * HOUR)
        merge(cast, choices={"household_count": Side.ABSORBED})
        kept = Compound.objects.get(code=KEPT)
        assert (kept.current["household_count"], kept.household_count) == (240, 230)

    def test_the_old_name_and_code_still_find_it(self, cast: Cast) -> None:
        old = Compound.objects.get(code=GONE).name
        merge(cast)
        assert listed(cast, "X-0002") == listed(cast, old) == [KEPT]
        area = area_of(cast.scope(Role.PLANNER), now=NOW + 3 * HOUR)
        assert [found.code for found in search_entries("X-0002", area=area)] == [KEPT]

    def test_leaves_past_days_as_they_were(self, cast: Cast) -> None:
        merge(cast)
        area = area_of(cast.scope(Role.PLANNER), now=NOW + 9 * HOUR, at=NOW + HOUR)
        codes = [line.code for line in ledger_list(Tab.COMPOUNDS, area, asked={}, order="code").lines]
        assert {KEPT, GONE} <= set(codes)

    def test_a_chain_leads_to_its_end(self, cast: Cast, district: District) -> None:
        merge(cast)
        merge(cast, "X-0004", KEPT, now=NOW + 3 * HOUR)
        assert successors(district) == {GONE: "X-0004", KEPT: "X-0004"}
        assert listed(cast, GONE) == ["X-0004"]
        with pytest.raises(MergeNotUndoable, match="又并入别处"):
            undo(cast, hours=4)

    def test_two_that_shared_a_parcel_leave_one_that_has_it(self, cast: Cast) -> None:
        shared = Parcel.objects.get(code="P-000001")
        CompoundParcel.objects.filter(parcel=shared).update(is_shared=True)
        CompoundParcel.objects.create(compound=Compound.objects.get(code=GONE), parcel=shared, is_shared=True)
        before = whole()
        merge(cast)
        assert not CompoundParcel.objects.get(compound__code=KEPT, parcel=shared).is_shared
        undo(cast)
        assert whole() == before


class TestRefusals:
    @pytest.mark.parametrize(
        ("kept", "gone", "asked", "match"),
        [
            (KEPT, KEPT, {}, "同一条"),
            (KEPT, GONE, {"reason": " "}, "原因"),
            (KEPT, GONE, {"reason": "长" * 201}, "原因"),
            (KEPT, "X-0009", {"role": Role.SUBDISTRICT}, "跨街道的请交给区里"),
            ("X-0006", KEPT, {"role": Role.WORKER}, "管辖范围"),
        ],
        ids=["itself", "no reason", "too long", "another subdistrict", "another community"],
    )
    def test_change_nothing(self, cast: Cast, kept: str, gone: str, asked: dict[str, Any], match: str) -> None:
        before, acts = whole(), len(told())
        with pytest.raises(MergeRefused, match=match):
            merge(cast, kept, gone, **asked)
        assert (whole(), len(told()), CompoundMerger.objects.count()) == (before, acts, 0)

    def test_an_archived_one_is_not_merged(self, cast: Cast) -> None:
        archive_compounds([GONE], reason="已拆除", by=cast.scope(Role.PLANNER), now=NOW + HOUR)
        before = whole()
        with pytest.raises(MergeRefused, match="已归档"):
            merge(cast)
        assert whole() == before

    def test_readers_may_not(self, cast: Cast) -> None:
        with pytest.raises(NotPermitted):
            merge(cast, role=Role.AUDITOR)

    def test_a_value_changed_since_it_was_shown(self, cast: Cast) -> None:
        seen = fingerprint_of(*(Compound.objects.get(code=code) for code in (KEPT, GONE)))
        verify(cast, GONE)
        before = whole()
        with pytest.raises(MergeOutdated):
            merge(cast, fingerprint=seen)
        assert whole() == before

    def test_a_merged_record_is_not_brought_back_alone(self, cast: Cast) -> None:
        merge(cast)
        before = whole()
        with pytest.raises(ArchivingRefused, match="撤销合并"):
            restore_compounds([GONE], by=cast.scope(Role.PLANNER), now=NOW + 3 * HOUR)
        assert whole() == before


class TestTakingBack:
    @pytest.mark.parametrize("verified", [(), (KEPT,), (GONE,), (KEPT, GONE)], ids=["none", "kept", "gone", "both"])
    def test_makes_both_what_they_were(self, cast: Cast, verified: tuple[str, ...]) -> None:
        for number, code in enumerate(verified):
            verify(cast, code, hours=1 + number / 10)
        before = whole()
        merge(cast, choices={"household_count": Side.ABSORBED, "compound_name": Side.ABSORBED})
        assert whole() != before
        assert undo(cast) == KEPT
        assert whole() == before
        assert told()[0].verb == "registry.compounds.merger-undone"
        assert listed(cast, GONE) == [GONE]

    def test_keeps_what_was_changed_elsewhere(self, cast: Cast) -> None:
        merge(cast)
        entered = Entered({"address": "望江路 5 号"}, date(2026, 11, 1), "社区摸底")
        edit_entry(ledger="compound", code=KEPT, entered=entered, by=cast.scope(Role.PLANNER), now=NOW + 2.5 * HOUR)
        undo(cast)
        assert Compound.objects.get(code=KEPT).address == "望江路 5 号"

    def test_is_refused_once_a_value_that_came_was_changed(self, cast: Cast) -> None:
        merge(cast, choices={"household_count": Side.ABSORBED})
        entered = Entered({"household_count": "231"}, date(2026, 11, 1), "社区摸底")
        edit_entry(ledger="compound", code=KEPT, entered=entered, by=cast.scope(Role.PLANNER), now=NOW + 2.5 * HOUR)
        before = whole()
        with pytest.raises(MergeNotUndoable, match="改过或核实过"):
            undo(cast)
        assert whole() == before

    def test_is_refused_once_the_parcels_changed(self, cast: Cast) -> None:
        merge(cast)
        CompoundParcel.objects.create(
            compound=Compound.objects.get(code=KEPT), parcel=Parcel.objects.get(code="P-000003")
        )
        with pytest.raises(MergeNotUndoable, match="地块变过"):
            undo(cast)

    def test_is_done_once(self, cast: Cast) -> None:
        merge(cast)
        undo(cast)
        with pytest.raises(MergeNotUndoable, match="已经撤销过"):
            undo(cast, hours=4)
        merge(cast, now=NOW + 5 * HOUR)
        assert CompoundMerger.objects.filter(undone_at=None).count() == 1


class TestLikelyRepeats:
    def pairs(self, cast: Cast, district: District) -> list[tuple[str, str]]:
        area = area_of(cast.scope(Role.PLANNER), now=NOW + 9 * HOUR)
        found = repeated_pairs(district, area, on=date(2026, 11, 23))
        return [(pair.one.code, pair.other.code) for pair in found]

    def test_share_name_address_or_place(self, cast: Cast, district: District) -> None:
        assert self.pairs(cast, district) == []
        Compound.objects.filter(code=KEPT).update(name="望江花园", address="望江路 5 号")
        Compound.objects.filter(code=GONE).update(name="望江花园小区", address="望江路5号")
        Compound.objects.filter(code="X-0004").update(name="望江花园二期", address="望江路 5 号")
        assert self.pairs(cast, district) == [(KEPT, GONE)]

    def test_stay_away_once_told_apart(self, cast: Cast, district: District) -> None:
        Compound.objects.filter(code__in=(KEPT, GONE)).update(name="望江花园", address="望江路 5 号")
        tell_apart(GONE, KEPT, by=cast.scope(Role.PLANNER), now=NOW + HOUR)
        assert self.pairs(cast, district) == []
        assert told()[0].verb == "registry.compounds.told-apart"

    def test_of_others_are_not_shown(self, cast: Cast, district: District) -> None:
        Compound.objects.filter(code__in=(KEPT, "X-0009")).update(name="望江花园", address="望江路 5 号")
        area = area_of(cast.scope(Role.SUBDISTRICT), now=NOW + 9 * HOUR)
        assert repeated_pairs(district, area, on=date(2026, 11, 23)) == ()


class TestPages:
    def test_lead_from_ticked_rows_to_one_record_and_back(self, signed_in_as: SignedInAs) -> None:
        client = signed_in_as(Role.SUBDISTRICT)
        ticked = client.post("/ledger/merge/", {"tab": "compounds", "code": [KEPT, GONE]})
        page = client.get(f"/ledger/merge/{ticked.headers['Location']}")
        card = page.context["card"]
        assert (card.kept.code, card.absorbed.code) == (GONE, KEPT)
        turned = client.get(f"/ledger/merge/?{page.context['turned']}").context["card"]
        assert (turned.kept.code, turned.absorbed.code) == (KEPT, GONE)
        sent = {"kept": KEPT, "absorbed": GONE, "fingerprint": turned.fingerprint, "step": "merge"}
        assert client.post("/ledger/merge/", sent).status_code == 422
        done = client.post("/ledger/merge/", {**sent, "reason": "重复登记", "take-household_count": "absorbed"})
        assert done.headers["Location"] == f"/ledger/compounds/{KEPT}/?merged={GONE}"
        led = client.get(f"/ledger/compounds/{GONE}/")
        assert led.headers["Location"] == f"/ledger/compounds/{KEPT}/?merged={GONE}"
        shown = client.get(led.headers["Location"]).content.decode()
        assert "并入本小区" in shown
        assert f"/ledger/merged/{GONE}/undo/" in shown
        assert client.post(f"/ledger/merged/{GONE}/undo/").headers["Location"] == f"/ledger/compounds/{KEPT}/"
        assert client.get(f"/ledger/compounds/{GONE}/").status_code == 200

    def test_show_new_values_when_somebody_was_faster(self, signed_in_as: SignedInAs) -> None:
        client = signed_in_as(Role.SUBDISTRICT)
        sent = {"kept": KEPT, "absorbed": GONE, "fingerprint": "old", "step": "merge", "reason": "重复登记"}
        answer = client.post("/ledger/merge/", {**sent, "take-household_count": "kept"})
        assert answer.status_code == 409
        assert ("household_count", "kept") in [(one.key, taken) for one, taken in answer.context["choices"]]
        assert CompoundMerger.objects.count() == 0

    def test_ask_for_exactly_two(self, signed_in_as: SignedInAs) -> None:
        client = signed_in_as(Role.SUBDISTRICT)
        assert client.get(f"/ledger/merge/?code={KEPT}").status_code == 422
        assert client.get(f"/ledger/merge/?code={KEPT}&code=X-0009").status_code == 404

    def test_propose_likely_repeats(self, signed_in_as: SignedInAs) -> None:
        Compound.objects.filter(code__in=(KEPT, GONE)).update(name="望江花园", address="望江路 5 号")
        client = signed_in_as(Role.SUBDISTRICT)
        assert "1 对小区疑似重复" in client.get("/ledger/repeats/").content.decode()
        assert client.post("/ledger/repeats/apart/", {"one": KEPT, "other": GONE}).status_code == 302
        assert "没有疑似重复的小区" in client.get("/ledger/repeats/").content.decode()

    def test_are_closed_to_readers(self, signed_in_as: SignedInAs) -> None:
        client = signed_in_as(Role.AUDITOR)
        assert client.get("/ledger/repeats/").status_code == 403
        assert client.get(f"/ledger/merge/?code={KEPT}&code={GONE}").status_code == 403
        assert client.post(f"/ledger/merged/{GONE}/undo/").status_code == 403


def test_card_counts_what_moves(district: District) -> None:
    card = merger_card(*(Compound.objects.select_related("home").get(code=code) for code in (KEPT, GONE)))
    assert dict(card.carried) == {
        "地块": 1,
        "归属登记": 1,
        "楼栋": 1,
        "物业合同": 1,
        "业主委员会": 1,
        "党组织": 1,
        "代管": 1,
    }
    assert [one.key for one in card.choices] == ["compound_name", "building_count", "household_count"]
    assert card.alike == (("residents_count", Side.KEPT),)
