"""A layer inspected: every flaw with its place and area, and the polygons that cause them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
import shapely
from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from linli.engine.geometry import (
    Cause,
    Flaw,
    FlawKind,
    Plane,
    Proposal,
    Thresholds,
    apply_repairs,
    find_causes,
    find_flaws,
    plane_of,
    propose_repairs,
)
from linli.foundation.tables import Features
from linli.foundation.tables.faults import refused
from linli.registry.rules.inspecting.systems import LayerSystem, system_of
from linli.registry.rules.inspecting.units import Units, units_of

OPEN_RING, REPEATED_CODE, REPEATED_NAME = "open_ring", "repeated_code", "repeated_name"
#: All kinds, in the order in which they are told.
KINDS = (
    FlawKind.NULL_GEOMETRY.value,
    OPEN_RING,
    FlawKind.INVALID_GEOMETRY.value,
    FlawKind.OVERLAP.value,
    FlawKind.HOLE.value,
    FlawKind.SLIVER.value,
    FlawKind.OUTSIDE_OUTLINE.value,
    FlawKind.UNCOVERED_OUTLINE.value,
    FlawKind.MULTIPART_UNIT.value,
    REPEATED_CODE,
    REPEATED_NAME,
    FlawKind.TINY_UNIT.value,
)
#: Sizes of parts that are listed of a unit; their number is always told.
PARTS_LISTED = 20
#: Pairs of bounds that are looked at to tell a heap, and how many a whole layer may have.
PAIRS_SAMPLED = 2_000_000
MOST_PAIRS = 3_000_000
#: Sides of an outline are cut to this length before they are bent into the layer's system.
OUTLINE_STEP_M = 50.0


@dataclass(frozen=True, slots=True)
class LayerRequest:
    """How a layer is to be inspected.

    Attributes:
        file: Name of the file, for messages.
        code_field: Field of the codes; empty to look for one.
        name_field: Field of the names; empty to look for one.
        crs: System as the reader states it; empty to believe the file.
        thresholds: What counts.
    """

    file: str
    code_field: str = ""
    name_field: str = ""
    crs: str = ""
    thresholds: Thresholds = field(default_factory=Thresholds)


@dataclass(frozen=True, slots=True, eq=False)
class LayerReport:
    """What was found in a layer; rows count from 1.

    Attributes:
        features: Number of features.
        units: Number of units.
        crs: The system; empty for unknown metres.
        code_field: Field of the codes; empty for none.
        name_field: Field of the names; empty for none.
        thresholds: What counted.
        notes: What was taken for granted or left out.
        findings: Findings as plain values, in the order of `KINDS`.
        causes: Polygons that explain several findings, as plain values.
        repairs: How findings may be mended, as plain values.
        mended: The layer's geometries with every repair carried out that waits for nobody's choice, in the file's own
            coordinates; features that no repair names are the very same.
    """

    features: int
    units: int
    crs: str
    code_field: str
    name_field: str
    thresholds: Thresholds
    notes: tuple[str, ...]
    findings: tuple[dict[str, Any], ...]
    causes: tuple[dict[str, Any], ...]
    repairs: tuple[dict[str, Any], ...]
    mended: tuple[BaseGeometry | None, ...]

    @property
    def counts(self) -> dict[str, int]:
        """How many of each kind; all kinds are there."""
        found = Counter(finding["kind"] for finding in self.findings)
        return {kind: found[kind] for kind in KINDS}

    def as_dict(self, *, seconds: float) -> dict[str, Any]:
        """Return the report for machines.

        Args:
            seconds: How long reading and inspecting took.
        """
        return {
            "features": self.features,
            "units": self.units,
            "crs": self.crs or None,
            "code_field": self.code_field or None,
            "name_field": self.name_field or None,
            "thresholds": asdict(self.thresholds),
            "notes": list(self.notes),
            "counts": self.counts,
            "findings": list(self.findings),
            "causes": list(self.causes),
            "repairs": list(self.repairs),
            "seconds": round(seconds, 3),
        }


def inspect_layer(features: Features, request: LayerRequest, *, outline: Features | None = None) -> LayerReport:
    """Inspect a layer of polygons that should cover their ground once.

    Args:
        features: The layer.
        request: How to read it and what counts.
        outline: Layer of what it should cover.

    Raises:
        ValidationFaults: The layer cannot be read soundly; the fault says why and what to do.
    """
    if not features.geometries:
        raise refused(
            request.file,
            code="layer-empty",
            expected=_("有图形的图层"),
            found=_("0 个图形"),
            remedy=_("请核对导出时的范围和筛选条件"),
        )
    system = system_of(features, stated=request.crs, file=request.file)
    units = units_of(features, code_field=request.code_field, name_field=request.name_field, file=request.file)
    given = np.array(features.geometries, dtype=object)
    # Numbers that are none would spoil the whole overlay; these features take no part and are told.
    spoilt = ~np.isfinite(shapely.bounds(given)).all(axis=1) & ~shapely.is_missing(given)
    given[spoilt] = None
    _check_not_heaped(given, request.file)
    plane = plane_of(given, system.crs)
    shapes = plane.onto(given)
    border = None if outline is None else plane.onto([_outline(outline, system, request.file)])[0]
    flaws = find_flaws(
        shapes,
        outline=border,
        unit_of=units.unit_of,
        thresholds=request.thresholds,
        areal_scale=plane.areal_scale,
    )
    teller = _Teller(units, plane)
    told = [*teller.told(flaws, np.flatnonzero(spoilt).tolist()), *_written(units, features)]
    told.sort(key=lambda one: KINDS.index(one[1]["kind"]))
    place_of = {number: place for place, (number, _finding) in enumerate(told)}
    findings = [finding for _number, finding in told]
    blamed = find_causes(shapes, flaws)
    causes = [teller.cause(cause, place_of) for cause in blamed]
    for number, cause in enumerate(causes):
        for place in cause["findings"]:
            findings[place]["cause"] = number
    proposals = propose_repairs(shapes, flaws, blamed)
    notes = [*system.notes, *([_("图层有高程值，核查只看平面")] if features.has_z else [])]
    return LayerReport(
        features=len(given),
        units=len(units.labels),
        crs=system.name,
        code_field=units.code_field,
        name_field=units.name_field,
        thresholds=request.thresholds,
        notes=tuple(notes),
        findings=tuple(findings),
        causes=tuple(causes),
        repairs=tuple(teller.repair(one, place_of) for one in proposals),
        mended=_mended(features, shapes, apply_repairs(shapes, flaws, proposals), plane),
    )


def _check_not_heaped(given: Any, file: str) -> None:
    """Refuse a layer whose shapes mostly lie on one another: comparing each pair would take hours and all memory."""
    sample = max(1, min(len(given), PAIRS_SAMPLED // len(given)))
    step = len(given) / sample
    rows = ((np.arange(sample) + 0.5) * step).astype(int)
    sound = given.copy()
    sound[shapely.is_missing(given)] = shapely.Polygon()
    query, _found = shapely.STRtree(sound).query(sound[rows])
    # The median: one shape that covers all others is a finding, not a heap.
    typical = float(np.median(np.bincount(query, minlength=sample)))
    if typical * len(given) > MOST_PAIRS:
        raise refused(
            file,
            code="layer-heaped",
            expected=_("互不重叠的面图层"),
            found=_("每个图形大约与 %(count)d 个图形相叠") % {"count": round(typical)},
            remedy=_("请核对是否把几期、几级的图形放在了一个图层里，分开后再检查"),
        )


def _mended(features: Features, shapes: Any, repaired: Any, plane: Plane) -> tuple[BaseGeometry | None, ...]:
    """Return the file's own geometries, those that a repair changed taken back from the plane."""
    mended = list(features.geometries)
    for row in [row for row, shape in enumerate(repaired) if shape is not shapes[row]]:
        mended[row] = plane.back([repaired[row]])[0]
    return tuple(mended)


