"""Each kind of finding on a drawn district of 100 m blocks: what raises it, and what just does not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest
import shapely
from shapely.geometry.base import BaseGeometry

from linli.engine.geometry import from_zone
from linli.foundation.policies import NATIONAL, profile
from linli.registry.rules.audit import (
    KINDS,
    AuditedClaim,
    AuditedCommunity,
    AuditedCompound,
    AuditedCustody,
    AuditedSubject,
    Dossier,
    Found,
    audit,
    told,
)

ON = date(2026, 11, 23)
ZONE = 4549
EAST, NORTH = 500_000.0, 3_400_000.0
SOUND: Mapping[str, Any] = {
    "household_count": 500,
    "residents_count": 1250,
    "age_60_plus": 200,
    "dwelling_count": 520,
    "building_count": 5,
    "floor_area": 48_000,
    "property_form": "专业物业",
    "party_branch_formed": "单独",
}


def placed(shape: BaseGeometry) -> BaseGeometry:
    """Return a shape drawn in metres from the district's corner, in degrees."""
    return shapely.transform(shape, lambda xy: from_zone(np.add(xy, (EAST, NORTH)), ZONE))


def block(column: float, row: float, *, wide: float = 1, high: float = 1) -> BaseGeometry:
    return shapely.box(100 * column, 100 * row, 100 * (column + wide), 100 * (row + high))


def drawn(rows: Sequence[str], *, homes: int = 2, **changed: Any) -> Dossier:
    """Return a district of blocks, lettered by community, "." for none; the first ones of each letter are homes."""
    letters = sorted(set("".join(rows)) - {"."})
    cells = [(column, row, letter) for row, line in enumerate(rows) for column, letter in enumerate(line)]
    outlines = np.array([placed(block(column, row)) for column, row, _letter in cells], dtype=object)
    compounds = [
        compound(len(letters) * 10 + number, rows=(number,), point=shapely.point_on_surface(outlines[number]))
        for letter in letters
        for number in [n for n, cell in enumerate(cells) if cell[2] == letter][:homes]
    ]
    dossier = Dossier(
        on=ON,
        zone=ZONE,
        standards=profile(NATIONAL).at(ON),
        outline=placed(block(0, 0, wide=len(rows[0]), high=len(rows))),
        parcel_codes=tuple(f"P-{number:02d}" for number in range(len(cells))),
        parcel_names=("",) * len(cells),
        parcel_uses=("居住",) * len(cells),
        outlines=outlines,
        community_of=np.array([letters.index(c[2]) if c[2] != "." else -1 for c in cells], dtype=np.int32),
        communities=tuple(AuditedCommunity(letter, f"{letter}社区", subdistrict="S") for letter in letters),
        compounds=tuple(compounds),
    )
    return replace(dossier, **changed)


def compound(number: int, *, rows: tuple[int, ...] = (), point: Any = None, **current: Any) -> AuditedCompound:
    return AuditedCompound(f"X-{number}", f"家园{number}号院", point=point, rows=rows, current=SOUND | current)


def without(dossier: Dossier, *rows: int) -> Dossier:
    """Return the district without some parcels, which must be its last ones or carry nothing."""
    kept = [row for row in range(len(dossier.parcel_codes)) if row not in rows]
    place = {row: number for number, row in enumerate(kept)}
    assert dossier.community_of is not None
    return replace(
        dossier,
        parcel_codes=tuple(dossier.parcel_codes[row] for row in kept),
        parcel_names=tuple(dossier.parcel_names[row] for row in kept),
        parcel_uses=tuple(dossier.parcel_uses[row] for row in kept),
        outlines=dossier.outlines[kept],
        community_of=dossier.community_of[kept],
        compounds=tuple(
            replace(each, rows=tuple(place[row] for row in each.rows if row in place)) for each in dossier.compounds
        ),
    )


def redrawn(dossier: Dossier, row: int, shape: BaseGeometry) -> Dossier:
    outlines = dossier.outlines.copy()
    outlines[row] = placed(shape)
    return replace(dossier, outlines=outlines)


def changed(dossier: Dossier, number: int, **current: Any) -> Dossier:
    """Return the district with other values of one compound; None takes a value away."""
    compounds = list(dossier.compounds)
    values = {key: value for key, value in {**compounds[number].current, **current}.items() if value is not None}
    compounds[number] = replace(compounds[number], current=values)
    return replace(dossier, compounds=tuple(compounds))


