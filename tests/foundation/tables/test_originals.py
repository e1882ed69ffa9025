from __future__ import annotations

from datetime import UTC, datetime

import pytest

from linli.foundation.tables import Column, OutSheet, original_row, write_xlsx

NOW = datetime(2026, 11, 23, tzinfo=UTC)
SHEET = OutSheet(
    name="小区",
    columns=(Column("名称", 10), Column("总户数", 8), Column("地址", 8)),
    rows=[("甲院", 120, "新街1号"), ("乙院", 230, None)],
    title="摸底表",
)
WORKBOOK = write_xlsx([SHEET], now=NOW)
TEXT = "名称,总户数,地址\n甲院,120,新街1号\n乙院,230户,\n".encode()


class TestOriginalRow:
    def test_names_the_cell_of_a_workbook_as_its_reader_sees_it(self) -> None:
        row = original_row(WORKBOOK, name="a.xlsx", sheet="小区", number=4, heading="总户数")
        assert [(cell.reference, cell.heading, cell.text, cell.is_sought) for cell in row] == [
            ("A4", "名称", "乙院", False),
            ("B4", "总户数", "230", True),
        ]

    def test_keeps_the_words_of_a_text_table(self) -> None:
        row = original_row(TEXT, name="a.csv", sheet="", number=3, heading="总户数")
        assert [(cell.reference, cell.text, cell.is_sought) for cell in row] == [
            ("A3", "乙院", False),
            ("B3", "230户", True),
        ]

    def test_takes_the_last_line_of_a_heading_and_the_table_of_a_sheet(self) -> None:
        row = original_row(WORKBOOK, name="a.xlsx", sheet="小区 第2行起", number=3, heading="人口/总户数")
        assert [cell.reference for cell in row if cell.is_sought] == ["B3"]

    def test_marks_none_where_two_columns_could_be_meant(self) -> None:
        twice = "人数,人数\n5,7\n".encode()
        assert not any(cell.is_sought for cell in original_row(twice, name="a", sheet="", number=2, heading="人数"))
        told = original_row(twice, name="a", sheet="", number=2, heading="人数", original="7")
        assert [cell.reference for cell in told if cell.is_sought] == ["B2"]

    @pytest.mark.parametrize(
        ("content", "sheet", "number"),
        [
            (b"PK\x03\x04broken", "小区", 2),
            (b"", "", 1),
            (WORKBOOK, "别的表", 2),
            (WORKBOOK, "小区", 99),
            (TEXT, "", 0),
        ],
    )
    def test_is_silent_about_what_it_cannot_read(self, content: bytes, sheet: str, number: int) -> None:
        assert original_row(content, name="a.xlsx", sheet=sheet, number=number, heading="总户数") == ()
