"""Geometry comes back as it was stored, on either database, and can be searched by place."""

import pytest
import shapely
from django.db import models
from django.db.migrations.state import ModelState

from linli.foundation.geometry import GeometryField, columns_of, intersecting, intersecting_box
from linli.foundation.geometry.errors import GeometryEmpty, GeometryOutsideEarth, GeometryUnreadable

SQUARE = shapely.box(116.0, 39.0, 116.1, 39.1)
TRIANGLE = shapely.Polygon([(116.0, 39.0), (116.1, 39.0), (116.0, 39.1)])


class TestGeometryField:
    @pytest.mark.parametrize(
        "wkt",
        [
            "POINT (116.12345678 39.87654321)",
            "LINESTRING (116 39, 116.5 39.5)",
            "POLYGON ((116 39, 117 39, 117 40, 116 39), (116.5 39.2, 116.6 39.2, 116.6 39.3, 116.5 39.2))",
            "MULTIPOLYGON (((116 39, 116.1 39, 116.1 39.1, 116 39)), ((117 39, 117.1 39, 117.1 39.1, 117 39)))",
            "GEOMETRYCOLLECTION (POINT (116 39), LINESTRING (116 39, 117 39))",
        ],
    )
    def test_gives_back_what_was_stored(self, yards, wkt):
        yards.objects.create(name="甲", outline=shapely.from_wkt(wkt))
        assert yards.objects.get().outline.wkt == wkt

    def test_keeps_eight_decimals_and_two_dimensions(self, yards):
        yard = yards.objects.create(name="甲", outline=shapely.Point(116.123456789, 39.000000001, 50))
        assert yard.outline.wkt == "POINT (116.12345679 39)"
        assert yards.objects.get().outline.equals(yard.outline)

    def test_keeps_bounds_beside_the_geometry(self, yards):
        yards.objects.create(name="甲", outline=SQUARE)
        found = yards.objects.values_list(*columns_of("outline")[1:]).get()
        assert found == (116.0, 39.0, 116.1, 39.1)

    def test_may_be_missing(self, yards):
        yard = yards.objects.create(name="甲", outline=SQUARE, gate=shapely.Point(116, 39))
        yard.gate = None
        yard.save()
        found = yards.objects.get()
        assert (found.gate, found.gate_min_x, found.gate_max_y) == (None, None, None)

    def test_keeps_bounds_in_bulk_and_in_part(self, yards):
        yards.objects.bulk_create([yards(name=name, outline=SQUARE) for name in "甲乙"])
        one, other = yards.objects.order_by("pk")
        one.outline = other.outline = shapely.Point(117, 40)
        one.save(update_fields=columns_of("outline"))
        yards.objects.bulk_update([other], columns_of("outline"))
        assert set(yards.objects.values_list("outline_min_x", "outline_max_y")) == {(117.0, 40.0)}

    @pytest.mark.parametrize(
        ("value", "fault"),
        [
            (shapely.Point(), GeometryEmpty),
            (shapely.Point(39.9, 116.4), GeometryOutsideEarth),
            (shapely.Point(440000, 4420000), GeometryOutsideEarth),
            (shapely.from_wkt("LINESTRING (116 39, nan 39)"), GeometryOutsideEarth),
            ("POINT (1 1)", GeometryUnreadable),
            (12, GeometryUnreadable),
        ],
    )
    def test_refuses_what_is_no_place(self, yards, value, fault):
        with pytest.raises(fault):
            yards.objects.create(name="甲", outline=value)
        assert not yards.objects.exists()

    def test_adds_its_columns_once_in_migrations(self, yards):
        state = ModelState.from_model(yards)
        assert list(state.fields) == [
            "id",
            "name",
            "outline",
            "gate",
            *columns_of("outline")[1:],
            *columns_of("gate")[1:],
        ]
        _name, _path, _args, kwargs = state.fields["outline"].deconstruct()
        assert kwargs == {"with_bounds": False}
        assert state.fields["outline_min_x"].deconstruct()[1:] == (
            "django.db.models.FloatField",
            [],
            {"null": True, "editable": False, "db_index": True},
        )

    def test_tells_bounds_of_a_geometry_not_yet_stored(self, yards):
        yard = yards(name="甲", outline=TRIANGLE)
        assert (yard.outline_max_x, yard.gate_min_x) == (116.1, None)

    def test_joins_models_that_inherit_it_from_an_abstract_one(self):
        class Located(models.Model):
            place = GeometryField(null=True)

            class Meta:
                abstract = True

        class Bench(Located):
            class Meta:
                app_label = "geometry_tests"

        assert [field.name for field in Bench._meta.local_fields] == ["id", *columns_of("place")]


class TestIntersecting:
    @pytest.fixture
    def three(self, yards):
        shapes = {"square": SQUARE, "triangle": TRIANGLE, "far": shapely.box(120, 30, 121, 31)}
        yards.objects.bulk_create([yards(name=name, outline=shape) for name, shape in shapes.items()])
        return yards.objects.order_by("pk")

    def test_box_asks_the_bounds(self, three):
        corner = (116.09, 39.09, 116.2, 39.2)
        assert [yard.name for yard in intersecting_box(three, corner)] == ["square", "triangle"]

    def test_box_counts_its_edges(self, three):
        assert intersecting_box(three, (116.1, 39.1, 117, 40)).count() == 2
        assert intersecting_box(three, (116.1000001, 39.1, 117, 40)).count() == 0

    def test_shape_decides_exactly(self, three):
        assert [yard.name for yard in intersecting(three, shapely.box(116.09, 39.09, 116.2, 39.2))] == ["square"]