def found(dossier: Dossier) -> list[tuple[str, str]]:
    return [(each.kind, each.subject_code) for each in audit(dossier)]


def only(dossier: Dossier) -> Found:
    (one,) = audit(dossier)
    return one


TWO = drawn(["AAABBB", "AAABBB", "AAABBB"])
HOME_A, HOME_B = "X-20", "X-23"


class TestGround:
    def test_a_sound_district_has_no_findings(self) -> None:
        assert found(TWO) == []

    def test_a_missing_block_at_the_edge_is_a_gap(self) -> None:
        one = only(without(TWO, 17))
        assert (one.kind, one.subject_kind, one.subdistrict, one.community) == ("GAP", "place", "S", "")
        assert one.evidence["area"] == pytest.approx(10_000, abs=1)
        assert one.evidence["nearest"] == "B社区"

    def test_a_missing_block_inside_is_a_hole(self) -> None:
        assert only(without(TWO, 7)).kind == "INNER_HOLE"

    def test_a_hole_that_is_registered_as_none_of_the_districts_is_no_finding(self) -> None:
        holed = without(TWO, 7)
        assert found(replace(holed, known_holes=frozenset({only(holed).subject_code}))) == []
        assert len(found(replace(holed, known_holes=frozenset({"117.00000,31.00000"})))) == 1

    def test_a_strip_narrower_than_a_metre_is_a_sliver(self) -> None:
        assert only(redrawn(TWO, 17, shapely.box(500.9, 200, 600, 300))).kind == "SLIVER"

    def test_rounding_of_the_coordinates_is_no_finding(self) -> None:
        assert found(redrawn(TWO, 17, shapely.box(500.004, 200, 600, 300))) == []
        assert found(redrawn(TWO, 17, shapely.box(499.996, 200, 600, 300))) == []

    def test_two_blocks_on_the_same_land_overlap(self) -> None:
        one = only(redrawn(TWO, 17, shapely.box(480, 200, 600, 300)))
        assert (one.kind, one.subject_code) == ("OVERLAP", "P-16|P-17")
        assert one.evidence["area"] == pytest.approx(2000, abs=1)

    def test_a_block_that_grew_is_one_finding_that_names_it(self) -> None:
        one = only(redrawn(TWO, 7, shapely.box(95, 95, 205, 205)))
        assert (one.kind, one.subject_code, one.evidence["nature"]) == ("MISDRAWN_PARCEL", "P-07", "grown")
        assert one.evidence["count"] == 8
        assert one.evidence["area"] == pytest.approx(110 * 110 - 100 * 100, abs=1)
        assert one.evidence["parcels"][0] == "P-07"
        assert len(one.evidence["parcels"]) == 9
        assert "压到四邻" in told(one.kind, subject=one.subject_name, evidence=one.evidence).title

    def test_a_block_that_was_shifted_is_told_with_how_far(self) -> None:
        one = only(redrawn(TWO, 7, shapely.box(103, 104, 203, 204)))
        assert (one.kind, one.subject_code, one.evidence["nature"]) == ("MISDRAWN_PARCEL", "P-07", "shifted")
        assert one.evidence["distance"] == pytest.approx(5.0, abs=0.3)
        assert "偏了约" in told(one.kind, subject=one.subject_name, evidence=one.evidence).evidence

    def test_two_blocks_that_lawfully_share_land_are_no_finding(self) -> None:
        shared = redrawn(TWO, 17, shapely.box(480, 200, 600, 300))
        assert found(replace(shared, lawful_overlaps={"P-16|P-17": frozenset({"B"})})) == []

    def test_a_crossed_ring_is_named_with_its_place(self) -> None:
        bow = shapely.Polygon([(500, 200), (600, 300), (600, 200), (500, 300)])
        one = next(each for each in audit(redrawn(TWO, 17, bow)) if each.kind == "INVALID_GEOMETRY")
        assert (one.subject_code, one.evidence["reason"]) == ("P-17", "Self-intersection")
        assert one.place is not None and one.place.geom_type == "Point"

    def test_a_block_beyond_the_outline_is_outside(self) -> None:
        one = only(redrawn(TWO, 17, shapely.box(500, 200, 640, 300)))
        assert (one.kind, one.subject_code, one.evidence["distance"]) == ("OUTSIDE_DISTRICT", "P-17", 40.0)

    def test_points_beyond_the_outline_are_outside(self) -> None:
        away = placed(shapely.Point(650, 50))
        compounds = (replace(TWO.compounds[0], point=away), *TWO.compounds[1:])
        communities = (replace(TWO.communities[0], point=away), TWO.communities[1])
        dossier = replace(
            TWO, compounds=compounds, communities=communities, facilities=(AuditedSubject("F-1", "助餐点", away),)
        )
        rows = audit(dossier)
        assert [(each.kind, each.subject_kind, each.subject_code, each.people) for each in rows] == [
            ("OUTSIDE_DISTRICT", "community", "A", 0),
            ("OUTSIDE_DISTRICT", "facility", "F-1", 0),
            ("OUTSIDE_DISTRICT", "compound", HOME_A, 1250),
        ]
        assert {each.evidence["distance"] for each in rows} == {50.0}

    def test_without_an_outline_only_enclosed_holes_can_be_told(self) -> None:
        bare = replace(TWO, outline=None)
        assert found(without(bare, 17)) == []
        assert only(without(bare, 7)).kind == "INNER_HOLE"


