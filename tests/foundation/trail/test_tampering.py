"""Whoever changes the chain without the key is found, in each of the ways we could think of."""

import json
from datetime import timedelta

import pytest
from django.db import connection

from linli.foundation.trail import seal, verify
from linli.foundation.trail.models import Entry, Head
from linli.foundation.trail.rules import GENESIS, Link, Record, chained_hash
from linli.foundation.trail.seals import read_seals, seal_path
from linli.foundation.trail.verification import Kind, check_chain

DISTRICT = "990101"
OTHER_KEY = b"another key of the same length"


def sql(statement, *params):
    with connection.cursor() as cursor:
        cursor.execute(statement, params)


def change(column, value, sequence=3):
    return lambda: sql(f"UPDATE trail_entry SET {column} = %s WHERE sequence = %s", value, sequence)


def swap(first, second):
    def act():
        for old, new in ((first, 999), (second, first), (999, second)):
            sql("UPDATE trail_entry SET sequence = %s WHERE sequence = %s", new, old)

    return act


def rechain(start, key=OTHER_KEY, **changes):
    """Rewrite the chain from ``start`` on, as someone would who has the program but not the key."""

    def act():
        previous = Entry.objects.get(sequence=start - 1).hash if start > 1 else GENESIS
        for entry in Entry.objects.filter(sequence__gte=start).order_by("sequence"):
            parts = {name: getattr(entry, name) for name in Record.__dataclass_fields__} | {"previous_hash": previous}
            if entry.sequence == start:
                parts |= changes
            record = Record(**parts)
            previous = chained_hash(record, key=key)
            for column, value in (*changes.items(),) if entry.sequence == start else ():
                sql(f"UPDATE trail_entry SET {column} = %s WHERE sequence = %s", value, entry.sequence)
            sql(
                "UPDATE trail_entry SET previous_hash = %s, hash = %s WHERE sequence = %s",
                record.previous_hash,
                previous,
                entry.sequence,
            )
        sql("UPDATE trail_head SET hash = %s", previous)

    return act


def remove(sequence):
    return lambda: sql("DELETE FROM trail_entry WHERE sequence = %s", sequence)


def remove_and_close_the_gap():
    sql("DELETE FROM trail_entry WHERE sequence = 3")
    for sequence in range(4, 8):
        sql("UPDATE trail_entry SET sequence = %s WHERE sequence = %s", sequence - 1, sequence)
    sql("UPDATE trail_head SET sequence = 6")


def insert():
    for sequence in range(7, 2, -1):
        sql("UPDATE trail_entry SET sequence = %s WHERE sequence = %s", sequence + 1, sequence)
    parts = {name: getattr(Entry.objects.get(sequence=2), name) for name in Record.__dataclass_fields__}
    Entry.objects.create(**parts | {"sequence": 3, "hash": "f" * 64})
    sql("UPDATE trail_head SET sequence = 8")


def cut_tail_and_head():
    sql("DELETE FROM trail_entry WHERE sequence > 4")
    sql("UPDATE trail_head SET sequence = 4, hash = %s", Entry.objects.get(sequence=4).hash)


def clear_all():
    sql("DELETE FROM trail_entry")
    sql("DELETE FROM trail_head")


TAMPERINGS = {
    "details changed": (change("details_json", '{"households":9}'), {Kind.HASH_WRONG}),
    "details spoilt": (change("details_json", "{"), {Kind.HASH_WRONG}),
    "verb changed": (change("verb", "registry.compound.removed"), {Kind.HASH_WRONG}),
    "subject changed": (change("subject_code", "X-0009"), {Kind.HASH_WRONG}),
    "actor changed": (change("actor_code", "P-0008"), {Kind.HASH_WRONG}),
    "post of the actor changed": (change("actor_post", ""), {Kind.HASH_WRONG}),
    "stored hash changed": (change("hash", "0" * 64), {Kind.HASH_WRONG, Kind.LINK_BROKEN}),
    "link changed": (change("previous_hash", "0" * 64), {Kind.LINK_BROKEN, Kind.HASH_WRONG}),
    "moved to another district": (change("district_code", "990102"), {Kind.SEQUENCE_GAP, Kind.LINK_BROKEN}),
    "row removed": (remove(3), {Kind.SEQUENCE_GAP, Kind.LINK_BROKEN}),
    "first row removed": (remove(1), {Kind.SEQUENCE_GAP, Kind.LINK_BROKEN}),
    "row removed and the gap closed": (
        remove_and_close_the_gap,
        {Kind.LINK_BROKEN, Kind.HASH_WRONG, Kind.TAIL_CUT},
    ),
    "row inserted": (insert, {Kind.HASH_WRONG, Kind.LINK_BROKEN, Kind.SEAL_DISAGREES}),
    "rows swapped": (swap(3, 4), {Kind.HASH_WRONG, Kind.LINK_BROKEN}),
    "tail cut": (remove(7), {Kind.HEAD_WRONG, Kind.TAIL_CUT}),
    "tail and head cut together": (cut_tail_and_head, {Kind.TAIL_CUT}),
    "everything removed": (clear_all, {Kind.TAIL_CUT}),
    "head removed": (lambda: sql("DELETE FROM trail_head"), {Kind.HEAD_MISSING}),
    "head set back": (lambda: sql("UPDATE trail_head SET sequence = 6"), {Kind.HEAD_WRONG}),
    "chained anew with another key": (rechain(1), {Kind.HASH_WRONG, Kind.SEAL_DISAGREES}),
    "tail chained anew with another key": (
        rechain(5, details_json="{}"),
        {Kind.HASH_WRONG, Kind.SEAL_DISAGREES},
    ),
}


