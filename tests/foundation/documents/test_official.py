from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import date

import docx
import pytest
from docx.oxml.ns import qn

from linli.foundation.documents.errors import DescriptionUnfit, PictureUnreadable
from linli.foundation.documents.official import (
    Attachment,
    Figure,
    Heading,
    OfficialPaper,
    PageBreak,
    Paragraph,
    Signature,
    Table,
    broken_title,
    write_docx,
)
from linli.foundation.documents.official.measures import CHARACTERS, LINE, LINES, PRINT_HEIGHT_MM, TWIPS_PER_MM
from linli.foundation.documents.pictures import size_of_png
from linli.foundation.documents.typesetting import svg_to_png

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20"><rect width="40" height="20"/></svg>'
PAPER = OfficialPaper(
    issuer="临江区澄波街道办事处文件",
    number="澄街办〔2026〕12号",
    title="关于调整社区规模的请示",
    addressee="临江区人民政府",
    body=(Heading(1, "原因"), Heading(2, "规模"), Paragraph("“大小”悬殊。"), Heading(1, "方案")),
    closing="妥否，请批示。",
    attachments=(Attachment("示意图"), Attachment("明细表", (Paragraph("见表。"),))),
    signature=Signature("澄波街道办事处", date(2026, 11, 23)),
    contact="联系电话：0000",
)


def opened(paper: OfficialPaper):
    return docx.Document(io.BytesIO(write_docx(paper)))


def texts(paper: OfficialPaper) -> list[str]:
    return [paragraph.text for paragraph in opened(paper).paragraphs if paragraph.text]


def part(paper: OfficialPaper, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(write_docx(paper))) as archive:
        return archive.read(name).decode()


class TestPage:
    def test_has_the_margins_of_the_standard(self):
        section = opened(PAPER).sections[0]
        measured = [round(side.mm) for side in (section.page_width, section.page_height)]
        measured += [round(side.mm) for side in (section.top_margin, section.bottom_margin)]
        measured += [round(side.mm) for side in (section.left_margin, section.right_margin)]
        assert measured == [210, 297, 37, 35, 28, 26]

    def test_holds_22_lines_of_28_characters(self):
        grid = opened(PAPER).sections[0]._sectPr.find(qn("w:docGrid"))
        assert grid.get(qn("w:type")) == "lines"
        assert int(grid.get(qn("w:linePitch"))) == LINE
        assert int(PRINT_HEIGHT_MM * TWIPS_PER_MM) // LINE == LINES
        style = opened(PAPER).styles["Normal"].element
        points = int(style.find(f".//{qn('w:sz')}").get(qn("w:val"))) / 2
        tightening = int(style.rPr.find(qn("w:spacing")).get(qn("w:val"))) / 20
        assert 156 / 25.4 * 72 // (points + tightening) == CHARACTERS

    def test_numbers_odd_pages_at_the_right_and_even_pages_at_the_left(self):
        section = opened(PAPER).sections[0]
        odd, even = section.footer.paragraphs[0], section.even_page_footer.paragraphs[0]
        assert (odd.text, even.text) == ("— 1 —", "— 1 —")
        assert (odd.alignment, even.alignment) == (2, 0)
        assert odd.paragraph_format.right_indent.pt == even.paragraph_format.left_indent.pt == 14
        assert " PAGE " in odd._p.xml and " PAGE " in even._p.xml
        assert "<w:evenAndOddHeaders/>" in part(PAPER, "word/settings.xml")

    def test_carries_warning_and_as_of_on_every_page(self):
        paper = replace(PAPER, watermark="估算，不得报批", as_of="截至2026-11-20")
        section = opened(paper).sections[0]
        assert section.header.paragraphs[0].text == section.even_page_header.paragraphs[0].text == "估算，不得报批"
        assert section.footer.paragraphs[1].text == section.even_page_footer.paragraphs[1].text == "截至2026-11-20"
        assert texts(paper)[2:4] == ["关于调整社区规模的请示", "（估算，不得报批）"]