class TestBelonging:
    def test_a_block_in_no_community_is_a_blind_spot_of_the_nearest_subdistrict(self) -> None:
        one = only(drawn(["AAABBB", "AAABBB", "AAABB."]))
        assert (one.kind, one.subject_code, one.community, one.subdistrict) == ("AREA_UNASSIGNED", "P-17", "", "S")

    def test_a_compound_on_such_a_block_is_told_instead_of_the_block(self) -> None:
        lost = drawn(["AAABBB", "AAABBB", "AAABB."])
        one = only(replace(lost, compounds=(*lost.compounds, compound(99, rows=(17,)))))
        assert (one.kind, one.subject_code, one.households, one.people) == ("COMPOUND_UNASSIGNED", "X-99", 500, 1250)

    def test_a_compound_without_a_block_is_in_no_community(self) -> None:
        assert found(replace(TWO, compounds=(*TWO.compounds, compound(99)))) == [("COMPOUND_UNASSIGNED", "X-99")]

    def test_compounds_on_one_derived_block_are_each_told(self) -> None:
        lost = drawn(["AAABBB", "AAABBB", "AAABB."])
        pair = (compound(98, rows=(17,)), compound(99, rows=(17,)))
        assert found(replace(lost, compounds=(*lost.compounds, *pair))) == [
            ("COMPOUND_UNASSIGNED", "X-98"),
            ("COMPOUND_UNASSIGNED", "X-99"),
        ]

    def test_before_the_first_layout_whom_nobody_claims_is_in_no_community(self) -> None:
        claims = tuple(AuditedClaim("COMPOUND", each.code, 0, "社区摸排") for each in TWO.compounds[1:])
        assert found(replace(TWO, community_of=None, claims=claims)) == [("COMPOUND_UNASSIGNED", HOME_A)]

    @pytest.mark.parametrize("subject", [HOME_A, "P-00", "outline"])
    def test_two_communities_that_claim_one_compound_are_named(self, subject: str) -> None:
        own = AuditedClaim("COMPOUND", HOME_A, 0, "社区摸排")
        outline = placed(shapely.box(-10, -10, 110, 110)) if subject == "outline" else None
        other = AuditedClaim("COMPOUND", "" if outline else subject, 1, "街道上报", outline)
        one = only(replace(TWO, claims=(own, other)))
        assert (one.kind, one.subject_code, one.community) == ("DOUBLE_CLAIM", HOME_A, "A")
        assert one.evidence["claimants"] == "A社区（社区摸排）、B社区（街道上报）"
        assert one.evidence["communities"] == ["A", "B"]

    def test_one_claim_against_the_layout_differs(self) -> None:
        one = only(replace(TWO, claims=(AuditedClaim("COMPOUND", HOME_A, 1, "社区摸排"),)))
        assert (one.kind, one.subject_code, one.evidence["held"]) == ("CLAIM_DIFFERS", HOME_A, "A社区")
        parcel = only(replace(TWO, claims=(AuditedClaim("PARCEL", "P-17", 0, "街道上报"),)))
        assert (parcel.kind, parcel.subject_code) == ("CLAIM_DIFFERS", "P-17")

    def test_a_claim_of_who_has_custody_says_nothing_new(self) -> None:
        custody = AuditedCustody(0, 1, date(2023, 7, 1), date(2027, 6, 30), "")
        claim = AuditedClaim("COMPOUND", HOME_A, 1, "社区摸排")
        assert found(replace(TWO, claims=(claim,), custodies=(custody,))) == []

    @pytest.mark.parametrize(
        ("until", "is_open"), [(None, True), (date(2026, 11, 22), True), (date(2026, 11, 23), False)]
    )
    def test_custody_is_open_without_an_end_or_past_it(self, until: date | None, is_open: bool) -> None:
        custody = AuditedCustody(0, 1, date(2023, 7, 1), until, "")
        assert found(replace(TWO, custodies=(custody,))) == ([("OPEN_CUSTODY", HOME_A)] if is_open else [])

    def test_a_compound_cut_by_a_border_is_held_twice(self) -> None:
        cut = (replace(TWO.compounds[0], rows=(2, 3)), *TWO.compounds[1:])
        assert found(replace(TWO, compounds=cut)) == [("DOUBLE_CLAIM", HOME_A)]


