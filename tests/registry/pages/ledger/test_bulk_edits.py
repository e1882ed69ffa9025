"""Many values in one act: judged again in the moment of writing, all or none, undone in one act."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from tests.factories.organisation import NOW, TODAY, Cast, told
from tests.registry.pages.ledger.test_pages import SignedInAs

from linli.organisation.errors import NotPermitted
from linli.organisation.rules import Role
from linli.registry.errors import BulkContested, BulkNotUndoable, BulkPreviewOutdated, BulkRefused
from linli.registry.models import Compound, District, Fact
from linli.registry.operations.bulk_edits import BulkEntered, bulk_fields, edit_many, preview_bulk, undo_many
from linli.registry.operations.facts import NewValue, record_values
from linli.registry.queries.bulk_edits import BulkPreview, Seen, WantedValue
from linli.registry.rules.fields import Ledger
from linli.registry.rules.pasting import read_block

pytestmark = pytest.mark.usefixtures("district")
ENTERED = BulkEntered(as_of_on=TODAY, source="摸底调查")
LATER = NOW + timedelta(hours=2)


def wanted(field: str, *pairs: tuple[str, str]) -> list[WantedValue]:
    return [WantedValue(code, field, text) for code, text in pairs]


def preview(
    cast: Cast, values: list[WantedValue], *, role: Role = Role.PLANNER, entered: BulkEntered = ENTERED
) -> BulkPreview:
    return preview_bulk(values, ledger=Ledger.COMPOUND, entered=entered, by=cast.scope(role), now=NOW)


def take_back(cast: Cast, *, edited_at: datetime) -> int:
    later = LATER + timedelta(hours=2)
    return undo_many(ledger=Ledger.COMPOUND, edited_at=edited_at, by=cast.scope(Role.PLANNER), now=later)


def write(cast: Cast, values: list[WantedValue], *, role: Role = Role.PLANNER, **more: object) -> int:
    return edit_many(
        values,
        ledger=Ledger.COMPOUND,
        entered=ENTERED,
        fingerprint=preview(cast, values, role=role).fingerprint,
        by=cast.scope(role),
        now=LATER,
        **more,
    )


class TestWriting:
    def test_sets_one_value_in_many_entries_in_one_act(self, cast: Cast) -> None:
        values = wanted("property_form", ("X-0001", "专业物业"), ("X-0002", "专业物业"), ("X-0007", "专业物业"))
        assert write(cast, values) == 3
        forms = Compound.objects.filter(code__in=["X-0001", "X-0002", "X-0007"]).values_list("property_form", flat=True)
        assert list(forms) == ["专业物业"] * 3
        entry = told()[0]
        assert (entry.verb, entry.details["entries"], entry.details["left_out"]) == ("registry.entries.edited", 3, 0)
        facts = Fact.objects.filter(recorded_at=LATER)
        assert set(facts.values_list("source", "as_of_on", "recorded_post")) == {
            ("摸底调查", TODAY, cast.scope(Role.PLANNER).post.code)
        }

    @pytest.mark.parametrize("text", ["-5", "许多", "12.5", "100-200"])
    def test_an_illegal_value_writes_nothing_and_says_why_of_each_row(self, cast: Cast, text: str) -> None:
        values = wanted("household_count", *((f"X-000{n}", text) for n in (1, 2, 4)))
        before, acts = list(Compound.objects.values()), len(told())
        shown = preview(cast, values)
        assert (shown.refused, shown.changed) == (3, 0)
        assert all("户数" in row.reason for row in shown.rows)
        for only_good in (False, True):
            with pytest.raises(BulkRefused):
                write(cast, values, only_good=only_good)
        assert (list(Compound.objects.values()), Fact.objects.filter(recorded_at=LATER).count()) == (before, 0)
        assert len(told()) == acts

    def test_one_bad_value_holds_all_back_unless_it_is_left_out(self, cast: Cast) -> None:
        values = wanted("household_count", ("X-0001", "210"), ("X-0002", "许多"))
        with pytest.raises(BulkRefused):
            write(cast, values)
        assert Compound.objects.get(code="X-0001").household_count == 200
        assert write(cast, values, only_good=True) == 1
        assert Compound.objects.get(code="X-0001").household_count == 210
        assert told()[0].details["left_out"] == 1

    def test_judges_a_value_with_what_its_entry_holds(self, cast: Cast, district: District) -> None:
        record_values(
            [NewValue("X-0001", "residents_count", "300", source="测试")],
            district=district,
            ledger="compound",
            by="测试",
            now=NOW,
        )
        shown = preview(cast, wanted("age_60_plus", ("X-0001", "400"), ("X-0002", "40")))
        assert [(row.code, row.verdict) for row in shown.rows][1:] == [("X-0002", "changed")]
        assert shown.rows[0].verdict in {"refused", "doubted"}

    def test_what_the_ledger_holds_already_leaves_no_trace(self, cast: Cast) -> None:
        values = wanted("property_form", ("X-0001", "专业物业"))
        write(cast, values)
        shown = preview(cast, values)
        assert (shown.same, shown.changed) == (1, 0)
        with pytest.raises(BulkRefused):
            write(cast, values)

    def test_a_preview_that_is_out_of_date_writes_nothing(self, cast: Cast, district: District) -> None:
        values = wanted("property_form", ("X-0001", "无物业"))
        seen = preview(cast, values).fingerprint
        record_values(
            [NewValue("X-0001", "property_form", "专业物业", source="别人")],
            district=district,
            ledger="compound",
            by="别人",
            now=NOW,
        )
        with pytest.raises(BulkPreviewOutdated):
            edit_many(
                values,
                ledger=Ledger.COMPOUND,
                entered=ENTERED,
                fingerprint=seen,
                by=cast.scope(Role.PLANNER),
                now=LATER,
            )
        assert Compound.objects.get(code="X-0001").property_form == "专业物业"

    def test_the_second_of_two_officers_chooses_value_by_value(self, cast: Cast, district: District) -> None:
        values = wanted("property_form", ("X-0001", "无物业"), ("X-0002", "无物业"), ("X-0004", "无物业"))
        first = preview(cast, values)
        meanwhile = [NewValue(code, "property_form", "专业物业", source="别人") for code in ("X-0001", "X-0002")]
        record_values(meanwhile, district=district, ledger="compound", by="别人", now=NOW + timedelta(minutes=1))

        def again(fingerprint: str, **chosen: frozenset[tuple[str, str]]) -> int:
            return edit_many(
                values,
                ledger=Ledger.COMPOUND,
                entered=ENTERED,
                fingerprint=fingerprint,
                seen=Seen(NOW, **chosen),
                by=cast.scope(Role.PLANNER),
                now=LATER,
            )

        acts = len(told())
        with pytest.raises(BulkContested) as refusal:
            again(first.fingerprint)
        assert refusal.value.params["count"] == 2
        assert (len(told()), Compound.objects.filter(property_form="无物业").count()) == (acts, 0)
        shown = preview_bulk(
            values, ledger=Ledger.COMPOUND, entered=ENTERED, seen=Seen(NOW), by=cast.scope(Role.PLANNER), now=LATER
        )
        both = [(row.code, row.old, row.new, row.hand) for row in shown.rows if row.verdict == "contested"]
        assert both == [(code, "专业物业", "无物业", "别人 2026-11-23 09:01") for code in ("X-0001", "X-0002")]
        key = "property_form"
        assert again(shown.fingerprint, mine=frozenset({("X-0001", key)}), theirs=frozenset({("X-0002", key)})) == 2
        held = dict(Compound.objects.filter(code__in=("X-0001", "X-0002", "X-0004")).values_list("code", key))
        assert held == {"X-0001": "无物业", "X-0002": "专业物业", "X-0004": "无物业"}

    def test_a_value_pasted_twice_is_refused(self, cast: Cast) -> None:
        shown = preview(cast, wanted("household_count", ("X-0001", "210"), ("X-0001", "220")))
        assert [(row.new, row.verdict) for row in shown.rows] == [("220", "refused"), ("210", "changed")]


class TestAccess:
    def test_entries_outside_the_area_are_not_there(self, cast: Cast) -> None:
        shown = preview(cast, wanted("property_form", ("X-0009", "无物业"), ("X-9999", "无物业")), role=Role.WORKER)
        assert [row.verdict for row in shown.rows] == ["refused", "refused"]
        assert len({row.reason for row in shown.rows}) == 1
        assert {row.name for row in shown.rows} == {"X-0009", "X-9999"}

    @pytest.mark.parametrize("role", [Role.AUDITOR, Role.LEADER])
    def test_readers_change_nothing(self, cast: Cast, role: Role, signed_in_as: SignedInAs) -> None:
        with pytest.raises(NotPermitted):
            preview(cast, wanted("property_form", ("X-0001", "无物业")), role=role)
        assert signed_in_as(role).get("/ledger/bulk/").status_code == 403
        assert signed_in_as(role).get("/ledger/paste/").status_code == 403

    def test_the_name_is_changed_one_by_one(self, cast: Cast) -> None:
        with pytest.raises(BulkRefused):
            preview(cast, wanted("compound_name", ("X-0001", "甲")))


class TestUndo:
    def test_puts_all_back_in_one_act(self, cast: Cast) -> None:
        columns = ("code", "current", "household_count", "property_form", "completeness", "as_of_on")
        write(cast, wanted("building_count", ("X-0001", "3"), ("X-0002", "5"), ("X-0004", "7")))
        before = list(Compound.objects.order_by("code").values(*columns))
        values = wanted("property_form", ("X-0001", "无物业"), ("X-0002", "无物业"), ("X-0004", "无物业"))
        edit_many(
            values,
            ledger=Ledger.COMPOUND,
            entered=ENTERED,
            fingerprint=preview(cast, values).fingerprint,
            by=cast.scope(Role.PLANNER),
            now=LATER + timedelta(hours=1),
        )
        take_back(cast, edited_at=LATER + timedelta(hours=1))
        assert list(Compound.objects.order_by("code").values(*columns)) == before
        assert told()[0].verb == "registry.entries.edit-undone"

    def test_is_refused_once_a_value_was_changed_again(self, cast: Cast, district: District) -> None:
        write(cast, wanted("property_form", ("X-0001", "专业物业"), ("X-0002", "专业物业")))
        record_values(
            [NewValue("X-0002", "property_form", "无物业", source="别人")],
            district=district,
            ledger="compound",
            by="别人",
            now=LATER + timedelta(hours=1),
        )
        with pytest.raises(BulkNotUndoable):
            undo_many(
                ledger=Ledger.COMPOUND, edited_at=LATER, by=cast.scope(Role.PLANNER), now=LATER + timedelta(hours=2)
            )
        assert Compound.objects.get(code="X-0001").property_form == "专业物业"

    def test_is_for_the_post_that_wrote(self, cast: Cast) -> None:
        write(cast, wanted("property_form", ("X-0001", "专业物业")))
        with pytest.raises(BulkNotUndoable):
            undo_many(
                ledger=Ledger.COMPOUND, edited_at=LATER, by=cast.scope(Role.WORKER), now=LATER + timedelta(hours=2)
            )


class TestBlocks:
    def read(self, block: str, field: str = "") -> list[tuple[int, str, str, str]]:
        pasted = read_block(
            block,
            ledger="compound",
            editable=bulk_fields(Ledger.COMPOUND),
            keys=("compound_code", "compound_name"),
            field=field,
        )
        return [(cell.line, cell.key, cell.field, cell.text) for cell in pasted.cells]

    def test_with_headings_in_any_order(self) -> None:
        assert self.read("常住人口\t编码\t总户数（户）\n300\tX-0001\t120\n\n\tX-0002\t90\n") == [
            (2, "X-0001", "residents_count", "300"),
            (2, "X-0001", "household_count", "120"),
            (4, "X-0002", "household_count", "90"),
        ]

    def test_without_headings_take_the_field_that_was_chosen(self) -> None:
        assert self.read("锦澜苑\t120\r\n云栖府\t90", "household_count") == [
            (1, "锦澜苑", "household_count", "120"),
            (2, "云栖府", "household_count", "90"),
        ]

    def test_keep_a_quoted_line_break_in_its_cell(self) -> None:
        assert self.read('编码\t详细地址\nX-0001\t"晨光路\n1号"') == [(2, "X-0001", "address", "晨光路\n1号")]

    @pytest.mark.parametrize(
        ("block", "field", "fault"),
        [
            ("", "", "EMPTY"),
            (" \n\t\n", "", "EMPTY"),
            ("锦澜苑\t120", "", "NO_HEADINGS"),
            ("锦澜苑\t120\t300", "household_count", "NO_HEADINGS"),
            ("编码\t户数\n" + "X-1\t1\n" * 5001, "", "TOO_LARGE"),
        ],
    )
    def test_that_nobody_can_tell_are_refused(self, block: str, field: str, fault: str) -> None:
        with pytest.raises(ValueError, match=fault):
            self.read(block, field)


class TestPages:
    def fields(self, **more: str) -> dict[str, str]:
        return {"as_of_on": "2026-11-20", "source": "摸底", "step": "preview", **more}

    def test_previews_writes_and_offers_to_undo(self, signed_in_as: SignedInAs) -> None:
        client, address = signed_in_as(Role.SUBDISTRICT), "/ledger/bulk/?tab=compounds&households_min=300"
        fields = self.fields(field="property_form", value="专业物业")
        seen = client.post(address, fields)
        assert (seen.context["preview"].changed, seen.context["bad"]) == (3, 0)
        assert not Compound.objects.filter(property_form="专业物业").exists()
        fingerprint = seen.context["preview"].fingerprint
        after = client.post(address, fields | {"step": "write", "fingerprint": fingerprint})
        assert Compound.objects.filter(property_form="专业物业").count() == 3
        page = client.get(after.headers["Location"])
        assert page.status_code == 200
        undo = page.context["written"]
        assert f'hx-post="{undo}"'.replace("&", "&amp;") in page.content.decode()
        client.post(undo)
        assert not Compound.objects.filter(property_form="专业物业").exists()

    def test_shows_both_versions_when_somebody_was_faster(
        self, signed_in_as: SignedInAs, district: District, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        client, address = signed_in_as(Role.SUBDISTRICT), "/ledger/bulk/?tab=compounds&code=X-0001&code=X-0002"
        fields = self.fields(field="property_form", value="无物业")
        first = client.post(address, fields)
        fields |= {"step": "write", "fingerprint": first.context["preview"].fingerprint, "seen": first.context["seen"]}
        faster = NOW + timedelta(hours=1, minutes=1)
        theirs = [NewValue("X-0001", "property_form", "专业物业", source="别人")]
        record_values(theirs, district=district, ledger="compound", by="别人", now=faster)
        monkeypatch.setattr("linli.foundation.clock.now", lambda: NOW + timedelta(hours=1, minutes=2))
        asked = client.post(address, fields)
        page = asked.content.decode()
        assert (asked.status_code, asked.context["preview"].contested) == (409, 1)
        assert "对方的" in page and "我的" in page and 'name="keep-X-0001:property_form"' in page
        assert not Compound.objects.filter(property_form="无物业").exists()
        chosen = {"fingerprint": asked.context["preview"].fingerprint, "keep-X-0001:property_form": "theirs"}
        assert client.post(address, fields | chosen).status_code == 302
        held = dict(Compound.objects.filter(code__in=("X-0001", "X-0002")).values_list("code", "property_form"))
        assert held == {"X-0001": "专业物业", "X-0002": "无物业"}

    def test_shows_every_refusal_and_writes_nothing(self, signed_in_as: SignedInAs) -> None:
        client = signed_in_as(Role.PLANNER)
        fields = self.fields(field="household_count", value="-5")
        seen = client.post("/ledger/bulk/?tab=compounds&code=X-0001&code=X-0002", fields)
        assert [row.verdict for row in seen.context["rows"]] == ["refused", "refused"]
        assert 'value="write' not in seen.content.decode()
        forced = fields | {"step": "write", "fingerprint": seen.context["preview"].fingerprint}
        assert client.post("/ledger/bulk/?tab=compounds&code=X-0001&code=X-0002", forced).status_code == 422
        assert Compound.objects.get(code="X-0001").household_count == 200

    def test_takes_ticked_rows(self, signed_in_as: SignedInAs) -> None:
        answer = signed_in_as(Role.PLANNER).post(
            "/ledger/bulk/?tab=compounds", {"tab": "compounds", "code": ["X-0001"]}
        )
        assert answer.headers["Location"] == "?tab=compounds&code=X-0001"

    def test_takes_a_pasted_block_by_code_and_by_name(self, signed_in_as: SignedInAs) -> None:
        client, name = signed_in_as(Role.PLANNER), Compound.objects.get(code="X-0002").name
        block = f"名称\t户数\tWiFi\n{name}\t510\t有\nX-0001\t220\t无\n没有的小区\t1\t无"
        seen = client.post("/ledger/paste/?tab=compounds", self.fields(block=block))
        assert seen.context["ignored"] == ("WiFi",)
        assert [(row.code, row.new, row.verdict) for row in seen.context["rows"]] == [
            ("没有的小区", "1", "refused"),
            ("X-0002", "510", "changed"),
            ("X-0001", "220", "changed"),
        ]
        good = self.fields(block=block, step="write-good", fingerprint=seen.context["preview"].fingerprint)
        assert client.post("/ledger/paste/?tab=compounds", good).status_code == 302
        assert Compound.objects.get(code="X-0002").household_count == 510

    def test_says_what_a_block_lacks(self, signed_in_as: SignedInAs) -> None:
        answer = signed_in_as(Role.PLANNER).post("/ledger/paste/?tab=compounds", self.fields(block="甲\t1\t2"))
        assert answer.status_code == 422
        assert "第一行不是表头" in answer.content.decode()
