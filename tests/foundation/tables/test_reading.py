"""Ledgers as offices really send them are read; what could hurt is refused before it is unpacked."""

import codecs
import io
import re
import zipfile
from datetime import date

import pytest
import xlsxwriter

from linli.foundation.errors import ValidationFaults
from linli.foundation.tables import Limits, read_sheets, text_of


def workbook(*sheets, **options):
    """Return an XLSX file with the rows of each sheet."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, **options}) as book:
        bold = book.add_format({"num_format": "yyyy-mm-dd"})
        for number, rows in enumerate(sheets, start=1):
            page = book.add_worksheet(f"表{number}")
            for row, cells in enumerate(rows):
                for column, cell in enumerate(cells):
                    if cell is not None:
                        page.write(row, column, cell, bold if isinstance(cell, date) else None)
    return buffer.getvalue()


def rezipped(content, change):
    """Return the archive with each part passed through ``change(name, bytes)``."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            new.writestr(part, change(part, old.read(part)))
    return buffer.getvalue()


def refusal(content, **arguments):
    with pytest.raises(ValidationFaults) as caught:
        read_sheets(content, name="小区.xlsx", **arguments)
    (fault,) = caught.value.faults
    return fault


class TestSpreadsheet:
    def test_comes_with_header_typed_cells_and_row_numbers(self):
        rows = [["小区", "户数", "建成", "备注"], ["甲", 1200, date(2001, 5, 1), None], [], ["乙", 3.5, None, " 新 "]]
        (sheet,) = read_sheets(workbook(rows), name="小区.xlsx")
        assert sheet.header == ("小区", "户数", "建成", "备注")
        assert sheet.rows == (("甲", 1200, date(2001, 5, 1), None), ("乙", 3.5, None, "新"))
        assert sheet.row_numbers == (2, 4)
        assert next(sheet.records()) == (2, {"小区": "甲", "户数": 1200, "建成": date(2001, 5, 1), "备注": None})

    def test_may_carry_a_title_above_the_header_and_start_lower(self):
        rows = [[], ["甲街道小区台账"], [None, "小区", "户数"], [None, "甲", 10]]
        (sheet,) = read_sheets(workbook(rows), name="小区.xlsx")
        assert sheet.header == ("第1列", "小区", "户数")
        assert (sheet.rows, sheet.row_numbers) == (((None, "甲", 10),), (4,))

    def test_gives_each_filled_sheet(self):
        sheets = read_sheets(workbook([["甲", "乙"], [1, 2]], [], [["丙", "丁"]]), name="小区.xlsx")
        assert [(sheet.name, len(sheet.rows)) for sheet in sheets] == [("表1", 1), ("表3", 0)]

    def test_names_repeated_headings_apart_and_says_so(self):
        (sheet,) = read_sheets(workbook([["户 数", "户数"], [1, 2]]), name="小区.xlsx")
        assert sheet.header == ("户数", "户数（2）")
        assert [fault.code for fault in sheet.remarks] == ["tables.heading-repeated"]

    def test_loses_control_characters_and_says_so(self):
        (sheet,) = read_sheets(workbook([["甲", "乙"], ["一\u200b二\u202e", "三\r\n四"]]), name="小区.xlsx")
        assert sheet.rows == (("一二", "三\n四"),)
        assert [fault.sentence for fault in sheet.remarks] == [
            "文件“小区.xlsx”工作表“表1”第 2 行：应为没有不可见的控制字符，实际是“一二”。已自动整理，请核对。"
        ]

    def test_shows_cells_as_typed(self):
        assert [text_of(cell) for cell in (True, 3, 2.50, "", None)] == ["是", "3", "2.5", "", ""]