class TestCommunities:
    def test_the_band_is_that_of_the_profile_and_includes_its_bounds(self) -> None:
        for households, expected in ((499, "UNDERSIZE"), (500, None), (2500, None), (2501, "OVERSIZE")):
            people = {"residents_count": households * 2, "dwelling_count": households + 500, "building_count": 9}
            kinds = [kind for kind, _code in found(changed(TWO, 0, household_count=households, **people))]
            assert kinds == ([expected] if expected else []), households

    def test_a_registered_exemption_keeps_the_size_out(self) -> None:
        large = changed(TWO, 0, household_count=2501, residents_count=5002, dwelling_count=2600, building_count=9)
        exempt = (replace(large.communities[0], is_band_exempt=True), large.communities[1])
        assert found(replace(large, communities=exempt)) == []

    def test_too_few_is_not_said_while_a_count_is_missing(self) -> None:
        assert found(changed(TWO, 0, household_count=None)) == [("MISSING_FIGURE", f"{HOME_A}:household_count")]

    def test_a_community_in_two_parts_is_an_exclave(self) -> None:
        split = drawn(["AAABBB", "AAABBB", "AAABBA"])
        one = only(split)
        assert (one.kind, one.subject_code, one.evidence["parcels"]) == ("EXCLAVE", "A", ["P-17"])
        exempt = (replace(split.communities[0], is_contiguity_exempt=True), split.communities[1])
        assert found(replace(split, communities=exempt)) == []

    def test_a_river_without_a_bridge_parts_a_community(self) -> None:
        river = placed(shapely.LineString([(-50, 100), (250, 100)]))
        bridge = placed(shapely.Point(150, 110))
        whole = drawn(["AAABBB", "AAABBB"], homes=2, barriers=(river,))
        assert found(replace(whole, barriers=(placed(shapely.LineString([(-50, 100), (650, 100)])),))) == [
            ("EXCLAVE", "A"),
            ("EXCLAVE", "B"),
        ]
        full = placed(shapely.LineString([(-50, 100), (300, 100)]))
        assert found(replace(whole, barriers=(full,))) == [("EXCLAVE", "A")]
        assert found(replace(whole, barriers=(full,), crossings=(bridge,))) == []

    def test_teeth_that_grip_each_other_interlock(self) -> None:
        one = only(drawn(["AABBB", "AABBB", "AAABB", "ABBBB", "AABBB", "AABBB"]))
        assert (one.kind, one.subject_code, one.evidence["parcels"]) == ("INTERLOCKED", "A|B", ["P-12", "P-16"])
        assert found(drawn(["AABBB", "AABBB", "AAABB", "AABBB", "AABBB", "AABBB"])) == []

    def test_a_community_without_a_party_organisation_is_told_where_any_is_on_record(self) -> None:
        led = (replace(TWO.communities[0], has_party=True), TWO.communities[1])
        assert found(replace(TWO, communities=led)) == []
        assert found(replace(TWO, communities=led, has_party_ledger=True)) == [("NO_PARTY_ORGANISATION", "B")]


