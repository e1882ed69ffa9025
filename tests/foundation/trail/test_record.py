"""An entry stands or falls with its act, and never changes afterwards."""

from datetime import date
from threading import Barrier, Thread

import pytest
from django.db import connection, transaction

from linli.foundation.trail import SYSTEM, Actor, Subject, entries, record, verify
from linli.foundation.trail.errors import (
    DetailNotPlain,
    EntryUnchangeable,
    PersonalDetailInTrail,
    TrailKeyMissing,
    TrailNeedsTransaction,
    TrailVerbMalformed,
)
from linli.foundation.trail.models import Entry, Head

DISTRICT = "990101"
PLACE = Subject("registry.compound", "X-0001")


class Compound:
    def trail_subject(self):
        return PLACE


class Officer:
    def trail_actor(self):
        return Actor("person", "P-0001", "C-0002")


@pytest.mark.django_db(transaction=True)
class TestRecord:
    def test_writes_who_what_when_on_what(self, now):
        with transaction.atomic():
            record("registry.compound.renamed", subject=Compound(), by=Officer(), at=now, district=DISTRICT, rows=3)
        (card,) = entries(DISTRICT).cards
        assert (card.sequence, card.verb, card.subject, card.at) == (1, "registry.compound.renamed", PLACE, now)
        assert card.actor == Actor("person", "P-0001", "C-0002")
        assert card.details == {"rows": 3}
        assert verify(DISTRICT).is_intact

    def test_is_refused_outside_a_transaction(self, now):
        with pytest.raises(TrailNeedsTransaction):
            record("registry.compound.renamed", subject=PLACE, by=SYSTEM, at=now, district=DISTRICT)
        assert not Entry.objects.exists()

    def test_vanishes_with_its_act(self, append, now):
        append(2)
        with pytest.raises(RuntimeError), transaction.atomic():
            record("registry.compound.renamed", subject=PLACE, by=SYSTEM, at=now, district=DISTRICT)
            raise RuntimeError
        append(1, start=2)
        assert list(Entry.objects.order_by("sequence").values_list("sequence", flat=True)) == [1, 2, 3]
        assert verify(DISTRICT).is_intact

    def test_keeps_one_chain_per_district(self, append):
        append(2)
        append(3, district="990102")
        assert [verify(code).entries for code in (DISTRICT, "990102")] == [2, 3]

    @pytest.mark.parametrize("verb", ["renamed", "registry.renamed", "Registry.Compound.Renamed", "a.b.c.d"])
    def test_refuses_a_malformed_verb(self, verb, now):
        with pytest.raises(TrailVerbMalformed), transaction.atomic():
            record(verb, subject=PLACE, by=SYSTEM, at=now, district=DISTRICT)

    @pytest.mark.parametrize(
        "value", ["电话 13800000000", 13800000000, "11010119900101123X", ["13800000000"], {"a": "110101199001011234"}]
    )
    def test_refuses_personal_data(self, value, now):
        with pytest.raises(PersonalDetailInTrail), transaction.atomic():
            record("registry.compound.renamed", subject=PLACE, by=SYSTEM, at=now, district=DISTRICT, note=value)
        assert not Entry.objects.exists()

    def test_accepts_codes_of_places_dates_and_shares(self, now):
        with transaction.atomic():
            record(
                "registry.compound.renamed",
                subject=PLACE,
                by=SYSTEM,
                at=now,
                district=DISTRICT,
                community="990101001002",
                on=date(2026, 1, 1),
                share=0.1,
                parts=("X-0001", None, True),
            )
        assert entries(DISTRICT).cards[0].details == {
            "community": "990101001002",
            "on": "2026-01-01",
            "share": 0.1,
            "parts": ["X-0001", None, True],
        }
        assert verify(DISTRICT).is_intact

    @pytest.mark.parametrize("value", [object(), float("nan"), b"bytes", {1, 2}])
    def test_refuses_what_json_does_not_know(self, value, now):
        with pytest.raises(DetailNotPlain), transaction.atomic():
            record("registry.compound.renamed", subject=PLACE, by=SYSTEM, at=now, district=DISTRICT, odd=value)

    def test_needs_a_key(self, settings, now):
        settings.LINLI_TRAIL_KEY = "short"
        with pytest.raises(TrailKeyMissing), transaction.atomic():
            record("registry.compound.renamed", subject=PLACE, by=SYSTEM, at=now, district=DISTRICT)

    def test_takes_the_key_from_its_file(self, settings, tmp_path, append):
        append(1)
        (tmp_path / "trail.key").write_text(f"{settings.LINLI_TRAIL_KEY}\n")
        settings.LINLI_TRAIL_KEY, settings.LINLI_TRAIL_KEY_FILE = "", tmp_path / "trail.key"
        assert verify(DISTRICT).is_intact


@pytest.mark.django_db
class TestEntry:
    @pytest.mark.parametrize(
        "change",
        [
            lambda entry: entry.save(),
            lambda entry: entry.delete(),
            lambda entry: Entry.objects.update(verb="a.b.c"),
            lambda entry: Entry.objects.all().delete(),
        ],
    )
    def test_refuses_every_change(self, append, change):
        append(1)
        with pytest.raises(EntryUnchangeable):
            change(Entry.objects.get())
        assert verify(DISTRICT).is_intact


@pytest.mark.django_db
class TestEntries:
    def test_filters_and_turns_pages(self, append, now):
        append(5)
        with transaction.atomic():
            record("plans.draft.submitted", subject=Subject("plans.draft", "B-1"), by=SYSTEM, at=now, district=DISTRICT)
        first = entries(DISTRICT, verb_starts="registry.", limit=2)
        assert ([card.sequence for card in first.cards], first.total, first.older_than) == ([5, 4], 5, 4)
        last = entries(DISTRICT, verb_starts="registry.", limit=3, older_than=first.older_than)
        assert ([card.sequence for card in last.cards], last.older_than) == ([3, 2, 1], None)
        assert entries(DISTRICT, actor_code="linli").total == 1
        assert entries(DISTRICT, subject_kind="registry.compound", subject_code="X-0003").total == 1
        assert entries(DISTRICT, since=first.cards[0].at, verb_starts="registry.").total == 1
        assert entries("990102").total == 0


@pytest.mark.postgres_only
@pytest.mark.django_db(transaction=True)
class TestRecordingAtOnce:
    def test_queues_up_without_gaps(self, append):
        if connection.vendor != "postgresql":
            pytest.skip("row locks need PostgreSQL")
        starting = Barrier(6)

        def work(number):
            starting.wait()
            append(10, start=number * 10)
            connection.close()

        threads = [Thread(target=work, args=(number,)) for number in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert list(Entry.objects.order_by("sequence").values_list("sequence", flat=True)) == list(range(1, 61))
        assert Head.objects.get().sequence == 60
        assert verify(DISTRICT).is_intact