@pytest.fixture
def sealed(append, tmp_path, now):
    """Six entries, and a seal that is the seventh."""
    append(6)
    seal(DISTRICT, now=now, folder=tmp_path)
    return tmp_path


def kinds(folder):
    return {fault.kind for fault in verify(DISTRICT, seals=folder).faults}


@pytest.mark.django_db
class TestTampering:
    @pytest.mark.parametrize("way", TAMPERINGS)
    def test_is_found(self, sealed, way):
        act, expected = TAMPERINGS[way]
        act()
        assert kinds(sealed) == expected

    def test_with_the_moment_changed_is_found(self, sealed, now):
        sql("UPDATE trail_entry SET at = %s WHERE sequence = 3", now + timedelta(microseconds=1))
        assert kinds(sealed) == {Kind.HASH_WRONG}

    def test_with_the_stolen_key_shows_against_the_seal(self, sealed, settings):
        rechain(5, key=settings.LINLI_TRAIL_KEY.encode(), actor_code="P-0008")()
        assert kinds(sealed) == {Kind.SEAL_DISAGREES}

    def test_names_the_entry(self, sealed):
        change("actor_code", "P-0008")()
        (fault,) = verify(DISTRICT, seals=sealed).faults
        assert fault.sentence == "第 3 条的内容与校验值不符：内容、时间或操作者被改动，或用了别的密钥"

    def test_with_a_sequence_twice_is_found(self, sealed, settings):
        links = [entry.as_link() for entry in Entry.objects.order_by("sequence")]
        head = Head.objects.values_list("sequence", "hash").get()
        doubled = [*links[:3], Link(links[2].record, links[2].hash), *links[3:]]
        found = check_chain(doubled, head=head, seals=(), district=DISTRICT, key=settings.LINLI_TRAIL_KEY.encode())
        assert Kind.SEQUENCE_TWICE in {fault.kind for fault in found.faults}


@pytest.mark.django_db
class TestSeal:
    def test_of_an_untouched_chain_shows_nothing(self, sealed):
        found = verify(DISTRICT, seals=sealed)
        assert (found.is_intact, found.entries, found.after_newest_seal) == (True, 7, 0)

    def test_counts_what_lies_after_it(self, sealed, append):
        append(3, start=6)
        assert verify(DISTRICT, seals=sealed).after_newest_seal == 3

    def test_cannot_show_a_tail_cut_after_it(self, sealed, append):
        append(3, start=6)
        sql("DELETE FROM trail_entry WHERE sequence > 7")
        sql("UPDATE trail_head SET sequence = 7, hash = %s", Entry.objects.get(sequence=7).hash)
        found = verify(DISTRICT, seals=sealed)
        assert (found.is_intact, found.after_newest_seal) == (True, 0)

    def test_is_not_repeated_while_nothing_is_new(self, sealed, now):
        again = seal(DISTRICT, now=now + timedelta(days=1), folder=sealed)
        assert (again.number, again.sequence) == (1, 7)
        assert len(read_seals(seal_path(sealed, DISTRICT))) == 1

    def test_of_an_empty_chain_is_none(self, tmp_path, now):
        assert seal(DISTRICT, now=now, folder=tmp_path) is None
        assert list(tmp_path.iterdir()) == []

    def test_is_taken_back_when_the_commit_fails(self, append, tmp_path, now, monkeypatch):
        append(2)

        def fail(path, made):
            path.write_text("half a line")
            raise OSError

        monkeypatch.setattr("linli.foundation.trail.operations.append_seal", fail)
        with pytest.raises(OSError):
            seal(DISTRICT, now=now, folder=tmp_path)
        assert seal_path(tmp_path, DISTRICT).read_text() == ""
        assert verify(DISTRICT, seals=tmp_path).entries == 2


@pytest.mark.django_db
class TestSealFile:
    @pytest.fixture
    def lines(self, sealed, append, now):
        for day in (1, 2):
            append(1, start=10 * day)
            seal(DISTRICT, now=now + timedelta(days=day), folder=sealed)
        return seal_path(sealed, DISTRICT)

    def rewrite(self, path, change):
        path.write_text("".join(f"{line}\n" for line in change(path.read_text().splitlines())))

    def test_with_three_seals_is_sound(self, lines):
        assert kinds(lines.parent) == set()

    @pytest.mark.parametrize(
        "field", ["number", "sequence", "hash", "sealed_at", "previous_mac", "mac", "district_code"]
    )
    def test_with_a_rewritten_field_is_found(self, lines, field):
        def change(kept):
            seal_two = json.loads(kept[1])
            seal_two[field] = seal_two[field] - 1 if isinstance(seal_two[field], int) else "0" * 64
            return [kept[0], json.dumps(seal_two), kept[2]]

        self.rewrite(lines, change)
        assert Kind.SEAL_FORGED in kinds(lines.parent)

    def test_with_the_newest_line_removed_is_found(self, lines):
        self.rewrite(lines, lambda kept: kept[:2])
        assert kinds(lines.parent) == {Kind.SEAL_MISSING}

    def test_with_a_line_removed_inside_is_found(self, lines):
        self.rewrite(lines, lambda kept: [kept[0], kept[2]])
        assert kinds(lines.parent) == {Kind.SEAL_FORGED, Kind.SEAL_MISSING}

    def test_that_is_gone_is_found(self, lines):
        lines.unlink()
        assert kinds(lines.parent) == {Kind.SEAL_MISSING}

    def test_with_a_line_that_is_no_seal_is_refused(self, lines):
        from linli.foundation.trail.errors import SealFileUnreadable

        lines.write_text(lines.read_text() + "nothing\n")
        with pytest.raises(SealFileUnreadable, match="第 4 行"):
            verify(DISTRICT, seals=lines.parent)