class TestBooks:
    @pytest.mark.parametrize(
        "field",
        ["household_count", "residents_count", "age_60_plus", "dwelling_count", "building_count", "floor_area"],
    )
    def test_a_figure_that_plans_need_is_missed(self, field: str) -> None:
        assert found(changed(TWO, 0, **{field: None})) == [("MISSING_FIGURE", f"{HOME_A}:{field}")]

    def test_zero_is_no_missing_figure(self) -> None:
        assert found(changed(TWO, 0, age_60_plus=0)) == []

    def test_an_implausible_figure_is_told_until_it_is_kept_with_a_reason(self) -> None:
        odd = changed(TWO, 0, residents_count=2600)
        assert found(odd) == [("IMPOSSIBLE_FIGURE", f"{HOME_A}:residents_count")]
        kept = (replace(odd.compounds[0], kept=frozenset({"residents_count"})), *odd.compounds[1:])
        assert found(replace(odd, compounds=kept)) == []

    def test_an_impossible_figure_cannot_be_kept(self) -> None:
        odd = changed(TWO, 0, age_60_plus=1251)
        kept = (replace(odd.compounds[0], kept=frozenset({"age_60_plus"})), *odd.compounds[1:])
        assert found(replace(odd, compounds=kept)) == [("IMPOSSIBLE_FIGURE", f"{HOME_A}:age_60_plus")]

    def test_a_contract_that_ends_before_it_starts_is_told(self) -> None:
        contract = (date(2025, 1, 2), date(2025, 1, 1))
        compounds = (replace(TWO.compounds[0], contracts=(contract,)), *TWO.compounds[1:])
        assert found(replace(TWO, compounds=compounds)) == [("IMPOSSIBLE_FIGURE", f"{HOME_A}:contract_end")]

    def test_cover_is_told_where_it_is_known_to_be_absent(self) -> None:
        bare = changed(TWO, 0, property_form="无物业", party_branch_formed="未成立")
        assert found(bare) == [("NO_PROPERTY_COVER", HOME_A), ("NO_PARTY_ORGANISATION", HOME_A)]
        assert found(changed(TWO, 0, property_form=None, party_branch_formed=None)) == []

    def test_names_meet_after_cleaning_but_phases_do_not(self) -> None:
        first, second, *others = TWO.compounds
        same = (replace(first, name="金桂花园"), replace(second, name="金桂小区"), *others)
        assert found(replace(TWO, compounds=same)) == [("REPEATED_NAME", f"{first.code}|{second.code}")]
        phases = (replace(first, name="金桂一期"), replace(second, name="金桂二期"), *others)
        assert found(replace(TWO, compounds=phases)) == []

    def test_codes_that_other_registers_gave_may_repeat(self) -> None:
        coded = tuple(replace(each, current={"credit_code": "54110101MF1234567X"}) for each in TWO.communities)
        assert found(replace(TWO, communities=coded)) == [("REPEATED_CODE", "A|B:credit_code")]
        parcels = replace(TWO, parcel_codes=(*TWO.parcel_codes[:-1], "P-16"))
        assert found(parcels) == [("REPEATED_CODE", "P-16")]


class TestEdges:
    def test_a_district_of_nothing_has_no_findings(self) -> None:
        bare = drawn(["A"], homes=0)
        empty = replace(
            bare, parcel_codes=(), parcel_names=(), parcel_uses=(), communities=(), outlines=np.array([], dtype=object)
        )
        assert found(replace(empty, community_of=np.array([], dtype=np.int32))) == []
        assert found(replace(empty, community_of=None)) == []

    def test_points_alone_can_be_audited(self) -> None:
        points = replace(drawn(["A"], homes=1), community_of=None, communities=())
        bare = replace(points, parcel_codes=(), parcel_names=(), parcel_uses=(), outlines=np.array([], dtype=object))
        homeless = (replace(points.compounds[0], rows=()),)
        assert found(replace(bare, compounds=homeless)) == [("COMPOUND_UNASSIGNED", "X-10")]

    def test_a_district_of_one_block_can_be_audited(self) -> None:
        assert found(drawn(["A"], homes=1)) == [("UNDERSIZE", "A")]


class TestTold:
    def test_names_subject_fact_measure_and_next_step(self) -> None:
        words = told(
            "OVERSIZE",
            subject="云栖社区",
            evidence={"households": 3659, "least": 1000.0, "most": 3000.0, "beyond": 659.0, "parcels": []},
        )
        assert words.title == "云栖社区 3,659 户，超出上限"
        assert words.evidence == "标准 1,000–3,000 户，超 659 户。"
        assert words.next_step == "在调整方案里拆分或划出，或登记例外"

    def test_leaves_out_what_is_not_known(self) -> None:
        unknown = {"households": None, "nearest": "江楼社区", "distance": 680}
        assert told("COMPOUND_UNASSIGNED", subject="听澜花园", evidence=unknown).evidence == (
            "最近的办事点是江楼社区，约 680 m。"
        )

    def test_every_kind_has_one_letter_and_all_its_words(self) -> None:
        assert len(KINDS) == 22
        for kind in KINDS.values():
            assert len(kind.letter) == 1, kind.kind
            assert str(kind.title) and str(kind.evidence) and str(kind.next_step), kind.kind