#: A finding with the number of the flaw that it tells, -1 where it tells none.
Numbered = tuple[int, dict[str, Any]]


class _Teller:
    """Turns flaws and causes into plain values."""

    def __init__(self, units: Units, plane: Plane) -> None:
        self.units = units
        self.plane = plane

    def labels(self, rows: tuple[int, ...]) -> list[str]:
        return list(dict.fromkeys(self.units.labels[self.units.unit_of[row]] for row in rows))

    def told(self, flaws: tuple[Flaw, ...], spoilt: list[int]) -> Iterator[Numbered]:
        for row in spoilt:
            yield -1, self._finding(Flaw(FlawKind.INVALID_GEOMETRY, (row,), reason="Coordinate is not a number"))
        for number, flaw in enumerate(flaws):
            if flaw.kind is not FlawKind.NULL_GEOMETRY or flaw.polygons[0] not in spoilt:
                yield number, self._finding(flaw)

    def _finding(self, flaw: Flaw) -> dict[str, Any]:
        found: dict[str, Any] = {
            "kind": flaw.kind.value,
            "units": self.labels(flaw.polygons),
            "features": [row + 1 for row in flaw.polygons],
            "area_m2": round(flaw.area_m2, 4),
        }
        if flaw.width_m:
            found["width_m"] = round(flaw.width_m, 4)
        if flaw.of:
            found["of"] = flaw.of.value
        if flaw.reason:
            found["reason"] = flaw.reason
        if flaw.parts_m2:
            found["parts"] = len(flaw.parts_m2)
            found["parts_m2"] = [round(area, 2) for area in flaw.parts_m2[:PARTS_LISTED]]
        if flaw.shape is not None and not flaw.shape.is_empty:
            found["place"] = self._place(flaw.shape)
        return found

    def _place(self, shape: Any) -> list[float]:
        """Return a point on the land as longitude and latitude, or in the source's metres where no more is known."""
        inside = shapely.get_coordinates(shapely.point_on_surface(shape))
        degrees = self.plane.degrees(inside)[0]
        if np.isfinite(degrees).all():
            return [round(float(number), 7) for number in degrees]
        source = shapely.get_coordinates(self.plane.back(shapely.points(inside)))[0]
        return [round(float(number), 3) for number in source]

    def cause(self, cause: Cause, place_of: Mapping[int, int]) -> dict[str, Any]:
        found: dict[str, Any] = {
            "unit": self.labels((cause.polygon,))[0],
            "feature": cause.polygon + 1,
            "nature": cause.nature.value,
            "findings": sorted(place_of[flaw] for flaw in cause.flaws),
            "touched": self.labels(cause.touched),
            "area_m2": round(cause.area_m2, 4),
            "border_share": round(cause.border_share, 3),
        }
        if cause.shift_m is not None:
            found["shift_m"] = [round(metres, 2) for metres in cause.shift_m]
        return found

    def repair(self, proposal: Proposal, place_of: Mapping[int, int]) -> dict[str, Any]:
        changed = None if proposal.polygon is None else self.labels((proposal.polygon,))[0]
        return {
            "finding": place_of[proposal.flaw],
            "act": proposal.act.value,
            "unit": changed,
            "feature": None if proposal.polygon is None else proposal.polygon + 1,
            "area_m2": round(proposal.area_m2, 4),
            "because": proposal.because,
            "needs_choice": proposal.needs_choice,
            "choices": [row + 1 for row in proposal.choices],
        }


