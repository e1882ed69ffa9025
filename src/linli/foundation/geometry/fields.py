"""A model field for geometry that behaves alike on SQLite and PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from django.db import models
from shapely.geometry.base import BaseGeometry

from linli.foundation.geometry.errors import GeometryEmpty, GeometryOutsideEarth, GeometryUnreadable

if TYPE_CHECKING:
    # The stubs know the fields as generic, Django itself does not.
    BytesColumn = models.BinaryField[Any, Any]
    FloatColumn = models.FloatField[float | None, float | None]
else:
    BytesColumn = models.BinaryField
    FloatColumn = models.FloatField

#: CGCS2000 in degrees, longitude first.
SRID = 4490
#: About a millimetre on the ground.
DECIMALS = 8
BOUNDS = ("min_x", "min_y", "max_x", "max_y")


class Bound:
    """A side of the box around an instance's geometry: read from the geometry, so it is never out of date."""

    def __init__(self, field: BoundField) -> None:
        self.field = field

    def __get__(self, instance: models.Model | None, owner: type[models.Model]) -> Any:
        if instance is None:
            return self
        geometry = getattr(instance, self.field.of)
        if geometry is None:
            return None
        shape = geometry if isinstance(geometry, BaseGeometry) else cleaned(geometry)
        return round(float(shape.bounds[self.field.side]), DECIMALS)

    def __set__(self, instance: models.Model, value: float | None) -> None:
        """Take no notice: rows come from the database with a value of their own."""


class BoundField(FloatColumn):
    """A column with one side of the box around a geometry; to migrations it is a plain float."""

    descriptor_class = Bound

    def __init__(self, *args: Any, of: str, side: int, **kwargs: Any) -> None:
        self.of = of
        self.side = side
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        """Return the construction of a plain float column."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.FloatField", args, kwargs

    def clone(self) -> Any:
        """Return the plain float column that migrations work with."""
        _name, _path, args, kwargs = self.deconstruct()
        return models.FloatField(*args, **kwargs)


class GeometryField(BytesColumn):
    """A Shapely geometry in EPSG:4490, longitude first, two dimensions, 8 decimals.

    The column holds little-endian WKB. Four float columns ``<name>_min_x``, ``_min_y``, ``_max_x`` and ``_max_y``
    come with it. Writing only some columns (``save(update_fields=…)``, ``bulk_update``) must name them too: see
    `linli.foundation.geometry.columns_of`. ``QuerySet.update`` does not keep them.

    Args:
        with_bounds: Whether the field adds its bounds columns; migrations say no, for they list them one by one.

    Raises:
        GeometryUnreadable: The value is no geometry.
        GeometryEmpty: The geometry has no coordinate.
        GeometryOutsideEarth: The coordinates are no degrees.
    """

    def __init__(self, *args: Any, with_bounds: bool = True, **kwargs: Any) -> None:
        self.with_bounds = with_bounds
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        """Return the construction for migrations, without the bounds columns."""
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, kwargs | {"with_bounds": False}

    def contribute_to_class(self, cls: type[models.Model], name: str, private_only: bool = False) -> None:
        """Join the model and add the four bounds columns."""
        super().contribute_to_class(cls, name, private_only=private_only)
        if not self.with_bounds or cls._meta.abstract:
            return
        present = {field.name for field in cls._meta.local_fields}
        for side, bound in enumerate(BOUNDS):
            column = f"{name}_{bound}"
            if column not in present:
                indexed = bound.startswith("min")
                field = BoundField(of=name, side=side, null=True, editable=False, db_index=indexed)
                field.contribute_to_class(cls, column)

    def pre_save(self, model_instance: models.Model, add: bool) -> BaseGeometry | None:
        """Return the geometry as it is stored, and leave it so on the instance."""
        value = self.to_python(getattr(model_instance, self.attname))
        setattr(model_instance, self.attname, value)
        return value

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> BaseGeometry | None:
        """Return the stored geometry."""
        return None if value is None else shapely.from_wkb(bytes(value))

    def to_python(self, value: Any) -> Any:
        """Return ``value`` (geometry, WKB or its hexadecimal text) as it would be stored."""
        return None if value is None else cleaned(value)

    def get_prep_value(self, value: Any) -> bytes | None:
        """Return the bytes to store."""
        geometry = self.to_python(value)
        return None if geometry is None else shapely.to_wkb(geometry, byte_order=1)

    def value_to_string(self, obj: models.Model) -> str:
        """Return the geometry as hexadecimal WKB, for fixtures."""
        value = self.get_prep_value(self.value_from_object(obj))
        return "" if value is None else value.hex()


def cleaned(value: Any) -> BaseGeometry:
    """Return a geometry as it is stored: two dimensions, 8 decimals, checked.

    Args:
        value: A Shapely geometry, WKB bytes or hexadecimal WKB.

    Raises:
        GeometryUnreadable: It is none of these.
        GeometryEmpty: It has no coordinate.
        GeometryOutsideEarth: A coordinate is not finite or outside longitude and latitude.

    Examples:
        >>> cleaned(shapely.Point(116.123456789, 39.9, 50)).wkt
        'POINT (116.12345679 39.9)'
    """
    if isinstance(value, bytes | bytearray | memoryview | str):
        try:
            value = shapely.from_wkb(value if isinstance(value, str) else bytes(value))
        except shapely.errors.ShapelyError as fault:
            raise GeometryUnreadable(reason=str(fault)) from fault
    if not isinstance(value, BaseGeometry):
        raise GeometryUnreadable(reason=type(value).__name__)
    if value.is_empty:
        raise GeometryEmpty()
    points = shapely.get_coordinates(value)
    # Written so that a coordinate that is no number fails as well.
    astray = ~((np.abs(points[:, 0]) <= 180) & (np.abs(points[:, 1]) <= 90))
    if astray.any():
        x, y = points[astray][0]
        raise GeometryOutsideEarth(x=float(x), y=float(y))
    return shapely.transform(shapely.force_2d(value), lambda points: np.round(points, DECIMALS))
