"""A model field for geometry that behaves alike on SQLite and PostgreSQL."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from django.db import models
from shapely.geometry.base import BaseGeometry

from linli.foundation.geometry.errors import GeometryEmpty, GeometryOutsideEarth, GeometryUnreadable

if TYPE_CHECKING:
    # The stubs know the field as generic, Django itself does not.
    BytesColumn = models.BinaryField[Any, Any]
else:
    BytesColumn = models.BinaryField

#: CGCS2000 in degrees, longitude first.
SRID = 4490
#: About a millimetre on the ground.
DECIMALS = 8
BOUNDS = ("min_x", "min_y", "max_x", "max_y")


class GeometryField(BytesColumn):
    """A Shapely geometry in EPSG:4490, longitude first, two dimensions, 8 decimals.

    The column holds little-endian WKB. Four float columns ``<name>_min_x``, ``_min_y``, ``_max_x`` and ``_max_y``
    come with it and are kept by ``save``, ``bulk_create`` and ``create``. Writing only some columns
    (``save(update_fields=…)``, ``bulk_update``) must name them too: see
    `linli.foundation.geometry.columns_of`. ``update()`` does not keep them.

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
        for bound in BOUNDS:
            column = f"{name}_{bound}"
            if column not in present:
                indexed = bound.startswith("min")
                field: models.Field[Any, Any] = models.FloatField(null=True, editable=False, db_index=indexed)
                field.contribute_to_class(cls, column)

    def pre_save(self, model_instance: models.Model, add: bool) -> BaseGeometry | None:
        """Round the geometry and set the bounds of the instance beside it."""
        value = self.to_python(getattr(model_instance, self.attname))
        setattr(model_instance, self.attname, value)
        bounds = (None, None, None, None) if value is None else value.bounds
        for bound, number in zip(BOUNDS, bounds, strict=True):
            setattr(model_instance, f"{self.attname}_{bound}", number)
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
    for x, y in (value.bounds[:2], value.bounds[2:]):
        if not (math.isfinite(x) and math.isfinite(y) and abs(x) <= 180 and abs(y) <= 90):
            raise GeometryOutsideEarth(x=x, y=y)
    return shapely.transform(shapely.force_2d(value), lambda points: np.round(points, DECIMALS))
