"""Geometry in any database: Shapely values in a binary column, with bounds that an index can search."""

from linli.foundation.geometry.fields import SRID, GeometryField
from linli.foundation.geometry.queries import columns_of, intersecting, intersecting_box

__all__ = ["SRID", "GeometryField", "columns_of", "intersecting", "intersecting_box"]
