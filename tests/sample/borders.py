"""Border lengths between parcels, from polygons alone."""

import numpy as np
import shapely

SCALE = np.array([111_320 * np.cos(np.radians(30.0)), 110_850.0])


def borders_of(district, *, without=()):
    """Return metres of shared border per pair of parcels, less what lies on the given paths."""
    shapes = shapely.transform([p.polygon for p in district.parcels], lambda points: points * SCALE)
    a, b = shapely.STRtree(shapes).query(shapes, predicate="touches")
    shared = shapely.intersection(shapes[a], shapes[b])
    if without:
        walls = shapely.union_all([path.buffer(1e-6) for path in without])
        shared = shapely.difference(shared, shapely.transform(walls, lambda points: points * SCALE))
    found = {p.code: {} for p in district.parcels}
    for i, j, metres in zip(a.tolist(), b.tolist(), shapely.length(shared).tolist(), strict=True):
        if metres > 1:
            found[district.parcels[i].code][district.parcels[j].code] = metres
    return found


def pieces_of(parcels, borders):
    """Return the connected parts of a set of parcels."""
    left, found = set(parcels), []
    while left:
        waiting = [left.pop()]
        part = set(waiting)
        while waiting:
            beside = left & set(borders[waiting.pop()])
            left -= beside
            part |= beside
            waiting.extend(beside)
        found.append(part)
    return found