class TestWords:
    def test_stand_in_the_order_of_the_standard(self):
        assert texts(PAPER) == [
            "临江区澄波街道办事处文件",
            "澄街办〔2026〕12号",
            "关于调整社区规模的请示",
            "临江区人民政府：",
            "一、原因",
            "（一）规模",
            "“大小”悬殊。",
            "二、方案",
            "妥否，请批示。",
            "附件：1.示意图",
            "2.明细表",
            "澄波街道办事处",
            "2026年11月23日",
            "（联系电话：0000）",
            "附件2",
            "明细表",
            "见表。",
        ]

    def test_number_headings_anew_below_a_higher_one(self):
        body = tuple(Heading(level, "题") for level in (1, 2, 3, 4, 4, 3, 2, 1, 2))
        paper = OfficialPaper(title="方案", body=body)
        assert texts(paper)[1:] == [
            *("一、题", "（一）题", "1.题", "（1）题", "（2）题", "2.题", "（二）题", "二、题", "（一）题"),
        ]

    def test_run_on_after_a_heading_in_the_voice_of_the_text(self):
        runs = opened(OfficialPaper(title="方案", body=(Heading(3, "用房", lead="待定。"),))).paragraphs[-1].runs
        assert [run.text for run in runs] == ["1.用房。", "待定。"]
        assert runs[1].bold is False

    def test_name_the_fonts_of_the_standard(self):
        def font(style: str) -> str:
            return opened(PAPER).styles[style].element.rPr.rFonts.get(qn("w:eastAsia"))

        assert [
            font(name) for name in ("Body Text", "Title", "Heading 1", "Heading 2", "Heading 3", "Issuer Mark")
        ] == [
            *("仿宋_GB2312", "方正小标宋简体", "黑体", "楷体_GB2312", "仿宋_GB2312", "方正小标宋简体"),
        ]
        assert opened(PAPER).styles["Title"].font.size.pt == 22
        assert '<w:altName w:val="仿宋"/>' in part(PAPER, "word/fontTable.xml")

    def test_ask_for_chinese_quotation_marks(self):
        run = next(p for p in opened(PAPER).paragraphs if "悬殊" in p.text).runs[0]
        assert run._r.rPr.rFonts.get(qn("w:hint")) == "eastAsia"

    def test_lose_characters_that_cannot_be_printed(self):
        paper = OfficialPaper(title="方\x00案\ufffe", body=(Paragraph("<甲>&\x0b乙\ud800\u202e丙"),))
        assert texts(paper) == ["方案", "<甲>&乙丙"]

    def test_leave_the_date_open_while_it_is_not_known(self):
        paper = replace(PAPER, signature=Signature("澄波街道办事处"), attachments=(), contact="")
        assert texts(paper)[-1] == "　　　　年　月　日"

    def test_refuse_a_paper_without_title(self):
        with pytest.raises(DescriptionUnfit) as refusal:
            OfficialPaper(title=" ", body=())
        assert refusal.value.message == "公文标题不符合要求：应为不为空的文字，实际是空白。请改正后重新生成"


class TestRedHead:
    def test_puts_number_left_and_signer_right_on_the_way_up(self):
        line = opened(replace(PAPER, signer="（签发岗）")).paragraphs[3]
        assert line.text == "\t澄街办〔2026〕12号\t签发人：（签发岗）"
        assert [stop.get(qn("w:val")) for stop in line._p.iter(qn("w:tab")) if stop.get(qn("w:val"))] == [
            "left",
            "right",
        ]

    def test_draws_the_red_line_below_the_number(self):
        border = opened(PAPER).paragraphs[3]._p.pPr.find(f".//{qn('w:bottom')}")
        assert border.get(qn("w:color")) == "FF0000"

    def test_narrows_a_long_name_before_it_makes_it_smaller(self):
        def mark(issuer: str) -> tuple[str, float]:
            run = opened(replace(PAPER, issuer=issuer)).paragraphs[0].runs[0]
            scale = run._r.rPr.find(qn("w:w"))
            return (scale.get(qn("w:val")) if scale is not None else "100", run.font.size.pt)

        assert mark("临江区民政局文件") == ("100", 42.0)
        assert mark("临江区澄波街道办事处文件") == ("85", 42.0)
        assert mark("临江区社区布局优化调整工作联席会议办公室文件") == ("66", 29.5)

    def test_is_left_out_without_an_issuer(self):
        assert texts(replace(PAPER, issuer=""))[0] == "关于调整社区规模的请示"


class TestSignOff:
    def test_centres_the_office_over_a_date_four_characters_in(self):
        paragraphs = {p.text: p for p in opened(PAPER).paragraphs}
        inset = {
            text: int(paragraphs[text]._p.pPr.ind.get(qn("w:rightChars")))
            for text in ("澄波街道办事处", "2026年11月23日")
        }
        assert inset == {"澄波街道办事处": 400, "2026年11月23日": 400}

    def test_never_stands_alone_on_a_page(self):
        paragraphs = opened(PAPER).paragraphs
        at = next(k for k, p in enumerate(paragraphs) if p.text == "妥否，请批示。")
        assert paragraphs[at].paragraph_format.keep_with_next is True

    def test_prints_the_imprint_between_rules(self):
        paper = replace(PAPER, copies_to=("区委办", "区民政局"), printed_by="办公室", printed_on=date(2026, 11, 24))
        document = opened(paper)
        assert [row.cells[0].text for row in document.tables[-1].rows] == [
            "抄送：区委办，区民政局。",
            "办公室\t2026年11月24日印发",
        ]


