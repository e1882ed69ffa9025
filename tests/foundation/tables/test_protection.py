"""A workbook under lock asks for its password and opens only with it."""

import io
from pathlib import Path

import msoffcrypto
import pytest
from msoffcrypto.format.ooxml import OOXMLFile
from tests.factories.organisation import NOW

from linli.foundation.errors import ValidationFaults
from linli.foundation.tables import Column, OutSheet, read_sheets, unlocked, write_xlsx

PASSWORD = "邻里-2026"


@pytest.fixture(scope="module")
def locked() -> bytes:
    plain = write_xlsx([OutSheet("小区", [Column("小区"), Column("户数")], [["金桂花园", 320]])], now=NOW)
    buffer = io.BytesIO()
    OOXMLFile(io.BytesIO(plain)).encrypt(PASSWORD, buffer)
    assert msoffcrypto.OfficeFile(io.BytesIO(buffer.getvalue())).is_encrypted()
    return buffer.getvalue()


def refusal(content: bytes, **arguments: str) -> str:
    with pytest.raises(ValidationFaults) as caught:
        read_sheets(content, name="小区.xlsx", **arguments)
    return caught.value.faults[0].code


class TestALockedWorkbook:
    def test_opens_with_its_password(self, locked):
        (sheet,) = read_sheets(locked, name="小区.xlsx", password=PASSWORD)
        assert (sheet.header, sheet.rows) == (("小区", "户数"), (("金桂花园", 320),))

    def test_asks_for_the_password(self, locked):
        assert refusal(locked) == "tables.file-encrypted"

    def test_is_refused_with_another(self, locked):
        assert refusal(locked, password="邻里") == "tables.password-wrong"

    def test_that_would_keep_the_server_busy_is_refused(self, locked):
        slow = locked.replace(b'spinCount="100000"', b'spinCount="900000"')
        assert refusal(slow, password=PASSWORD) == "tables.workbook-unreadable"

    def test_cut_short_is_refused(self, locked):
        assert refusal(locked[: len(locked) // 2], password=PASSWORD) == "tables.workbook-unreadable"


class TestOtherFiles:
    def test_pass_unchanged(self, tmp_path: Path):
        assert unlocked(b"a,b\n1,2\n", name="甲.csv", password="") == b"a,b\n1,2\n"