def _written(units: Units, features: Features) -> Iterator[Numbered]:
    """Tell what the file's bytes and fields show, without looking at the land."""
    for row in sorted(features.open_rings):
        label = units.labels[units.unit_of[row]]
        yield -1, {"kind": OPEN_RING, "units": [label], "features": [row + 1], "area_m2": 0.0}
    for kind, repeated in ((REPEATED_CODE, units.repeated_codes), (REPEATED_NAME, units.repeated_names)):
        for text, rows in repeated.items():
            labels = list(dict.fromkeys(units.labels[units.unit_of[row]] for row in rows))
            yield (
                -1,
                {
                    "kind": kind,
                    "units": labels,
                    "features": [row + 1 for row in rows],
                    "area_m2": 0.0,
                    "text": text,
                },
            )


def _outline(outline: Features, system: LayerSystem, file: str) -> Any:
    """Return the outline as one shape in the layer's own coordinates."""
    areal = [
        shape for shape in outline.geometries if shape is not None and shape.geom_type in {"Polygon", "MultiPolygon"}
    ]
    if not areal:
        raise refused(
            file,
            code="outline-empty",
            expected=_("有面图形的轮廓"),
            found=_("没有面图形"),
            remedy=_("请另选轮廓文件"),
        )
    whole = shapely.union_all(shapely.make_valid(np.array(areal, dtype=object)))
    own = system_of(outline, stated="", file=file)
    if system.crs is None or own.crs is None or own.crs == system.crs:
        return whole
    from pyproj import Transformer

    step = OUTLINE_STEP_M / (111_000.0 if own.crs.is_geographic else 1.0)
    bend = Transformer.from_crs(own.crs, system.crs, always_xy=True)
    return shapely.transform(
        shapely.segmentize(whole, step), lambda xy: np.column_stack(bend.transform(xy[:, 0], xy[:, 1]))
    )