class TestTable:
    def table(self, count: int) -> Table:
        return Table(
            ("社区", "户数"),
            [(f"第{k}社区", f"{k}") for k in range(count)],
            widths=(2, 1),
            alignment=("left", "right"),
            totals=("合计", "1"),
            caption="对照表",
            unit="单位：户",
            note="口径：实际入住户。",
        )

    def test_repeats_its_head_and_keeps_rows_whole(self):
        table = opened(OfficialPaper(title="表", body=(self.table(400),))).tables[0]
        rows = table._tbl.tr_lst
        assert len(rows) == 402
        assert [row.trPr.find(qn("w:tblHeader")) is not None for row in rows[:3]] == [True, False, False]
        assert all(row.trPr.find(qn("w:cantSplit")) is not None for row in rows)

    def test_fills_the_print_area(self):
        table = opened(OfficialPaper(title="表", body=(self.table(1),))).tables[0]
        assert [round(column.width.mm, 1) for column in table.columns] == [104.0, 52.0]

    def test_prints_caption_unit_cells_and_note(self):
        paper = OfficialPaper(title="表", body=(self.table(1),))
        assert texts(paper) == ["表", "对照表", "单位：户", "口径：实际入住户。"]
        table = opened(paper).tables[0]
        assert [[cell.text for cell in row.cells] for row in table.rows] == [
            ["社区", "户数"],
            ["第0社区", "0"],
            ["合计", "1"],
        ]

    def test_escapes_markup_in_cells(self):
        paper = OfficialPaper(title="表", body=(Table(("甲<",), (("a&b\x01\n</w:t>",),)),))
        assert [row.cells[0].text for row in opened(paper).tables[0].rows] == ["甲<", "a&b\n</w:t>"]

    def test_refuses_a_row_of_another_length(self):
        with pytest.raises(DescriptionUnfit) as refusal:
            Table(("甲", "乙"), (("1", "2"), ("3",)))
        assert refusal.value.message.startswith("表格第 2 行不符合要求：应为 2 格，实际是 1 格")


class TestFigure:
    def test_draws_an_svg_within_the_print_area(self):
        document = opened(OfficialPaper(title="图", body=(Figure(SVG, "图1", width_mm=400),)))
        shape = document.inline_shapes[0]
        assert (round(shape.width.mm), round(shape.height.mm)) == (156, 78)
        assert document.paragraphs[-1].text == "图1"
        assert 'descr="图1"' in document.paragraphs[-2]._p.xml

    def test_takes_png_as_it_is(self):
        png = svg_to_png(SVG, width_mm=25.4, ppi=100)
        assert size_of_png(png) == (100, 50)
        with zipfile.ZipFile(io.BytesIO(write_docx(OfficialPaper(title="图", body=(Figure(png, "图1"),))))) as archive:
            assert archive.read("word/media/image1.png") == png

    @pytest.mark.parametrize("picture", [b"GIF89a", b"\xff\xd8", "no picture", "<svg", b""])
    def test_refuses_anything_else(self, picture):
        with pytest.raises(PictureUnreadable) as refusal:
            write_docx(OfficialPaper(title="图", body=(Figure(picture, "图1"),)))
        assert refusal.value.params == {"caption": "图1"}


class TestFile:
    def test_is_the_same_for_the_same_paper(self):
        paper = replace(PAPER, body=(*PAPER.body, Figure(SVG, "图"), PageBreak(), Table(("甲",), (("1",),))))
        assert write_docx(paper) == write_docx(paper)

    def test_carries_no_moment_and_no_leftovers_of_the_template(self):
        with zipfile.ZipFile(io.BytesIO(write_docx(PAPER))) as archive:
            assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
            assert not [name for name in archive.namelist() if "thumbnail" in name or "customXml" in name]
        properties = opened(PAPER).core_properties
        assert properties.created.date() == date(2026, 11, 23)
        assert (properties.author, properties.title) == ("澄波街道办事处", "关于调整社区规模的请示")


class TestTitle:
    def test_stays_whole_when_it_fits(self):
        assert broken_title("关于调整社区规模的请示") == ["关于调整社区规模的请示"]

    def test_keeps_the_breaks_of_its_author(self):
        assert broken_title("甲\n乙") == ["甲", "乙"]

    def test_breaks_long_titles_evenly_within_the_line(self):
        lines = broken_title("临江区人民政府关于同意澄波街道优化调整文昌阁等六个社区布局和规模并设立映月社区的批复")
        assert "".join(lines) == "临江区人民政府关于同意澄波街道优化调整文昌阁等六个社区布局和规模并设立映月社区的批复"
        assert all(len(line) <= 20 and line[0] not in "的、和" for line in lines)
