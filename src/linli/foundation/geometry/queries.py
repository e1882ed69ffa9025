"""Search by place: the database sorts out by bounds, Shapely decides."""

from __future__ import annotations

from typing import TypeVar

import shapely
from django.db.models import Model, QuerySet
from shapely.geometry.base import BaseGeometry

from linli.foundation.geometry.fields import BOUNDS

M = TypeVar("M", bound=Model)


def columns_of(name: str) -> list[str]:
    """Return a geometry field with its bounds, to be named in ``update_fields`` and ``bulk_update``.

    Examples:
        >>> columns_of("outline")
        ['outline', 'outline_min_x', 'outline_min_y', 'outline_max_x', 'outline_max_y']
    """
    return [name, *(f"{name}_{bound}" for bound in BOUNDS)]


def intersecting_box(
    rows: QuerySet[M, M], bounds: tuple[float, float, float, float], *, field: str = "outline"
) -> QuerySet[M, M]:
    """Return the rows whose bounds touch a box, edges included.

    Args:
        rows: Rows to choose from.
        bounds: ``(min_x, min_y, max_x, max_y)`` in degrees.
        field: Name of the geometry field.
    """
    min_x, min_y, max_x, max_y = bounds
    return rows.filter(
        **{
            f"{field}_min_x__lte": max_x,
            f"{field}_max_x__gte": min_x,
            f"{field}_min_y__lte": max_y,
            f"{field}_max_y__gte": min_y,
        }
    )


def intersecting(rows: QuerySet[M, M], shape: BaseGeometry, *, field: str = "outline") -> list[M]:
    """Return the rows whose geometry really meets a shape, in the order of ``rows``.

    Args:
        rows: Rows to choose from.
        shape: A geometry in degrees, not empty.
        field: Name of the geometry field.
    """
    shapely.prepare(shape)
    return [row for row in intersecting_box(rows, shape.bounds, field=field) if shape.intersects(getattr(row, field))]
