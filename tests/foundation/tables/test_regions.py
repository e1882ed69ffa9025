"""Tables as offices lay them out on a sheet: titles, headings of two lines, merged cells, totals, notes, neighbours."""

import io

import pytest
import xlsxwriter
import xlwt

from linli.foundation.tables import Aside, read_sheets


def csv(*lines: str):
    return read_sheets("\n".join(lines).encode(), name="甲.csv")


def xlsx(cells, merges=()):
    """Return an XLSX file from {(row, column): value}, merged cells as (top, left, bottom, right, value)."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        page = book.add_worksheet("小区")
        for top, left, bottom, right, value in merges:
            page.merge_range(top, left, bottom, right, value)
        for (row, column), value in cells.items():
            page.write(row, column, value)
    return buffer.getvalue()


def xls(cells, merges=()):
    """Return the same as a real XLS file."""
    book = xlwt.Workbook(encoding="utf-8")
    page = book.add_sheet("小区")
    for top, left, bottom, right, value in merges:
        page.write_merge(top, bottom, left, right, value)
    for (row, column), value in cells.items():
        page.write(row, column, value)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


#: A title over five columns, who filled it in, a heading of two lines, merged streets, a section, total and notes.
LEDGER_MERGES = (
    (0, 0, 0, 4, "东桥街道小区台账"),
    (2, 0, 3, 0, "街道"),
    (2, 1, 3, 1, "小区名称"),
    (2, 2, 2, 3, "人口"),
    (2, 4, 3, 4, "户数"),
    (4, 0, 5, 0, "东桥街道"),
    (6, 0, 6, 4, "二、西街街道"),
)
LEDGER = {
    (1, 0): "填报单位：东桥街道",
    (1, 3): "2026年11月",
    (3, 2): "常住",
    (3, 3): "户籍",
    **dict(zip([(4, 1), (4, 2), (4, 3), (4, 4)], ["金桂花园", 1, 2, "１２户"], strict=True)),
    **dict(zip([(5, 1), (5, 2), (5, 3), (5, 4)], ["银杏里", 3, 4, 5], strict=True)),
    **dict(zip([(7, 0), (7, 1), (7, 2), (7, 3), (7, 4)], ["西街街道", "荷风里", 1, 1, 9], strict=True)),
    (8, 0): "合  计",
    (8, 2): 5,
    (9, 0): "注：截至十月",
    (10, 0): "不含在建",
}


class TestOneLedger:
    @pytest.mark.parametrize("written", [xlsx, xls])
    def test_is_read_as_its_reader_means_it(self, written):
        (sheet,) = read_sheets(written(LEDGER, LEDGER_MERGES), name="甲.xlsx")
        assert sheet.header == ("街道", "小区名称", "人口/常住", "人口/户籍", "户数")
        assert sheet.rows == (
            ("东桥街道", "金桂花园", 1, 2, "１２户"),
            ("东桥街道", "银杏里", 3, 4, 5),
            ("西街街道", "荷风里", 1, 1, 9),
        )
        assert sheet.row_numbers == (5, 6, 8)
        assert sheet.left_out == ((7, Aside.SECTION), (9, Aside.TOTAL), (10, Aside.NOTE), (11, Aside.NOTE))


class TestHeadings:
    @pytest.mark.parametrize(
        ("lines", "header"),
        [
            pytest.param(
                ["小区名称,人口,,户数", ",常住,户籍,", "甲,1,2,3"],
                ("小区名称", "人口/常住", "人口/户籍", "户数"),
                id="two lines without merges",
            ),
            pytest.param(["小区,户数", "甲,3"], ("小区", "户数"), id="one line"),
            pytest.param(["小区,物业", "甲,无", "乙,有"], ("小区", "物业"), id="words below words are rows"),
            pytest.param(["小区,物业,电话", "甲,无,", "乙,,有"], ("小区", "物业", "电话"), id="rows with gaps"),
            pytest.param(
                ["小区,建筑面积（单位：平方米）", "甲,3"], ("小区", "建筑面积（单位：平方米）"), id="unit inside"
            ),
            pytest.param(["指标,2024,2025", "户数,1,2"], ("指标", "2024", "2025"), id="years as headings"),
            pytest.param(
                ["一,二", "1,2,3,4,5"], ("一", "二", "第3列", "第4列", "第5列"), id="more cells than headings"
            ),
        ],
    )
    def test_become_one_per_column(self, lines, header):
        (sheet,) = csv(*lines)
        assert sheet.header == header

    def test_printed_once_more_are_left_out(self):
        (sheet,) = csv("小区,户数", "甲,1", "小区,户数", "乙,2")
        assert sheet.rows == (("甲", "1"), ("乙", "2"))
        assert sheet.left_out == ((3, Aside.HEADING_AGAIN),)


class TestSeveralTables:
    def test_below_each_other_are_parted_and_named_by_their_row(self):
        first, second = csv("小区,户数", "甲,12", "", "楼栋台账", "楼栋,层数", "1栋,6")
        assert (first.name, first.header, first.rows) == ("第 1 行起", ("小区", "户数"), (("甲", "12"),))
        assert (second.name, second.header, second.rows) == ("第 5 行起", ("楼栋", "层数"), (("1栋", "6"),))
        assert second.row_numbers == (6,)

    def test_beside_each_other_are_parted_at_the_blank_column(self):
        left, right = csv("小区,户数,,小区,户数", "甲,5,,乙,6")
        assert (left.name, left.rows) == ("第 1 行第 1 列起", (("甲", "5"),))
        assert (right.name, right.rows) == ("第 1 行第 4 列起", (("乙", "6"),))

    def test_a_blank_row_alone_parts_nothing(self):
        (sheet,) = csv("小区,户数", "甲,1", "", "乙,2", "", "丙,暂无")
        assert [row[0] for row in sheet.rows] == ["甲", "乙", "丙"]

    def test_an_unfilled_column_alone_parts_nothing(self):
        (sheet,) = csv("小区,备注,户数", "甲,,1", "乙,,2")
        assert sheet.header == ("小区", "备注", "户数")


class TestNoRecords:
    @pytest.mark.parametrize("word", ["合计", "合 计：", "总计", "本页小计", "全区合计", "平均值"])
    def test_totals_are_left_out(self, word):
        (sheet,) = csv("小区,户数", "甲,1", f"{word},1")
        assert (len(sheet.rows), sheet.left_out) == (1, ((3, Aside.TOTAL),))

    @pytest.mark.parametrize("name", ["合计花园", "总计公寓", "平均里", "说明路小区"])
    def test_names_like_them_are_kept(self, name):
        (sheet,) = csv("小区,户数", f"{name},1")
        assert sheet.rows[0][0] == name
