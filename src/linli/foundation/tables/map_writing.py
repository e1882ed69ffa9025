"""Maps out to files: a layer as it was read, with other geometries."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from linli.foundation.tables.features import Features

#: What an empty cell is among whole numbers: GeoPackage columns of numbers know no other.
NOTHING = np.nan


def write_geopackage(path: Path, features: Features, geometries: Sequence[BaseGeometry | None], *, crs: str) -> None:
    """Write the fields of a layer with geometries of its own; a file of that name is replaced.

    Args:
        path: Where; ends with ``.gpkg``.
        features: The layer, for its name and fields.
        geometries: One per feature.
        crs: Their system, as PROJ reads it; empty for none.
    """
    import pyogrio

    headings = list(features.rows[0]) if features.rows else []
    path.unlink(missing_ok=True)
    pyogrio.raw.write(
        path,
        shapely.to_wkb(np.array(geometries, dtype=object)),
        [_column([row.get(heading) for row in features.rows]) for heading in headings],
        headings,
        layer=features.layer,
        driver="GPKG",
        geometry_type="Unknown",
        crs=crs or None,
    )


def _column(cells: list[Any]) -> NDArray[Any]:
    kinds = {type(cell) for cell in cells if cell is not None}
    if kinds == {bool} and None not in cells:
        return np.array(cells, dtype=bool)
    if kinds == {int} and None not in cells:
        return np.array(cells, dtype=np.int64)
    if kinds and kinds <= {int, float}:
        return np.array([NOTHING if cell is None else cell for cell in cells], dtype=np.float64)
    return np.array([None if cell is None else str(cell) for cell in cells], dtype=object)
