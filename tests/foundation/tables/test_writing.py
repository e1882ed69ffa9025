"""What is written opens in an office and runs nothing."""

import io
import zipfile
from datetime import UTC, date, datetime

import openpyxl
import pytest

from linli.foundation.tables import Column, OutSheet, read_sheets, write_csv, write_xlsx
from linli.foundation.tables.writing import sheet_name

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
COLUMNS = (Column("小区", 20), Column("户数", number_format="#,##0"), Column("日期"), Column("是否"))
ROWS = [("甲", 1200, date(2026, 1, 2), True), ("=1+1", 2.5, NOW, False), ("", None, None, None)]


def opened(content):
    return openpyxl.load_workbook(io.BytesIO(content))


class TestWriteXlsx:
    def test_keeps_values_and_formats(self):
        page = opened(write_xlsx([OutSheet("小区", COLUMNS, ROWS, title="甲区小区")], now=NOW))["小区"]
        cells = [[cell.value for cell in row] for row in page.iter_rows()]
        assert cells[0][0] == "甲区小区"
        assert cells[1] == ["小区", "户数", "日期", "是否"]
        assert cells[2] == ["甲", 1200, datetime(2026, 1, 2), "是"]
        assert cells[3] == ["=1+1", 2.5, datetime(2026, 3, 2, 12, 0), "否"]
        assert (page["B3"].number_format, page["C3"].number_format) == ("#,##0", "yyyy-mm-dd")
        assert (page.freeze_panes, page.auto_filter.ref, page.column_dimensions["A"].width > 19) == (
            "A3",
            "A2:D5",
            True,
        )

    @pytest.mark.parametrize("text", ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "＝1+1", "=cmd|' /C calc'!A0"])
    def test_never_writes_a_formula(self, text):
        page = opened(write_xlsx([OutSheet("甲", COLUMNS[:1], [(text,)])], now=NOW))["甲"]
        assert (page["A2"].value, page["A2"].data_type, page["A2"].quotePrefix) == (text, "s", True)

    def test_writes_no_links_and_no_control_characters(self):
        content = write_xlsx([OutSheet("甲", COLUMNS[:1], [("http://example.test/\x07",)])], now=NOW)
        page = opened(content)["甲"]
        assert (page["A2"].value, page["A2"].hyperlink) == ("http://example.test/", None)

    def test_gives_the_same_bytes_again(self):
        sheet = OutSheet("甲", COLUMNS, ROWS)
        assert write_xlsx([sheet], now=NOW) == write_xlsx([sheet], now=NOW)

    def test_carries_its_watermark(self):
        content = write_xlsx([OutSheet("甲", COLUMNS, ROWS)], now=NOW, watermark="P-0001 2026-03-02")
        assert opened(content).properties.description == "P-0001 2026-03-02"
        assert b"P-0001 2026-03-02" in zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml")

    def test_is_read_back(self):
        (sheet,) = read_sheets(write_xlsx([OutSheet("甲", COLUMNS, ROWS)], now=NOW), name="甲.xlsx")
        assert sheet.rows[0] == ("甲", 1200, date(2026, 1, 2), "是")

    def test_refuses_rows_of_another_width(self):
        with pytest.raises(ValueError, match="zip"):
            write_xlsx([OutSheet("甲", COLUMNS, [("甲",)])], now=NOW)

    def test_refuses_no_sheet(self):
        with pytest.raises(ValueError, match="at least one"):
            write_xlsx([], now=NOW)

    def test_names_sheets_within_the_rules(self):
        taken = set()
        assert sheet_name("长" * 40, taken) == "长" * 31
        assert sheet_name("长" * 40, taken) == "长" * 29 + " 2"
        assert sheet_name("甲:乙[丙]", taken) == "甲_乙_丙_"


class TestWriteCsv:
    def test_opens_in_a_spreadsheet_with_chinese(self):
        assert write_csv(OutSheet("甲", COLUMNS, ROWS[:1])) == (
            b"\xef\xbb\xbf" + "小区,户数,日期,是否\r\n甲,1200,2026-01-02,是\r\n".encode()
        )

    def test_disarms_formulas_and_is_read_back_as_it_was(self):
        texts = ["=1+1", "@SUM(A1)", "＝1", "-1+1", "\t=1", "-5", "一般"]
        content = write_csv(OutSheet("甲", COLUMNS[:1], [(text,) for text in texts]))
        lines = content.decode("utf-8-sig").split("\r\n")[1:-1]
        assert lines == ["'=1+1", "'@SUM(A1)", "'＝1", "'-1+1", "'\t=1", "-5", "一般"]
        (sheet,) = read_sheets(content, name="甲.csv")
        assert [row[0] for row in sheet.rows] == ["=1+1", "@SUM(A1)", "＝1", "-1+1", "=1", "-5", "一般"]
