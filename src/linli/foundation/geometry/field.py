"""A model field that holds a Shapely geometry as WKB, with its bounds in four columns beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import shapely
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from shapely.geometry.base import BaseGeometry

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

    # The stubs know these fields as generic, Django itself does not.
    FloatColumn = models.FloatField[float | None, float | None]
    BytesColumn = models.BinaryField[BaseGeometry | None, BaseGeometry | None]
else:
    FloatColumn = models.FloatField
    BytesColumn = models.BinaryField

#: Stored longitudes and latitudes have eight decimals: about a millimetre.
DECIMALS = 8
SIDES = ("west", "south", "east", "north")


class BoundField(FloatColumn):
    """One side of the box around a geometry; computed at each save, never set by hand."""

    def __init__(self, *args: Any, of: str = "", side: int = 0, **kwargs: Any) -> None:
        self.of = of
        self.side = side
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        """Return how a migration writes the column."""
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "of": self.of, "side": self.side}

    def pre_save(self, model_instance: models.Model, add: bool) -> float | None:
        """Return the side of the geometry's box."""
        geometry = getattr(model_instance, self.of)
        value = None if geometry is None or geometry.is_empty else float(geometry.bounds[self.side])
        setattr(model_instance, self.attname, value)
        return value


class GeometryField(BytesColumn):
    """A geometry in EPSG:4490, longitude first, stored as WKB with eight decimals.

    Four columns ``<name>_west``, ``_south``, ``_east``, ``_north`` hold its bounds, the first of them indexed:
    `in_box` narrows rows in the database, Shapely decides. A save with ``update_fields`` must name them too,
    and ``QuerySet.update`` does not touch them: geometries change through ``save`` or ``bulk_create`` only.
    """

    description = "Shapely geometry as WKB"

    def contribute_to_class(self, cls: type[models.Model], name: str, private_only: bool = False) -> None:
        """Join a model, with the four columns of the bounds."""
        super().contribute_to_class(cls, name, private_only)
        # Historical models of migrations carry the four columns as fields of their own.
        if cls._meta.abstract or cls.__module__ == "__fake__":
            return
        for number, side in enumerate(SIDES):
            column = BoundField(of=name, side=number, null=True, editable=False, db_index=number == 0)
            column.contribute_to_class(cls, f"{name}_{side}")

    def from_db_value(
        self, value: bytes | memoryview | None, expression: Any, connection: BaseDatabaseWrapper
    ) -> BaseGeometry | None:
        """Return the stored bytes as a geometry."""
        return None if value is None else shapely.from_wkb(bytes(value))

    def to_python(self, value: Any) -> BaseGeometry | None:
        """Return WKB, WKT or a geometry as a geometry.

        Raises:
            ValidationError: The value is none of them.
        """
        if value is None or isinstance(value, BaseGeometry):
            return value
        try:
            return shapely.from_wkt(value) if isinstance(value, str) else shapely.from_wkb(bytes(value))
        except (shapely.errors.GEOSException, TypeError, ValueError) as error:
            raise ValidationError(_("无法识别的图形：应为 WKB 或 WKT")) from error

    def get_prep_value(self, value: Any) -> Any:
        """Return the geometry's bytes, rounded to the stored precision."""
        if not isinstance(value, BaseGeometry):
            return value
        return shapely.to_wkb(shapely.transform(value, lambda xy: xy.round(DECIMALS)), include_srid=False)

    def get_db_prep_value(self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False) -> Any:
        """Return what the driver wants for the bytes."""
        return super().get_db_prep_value(value if prepared else self.get_prep_value(value), connection, True)

    def value_to_string(self, obj: models.Model) -> str:
        """Return WKT, for fixtures."""
        geometry = self.value_from_object(obj)
        return "" if geometry is None else shapely.to_wkt(geometry, rounding_precision=DECIMALS)


def in_box(field: str, west: float, south: float, east: float, north: float) -> models.Q:
    """Return the condition that a geometry's bounds touch a box in degrees.

    Examples:
        >>> in_box("outline", 105.0, 30.0, 105.1, 30.1).children[0]
        ('outline_west__lte', 105.1)
    """
    return models.Q(
        (f"{field}_west__lte", east),
        (f"{field}_east__gte", west),
        (f"{field}_south__lte", north),
        (f"{field}_north__gte", south),
    )
