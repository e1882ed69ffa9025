"""Shapes: coordinate systems, coverage audit, adjacency, tessellation, derived borders.

Coordinates are longitude or easting first. Lengths and areas are right only in metres, so
all functions but those of `datum` and `detection` take shapes in the district's zone.
"""

from linli.engine.geometry.adjacency import Adjacency, rook_adjacency
from linli.engine.geometry.barriers import barrier_edges, without_edges
from linli.engine.geometry.borders import (
    CommunityShapes,
    FourBounds,
    NamedCourses,
    community_shapes,
    four_bounds,
    named_courses,
)
from linli.engine.geometry.causes import Cause, Nature, find_causes
from linli.engine.geometry.coverage import (
    CoverageAudit,
    InvalidRing,
    MultiPart,
    Overlap,
    Protrusion,
    Void,
    audit_coverage,
)
from linli.engine.geometry.datum import (
    CoordinateSystem,
    bd09_to_gcj02,
    bd09_to_wgs84,
    from_cgcs2000,
    from_zone,
    gcj02_to_bd09,
    gcj02_to_wgs84,
    geometries_to_cgcs2000,
    geometries_to_zone,
    three_degree_zone,
    to_cgcs2000,
    to_zone,
    wgs84_to_bd09,
    wgs84_to_gcj02,
)
from linli.engine.geometry.detection import Reading, SystemVerdict, detect_system
from linli.engine.geometry.flaws import Flaw, FlawKind, SliverOf, Thresholds, find_flaws, land_flaws
from linli.engine.geometry.interlock import Interlock, interlocked_pairs
from linli.engine.geometry.planes import Plane, plane_of
from linli.engine.geometry.repairs import Mending, Proposal, apply_repairs, propose_repairs
from linli.engine.geometry.tessellation import Tessellation, tessellate

__all__ = [
    "Adjacency",
    "Cause",
    "CommunityShapes",
    "CoordinateSystem",
    "CoverageAudit",
    "Flaw",
    "FlawKind",
    "FourBounds",
    "Interlock",
    "InvalidRing",
    "Mending",
    "MultiPart",
    "NamedCourses",
    "Nature",
    "Overlap",
    "Plane",
    "Proposal",
    "Protrusion",
    "Reading",
    "SliverOf",
    "SystemVerdict",
    "Tessellation",
    "Thresholds",
    "Void",
    "apply_repairs",
    "audit_coverage",
    "barrier_edges",
    "bd09_to_gcj02",
    "bd09_to_wgs84",
    "community_shapes",
    "detect_system",
    "find_causes",
    "find_flaws",
    "four_bounds",
    "from_cgcs2000",
    "from_zone",
    "gcj02_to_bd09",
    "gcj02_to_wgs84",
    "geometries_to_cgcs2000",
    "geometries_to_zone",
    "interlocked_pairs",
    "land_flaws",
    "named_courses",
    "plane_of",
    "propose_repairs",
    "rook_adjacency",
    "tessellate",
    "three_degree_zone",
    "to_cgcs2000",
    "to_zone",
    "wgs84_to_bd09",
    "wgs84_to_gcj02",
    "without_edges",
]
