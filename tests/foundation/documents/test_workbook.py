from __future__ import annotations

import io
import zipfile
from datetime import date

import openpyxl
import pytest

from linli.foundation.documents.errors import DescriptionUnfit
from linli.foundation.documents.workbook import PrintColumn, PrintSheet, write_workbook

COLUMNS = (
    PrintColumn("社区"),
    PrintColumn("户数", "integer", is_totalled=True),
    PrintColumn("比例", "percent"),
    PrintColumn("核验", "date"),
)
ROWS = (("双桂", 2274, 0.25, date(2026, 11, 20)), ("=HYPERLINK(1)", None, None, None), ("枕溪", 1926, 0.5, None))
SHEET = PrintSheet(
    "小区/表", "户数对照表", COLUMNS, ROWS, notes=("口径：实际入住户",), unit="单位：户", foot="截至 2026"
)


def opened(*sheets: PrintSheet):
    return openpyxl.load_workbook(io.BytesIO(write_workbook(sheets)))


class TestSheet:
    def test_prints_title_notes_unit_head_and_rows(self):
        page = opened(SHEET).active
        assert page.title == "小区_表"
        assert [page.cell(row, 1).value for row in range(1, 8)] == [
            *("户数对照表", "口径：实际入住户", "单位：户", "社区", "双桂", "=HYPERLINK(1)", "枕溪"),
        ]
        assert [cell.value for cell in page[4]] == ["社区", "户数", "比例", "核验"]

    def test_formats_numbers_and_dates(self):
        row = opened(SHEET).active[5]
        assert [cell.number_format for cell in row] == ["@", "#,##0", "0.0%", "yyyy-mm-dd"]

    def test_calls_missing_figures_missing_and_adds_up_the_others(self):
        page = opened(SHEET).active
        assert page["B6"].value == "缺"
        assert page["A8"].value == "合计"
        assert page["B8"].value == "=SUBTOTAL(109,B5:B7)"
        assert page["A9"].value == "“户数”有 1 行没有数字，未计入合计。"
        cached = openpyxl.load_workbook(io.BytesIO(write_workbook([SHEET])), data_only=True).active
        assert cached["B8"].value == 4200

    def test_never_lets_text_become_a_formula(self):
        page = opened(SHEET).active
        with zipfile.ZipFile(io.BytesIO(write_workbook([SHEET]))) as archive:
            cells = archive.read("xl/worksheets/sheet1.xml").decode()
        assert cells.count("<f>") == 1
        assert page["A6"].quotePrefix is True
        assert page["A5"].quotePrefix is False

    def test_strips_characters_that_xml_forbids(self):
        page = opened(PrintSheet("表", "题\x00", (PrintColumn("甲\x01"),), (("乙\x0b\ud800",),))).active
        assert [page["A1"].value, page["A2"].value, page["A3"].value] == ["题", "甲", "乙"]

    def test_is_set_up_for_printing(self):
        page = opened(SHEET).active
        assert page.freeze_panes == "B5"
        assert page.print_title_rows == "$4:$4"
        assert page.page_setup.orientation == "landscape"
        assert int(page.page_setup.paperSize) == 9
        assert page.page_setup.fitToHeight == 0
        assert page.oddFooter.left.text == "截至 2026"
        assert page.auto_filter.ref == "A4:D7"


class TestWorkbook:
    def test_is_the_same_for_the_same_sheets(self):
        assert write_workbook([SHEET, SHEET]) == write_workbook([SHEET, SHEET])

    def test_names_sheets_apart(self):
        assert opened(SHEET, SHEET).sheetnames == ["小区_表", "小区_表 2"]

    def test_is_refused_without_sheets(self):
        with pytest.raises(DescriptionUnfit):
            write_workbook([])

    def test_is_refused_with_an_infinite_number(self):
        with pytest.raises(DescriptionUnfit):
            write_workbook([PrintSheet("表", "题", (PrintColumn("甲", "decimal"),), ((float("inf"),),))])

    def test_is_refused_with_a_row_of_another_length(self):
        with pytest.raises(DescriptionUnfit) as refusal:
            PrintSheet("表", "题", (PrintColumn("甲"),), (("1", "2"),))
        assert refusal.value.message.startswith("工作表“表”第 1 行不符合要求：应为 1 格，实际是 2 格")
