from __future__ import annotations

import re
import time
from dataclasses import replace
from importlib.resources import files
from itertools import pairwise

import pytest
from shapely.geometry import LineString, MultiPolygon, Point, Polygon, box

from linli.foundation.documents.errors import DescriptionUnfit, MapEmpty
from linli.foundation.documents.pictures import size_of_png
from linli.foundation.documents.sheets import (
    STYLES,
    Label,
    LegendEntry,
    MapDrawing,
    MapLayer,
    MapSheet,
    Passage,
    SideTable,
    frame_of,
    map_svg,
    svg_to_png,
    write_map_sheet,
)
from linli.foundation.documents.sheets.labels import labels_svg
from linli.foundation.documents.sheets.styles import GREYS

EAST, NORTH = 500_000.0, 3_400_000.0


def square(x: float, y: float, side: float = 100.0) -> Polygon:
    return box(EAST + x, NORTH + y, EAST + x + side, NORTH + y + side)


DRAWING = MapDrawing(
    (
        MapLayer("parcel", [square(0, 0), square(100, 0)]),
        MapLayer("hatch-rising", [square(100, 0)]),
        MapLayer("border", [square(0, 0)]),
        MapLayer("mark-square", [Point(EAST + 50, NORTH + 50)]),
    ),
    (Label("双桂", EAST + 50, NORTH + 50, below="2,420 户"),),
)
SHEET = MapSheet(
    "调整图",
    DRAWING,
    legend=(LegendEntry("border", "社区界线"),),
    table=SideTable(
        "户数", ("社区", "户"), (("双桂", "2,420"),), alignment=("left", "right"), totals=("1 个", "2,420")
    ),
    passages=(Passage("双桂", "东至街道界。"),),
    signatures=("制图岗",),
    as_of="截至 2026-11-20",
)