class TestRefusal:
    def test_of_a_cell_in_the_far_corner_names_the_row(self):
        far = rezipped(
            workbook([["甲", "乙"], [1, 2]]),
            lambda part, xml: xml.replace(b'r="B2"', b'r="XFD1048576"').replace(b'r="2"', b'r="1048576"'),
        )
        assert refusal(far).sentence == (
            "文件“小区.xlsx”工作表“sheet1.xml”：应为行数不超过 100000，实际是“1048576”。请拆成几个较小的文件分别上传。"
        )

    def test_of_a_far_column(self):
        far = rezipped(workbook([["甲", "乙"], [1, 2]]), lambda part, xml: xml.replace(b'r="B2"', b"s='1' r = 'XFD2'"))
        assert (refusal(far).code, refusal(far).found) == ("tables.too-large", "16384")

    def test_of_a_disguised_reference(self):
        odd = rezipped(workbook([["甲", "乙"], [1, 2]]), lambda part, xml: xml.replace(b'r="B2"', b'r="&#88;FD2"'))
        assert refusal(odd).code == "tables.xml-entity"

    @pytest.mark.parametrize("part", ["xl/sharedStrings.xml", "xl/worksheets/sheet1.xml", "xl/workbook.xml"])
    def test_of_entities(self, part):
        bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
        odd = rezipped(
            workbook([["甲", "乙"], [1, 2]]),
            lambda name, xml: re.sub(rb"(\?>\s*)", rb"\1" + bomb, xml, count=1) if name == part else xml,
        )
        assert refusal(odd).code == "tables.xml-entity"

    def test_of_a_zip_bomb(self):
        odd = rezipped(workbook([["甲", "乙"]]), lambda part, xml: xml + b" " * 3_000_000 if "theme" in part else xml)
        assert refusal(odd).code == "tables.archive-bomb"

    def test_of_too_much_inside(self):
        assert refusal(workbook([["甲", "乙"]]), limits=Limits(unpacked_bytes=1000)).code == "tables.too-large"

    def test_of_a_zip_that_lies_about_its_size(self):
        honest = workbook([["甲", "乙"], [1, 2]])
        size = zipfile.ZipFile(io.BytesIO(honest)).getinfo("xl/worksheets/sheet1.xml").file_size
        lying = honest.replace(size.to_bytes(4, "little"), (size - 5).to_bytes(4, "little"))
        assert refusal(lying).code in {"tables.archive-damaged", "tables.too-large"}

    def test_of_another_zip(self):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            archive.writestr("甲.txt", "甲")
        assert refusal(buffer.getvalue()).code == "tables.workbook-unreadable"

    @pytest.mark.parametrize(
        ("content", "code"),
        [
            (b"", "file-empty"),
            (b"PK\x03\x04 broken", "archive-damaged"),
            (b"\xd0\xcf\x11\xe0 broken", "workbook-unreadable"),
            (b"  <html><table><tr><td>1</td></tr></table>", "web-page-as-table"),
            (b"\xff\xfe\xfa", "encoding-unknown"),
            (b"\x81\x00\xff,\x00", "encoding-unknown"),
            (b"\n\n  \n", "sheet-empty"),
        ],
    )
    def test_of_what_is_no_table(self, content, code):
        assert refusal(content).code == f"tables.{code}"

    @pytest.mark.parametrize(
        ("limits", "what"),
        [
            (Limits(file_bytes=100), "文件字节数"),
            (Limits(rows=2), "行数"),
            (Limits(columns=1), "列数"),
            (Limits(sheets=1), "工作表数"),
            (Limits(cell_characters=2), "单元格字数"),
        ],
    )
    def test_beyond_each_bound(self, limits, what):
        content = workbook([["甲甲甲", "乙"], [1, 2], [3, 4]], [["丙", "丁"]])
        assert what in refusal(content, limits=limits).sentence


class TestDelimited:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
    @pytest.mark.parametrize("separator", [",", "\t", ";", "|"])
    def test_finds_encoding_and_separator(self, encoding, separator):
        text = f"小区{separator}户数\n甲{separator}1200\n"
        (sheet,) = read_sheets(text.encode(encoding), name="小区.csv")
        assert (sheet.header, sheet.rows) == (("小区", "户数"), (("甲", "1200"),))

    def test_keeps_quoted_line_breaks_and_counts_rows_as_spreadsheets_do(self):
        text = '小区,地址\r\n甲,"一号\r\n二楼, 东"\r\n\r\n乙,"他说""好"""\r\n'
        (sheet,) = read_sheets(text.encode(), name="小区.csv")
        assert sheet.rows == (("甲", "一号\n二楼, 东"), ("乙", '他说"好"'))
        assert sheet.row_numbers == (2, 4)

    def test_fills_short_rows_and_keeps_long_ones(self):
        (sheet,) = read_sheets("甲,乙\n1\n1,2,3\n".encode(), name="小区.csv")
        assert sheet.header == ("甲", "乙", "第3列")
        assert sheet.rows == (("1", None, None), ("1", "2", "3"))

    def test_reads_one_column(self):
        (sheet,) = read_sheets("小区\n甲\n乙\n".encode(), name="小区.csv")
        assert (sheet.header, sheet.rows) == (("小区",), (("甲",), ("乙",)))

    def test_refuses_an_endless_cell(self):
        content = codecs.BOM_UTF8 + ("甲,乙\n1," + "长" * 200_000).encode()
        assert refusal(content).code == "tables.too-large"

    def test_comes_from_a_path(self, tmp_path):
        (tmp_path / "小区.csv").write_text("甲,乙\n1,2\n", encoding="gb18030")
        (sheet,) = read_sheets(tmp_path / "小区.csv")
        assert (sheet.file, sheet.rows) == ("小区.csv", (("1", "2"),))