def pages_of(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


def area_of(ring: str) -> float:
    """The signed area of one ring written in relative steps."""
    x, y, *steps = (int(number) for number in re.findall(r"-?\d+", ring))
    corners = [(x, y)]
    for dx, dy in zip(steps[::2], steps[1::2], strict=True):
        corners.append((corners[-1][0] + dx, corners[-1][1] + dy))
    return sum(a * d - b * c for (a, b), (c, d) in pairwise(corners))


class TestFrame:
    def test_takes_the_largest_customary_scale(self):
        frame = frame_of(DRAWING, width_mm=280, height_mm=200)
        assert (frame.scale, frame.east, frame.north) == (1000, EAST + 100, NORTH + 50)

    def test_leaves_backdrops_out(self):
        river = MapLayer("water", [square(-9000, 0, 20000)], is_backdrop=True)
        wide = replace(DRAWING, layers=(river, *DRAWING.layers))
        assert frame_of(wide, width_mm=280, height_mm=200) == frame_of(DRAWING, width_mm=280, height_mm=200)

    def test_keeps_to_the_focus(self):
        focused = replace(DRAWING, focus=(0, 0, 1000, 10))
        assert frame_of(focused, width_mm=100, height_mm=100).scale == 12000

    @pytest.mark.parametrize("layers", [(), (MapLayer("parcel", ()),), (MapLayer("parcel", (Polygon(),)),)])
    def test_refuses_an_empty_map(self, layers):
        with pytest.raises(MapEmpty):
            map_svg(MapDrawing(layers))

    def test_refuses_coordinates_that_are_no_numbers(self):
        with pytest.raises(DescriptionUnfit):
            map_svg(replace(DRAWING, focus=(0, 0, float("nan"), 1)))

    def test_refuses_an_unknown_style(self):
        with pytest.raises(DescriptionUnfit):
            MapLayer("rainbow", ())


class TestMap:
    def test_draws_north_up_in_hundredths_of_a_millimetre(self):
        one = MapDrawing((MapLayer("border", [square(0, 0)]),))
        svg = map_svg(one, width_mm=120, height_mm=120, has_furniture=False)
        # 100 m at 1:1000 are 100 mm, 10 mm in from each edge; the ring starts in the south-east.
        assert 'd="M11000 11000l0 -10000 -10000 0 0 10000 10000 0z"' in svg
        assert 'viewBox="0 0 12000 12000"' in svg

    def test_draws_new_borders_solid_and_abolished_ones_dashed(self):
        def drawn(style: str) -> str:
            return map_svg(MapDrawing((MapLayer(style, [square(0, 0)]),)), has_furniture=False)

        assert "stroke-dasharray" not in drawn("border")
        assert 'stroke-dasharray="150 100"' in drawn("border-abolished")

    def test_keeps_hatch_lines_inside_their_shape(self):
        one = MapDrawing((MapLayer("hatch-level", [square(0, 0)]),))
        svg = map_svg(one, width_mm=120, height_mm=120, has_furniture=False)
        starts = [(int(x), int(y)) for x, y in re.findall(r"M(\d+) (\d+)l-?\d+ 0(?=M|\")", svg)]
        assert len(starts) == 77
        assert all(1000 <= x <= 11000 and 1000 <= y <= 11000 for x, y in starts)

    def test_draws_parts_holes_and_lines(self):
        holed = Polygon(square(0, 0, 90).exterior.coords, [square(20, 20, 20).exterior.coords])
        shapes = [MultiPolygon([holed, square(200, 0)]), square(300, 0)]
        svg = map_svg(MapDrawing((MapLayer("building", shapes),)), has_furniture=False)
        path = re.search(r'<path d="([^"]+)" fill="#d9d9d9"', svg).group(1)
        outer, hole = path.split("z")[:2]
        assert path.count("z") == 4
        assert (area_of(outer) > 0, area_of(hole) > 0) in {(True, False), (False, True)}
        line = MapDrawing((MapLayer("rail", [LineString([(0, 0), (100, 100)])]),))
        assert map_svg(line, has_furniture=False).count('stroke="#999999"') == 1

    def test_cuts_what_lies_far_outside(self):
        far = MapLayer("water", [square(-90_000, -50, 180_000), square(500_000, 0)], is_backdrop=True)
        svg = map_svg(replace(DRAWING, layers=(far, *DRAWING.layers)), has_furniture=False)
        assert max(abs(int(number)) for number in re.findall(r"M(-?\d+)", svg)) < 40_000

    def test_escapes_names(self):
        svg = map_svg(replace(DRAWING, labels=(Label("<甲>&\x00", EAST + 50, NORTH + 50),), description='"<"'))
        assert "&lt;甲&gt;&amp;</text>" in svg
        assert "aria-label='\"&lt;\"'" in svg

    def test_prints_no_other_greys_than_those_of_the_style_sheet(self):
        css = files("linli.foundation.ui").joinpath("static/linli/css/tokens.css").read_text(encoding="utf-8")
        tokens = {int(number): grey for number, grey in re.findall(r"--ll-print-(\d):\s*(#\w+)", css)}
        assert tokens == GREYS
        colours = {look for style in STYLES.values() for look in (style.fill, style.stroke, style.core)}
        assert colours <= {"", "none", "#000000", "#ffffff", *GREYS.values()}


class TestLabels:
    def test_step_aside_for_one_another(self):
        frame = frame_of(DRAWING, width_mm=280, height_mm=200)
        labels = [Label(name, EAST + 50, NORTH + 50) for name in ("甲社区", "乙社区", "丙社区")]
        ink = re.findall(r'<text x="(\d+)" y="(\d+)" font-size="(\d+)" fill="#000000"', labels_svg(labels, frame))
        places = {(x, y) for x, y, _ in ink}
        assert len(places) == 3
        assert {size for *_, size in ink} == {"400"}

    def test_shrink_before_they_overlap_and_are_never_dropped(self):
        frame = frame_of(DRAWING, width_mm=40, height_mm=20)
        labels = [Label(f"第{k}社区", EAST + 20 + k, NORTH + 50) for k in range(40)]
        ink = re.findall(r'font-size="(\d+)" fill="#000000"', labels_svg(labels, frame))
        assert len(ink) == 40
        assert int(ink[0]) < 400

    def test_stay_inside_the_frame(self):
        frame = frame_of(DRAWING, width_mm=280, height_mm=200)
        (x,) = re.findall(r'<text x="(\d+)"[^>]*fill="#000', labels_svg([Label("长" * 10, EAST - 39, NORTH)], frame))
        assert int(x) == 2100


class TestMapSheet:
    def test_is_one_a3_page_across(self):
        pdf = write_map_sheet(SHEET)
        assert pdf.startswith(b"%PDF")
        assert pages_of(pdf) == 1
        width, height = (
            float(side) for side in re.search(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)\s*\]", pdf).groups()
        )
        assert (round(width / 72 * 25.4), round(height / 72 * 25.4)) == (420, 297)

    def test_is_the_same_for_the_same_sheet(self):
        assert write_map_sheet(SHEET) == write_map_sheet(SHEET)

    def test_goes_on_to_further_pages_with_long_tables_and_texts(self):
        table = SideTable("户数", ("社区", "户"), [(f"第{k}社区", f"{k}") for k in range(300)])
        assert pages_of(write_map_sheet(replace(SHEET, table=table))) == 4
        passages = [Passage(f"第{k}社区", "东至街道界，南至大堤。" * 8) for k in range(30)]
        assert pages_of(write_map_sheet(replace(SHEET, passages=passages))) == 2

    def test_fills_the_sheet_with_the_map_alone(self):
        assert pages_of(write_map_sheet(MapSheet("图", DRAWING))) == 1

    def test_reads_no_word_as_an_instruction(self):
        odd = '#panic("x") $ * _ <a> @b \\ `c` [d] #{1+1} \x00'
        sheet = replace(
            SHEET,
            title=odd,
            subtitle=odd,
            stamp=odd,
            part=odd,
            as_of=odd,
            legend=(LegendEntry("water", odd),),
            table=SideTable(odd, (odd, "户"), ((odd, odd),)),
            passages=(Passage(odd, odd),),
            signatures=(odd,),
        )
        assert pages_of(write_map_sheet(sheet)) == 1

    def test_draws_a_sample_of_every_style(self):
        legend = tuple(LegendEntry(style, style) for style in STYLES)
        assert pages_of(write_map_sheet(replace(SHEET, legend=legend))) == 1

    def test_refuses_a_row_of_another_length(self):
        with pytest.raises(DescriptionUnfit):
            SideTable("户数", ("社区", "户"), (("双桂",),))

    def test_is_ready_within_two_seconds_for_a_whole_subdistrict(self):
        parcels = [square(110 * (k % 40), 110 * (k // 40)) for k in range(1100)]
        buildings = [square(45 * (k % 90), 45 * (k // 90), 20) for k in range(6000)]
        layers = (MapLayer("parcel", parcels), MapLayer("building", buildings), MapLayer("hatch-rising", parcels[:60]))
        started = time.perf_counter()
        write_map_sheet(replace(SHEET, drawing=MapDrawing(layers)))
        assert time.perf_counter() - started < 2.0


class TestPicture:
    def test_has_the_dots_asked_for(self):
        png = svg_to_png(map_svg(DRAWING, width_mm=156, height_mm=110), width_mm=156, ppi=100)
        assert size_of_png(png) == (614, 433)
