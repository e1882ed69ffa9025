"""Names on the map: placed so that they do not cover one another, drawn with a halo."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

import numpy as np

from linli.foundation.documents.sheets.drawing import Frame, Label
from linli.foundation.documents.sheets.shapes import UNIT
from linli.foundation.documents.sheets.styles import BLACK, GREYS, PAPER
from linli.foundation.documents.text import one_line, width_of
from linli.foundation.documents.typesetting import FONT

NAME_MM = 4.0
# Names shrink in these steps until none covers another.
SHRINK = (1.0, 0.85, 0.7, 0.6)
BELOW = 0.72
FAINT = 0.85
HALO = 0.26
BOLD = 0.035
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class _Placed:
    label: Label
    x: float
    y: float
    size: float
    overlap: float


def labels_svg(
    labels: Sequence[Label], frame: Frame, *, obstacles: Sequence[Box] = (), name_mm: float = NAME_MM
) -> str:
    """Return the names inside the frame as SVG text.

    No name is dropped: where there is no free place, the one with the least overlap is taken.

    Args:
        labels: The weightiest first.
        frame: Paper over the ground.
        obstacles: Boxes on paper to keep clear, in millimetres (left, top, right, bottom).
        name_mm: Height of a name before it shrinks.
    """
    west, south, east, north = frame.reach()
    inside = [label for label in labels if west <= label.x <= east and south <= label.y <= north]
    best: list[_Placed] = []
    for shrink in SHRINK:
        placed = _place(inside, frame, obstacles=obstacles, size=name_mm * shrink)
        if not best or sum(one.overlap for one in placed) < sum(one.overlap for one in best):
            best = placed
        if not any(one.overlap for one in best):
            break
    # All halos first: a halo must not wipe out a neighbour's name.
    return "".join([_text(one, is_halo=True) for one in best] + [_text(one, is_halo=False) for one in best])


def _place(labels: Sequence[Label], frame: Frame, *, obstacles: Sequence[Box], size: float) -> list[_Placed]:
    taken = list(obstacles)
    placed = []
    for label in labels:
        own = size * FAINT if label.is_faint else size
        centre = frame.on_paper(np.array([[label.x, label.y]]))[0]
        wide = max(width_of(label.text) * own, width_of(label.below) * own * BELOW)
        high = own * (1.15 + (BELOW * 1.2 if label.below else 0.0))
        tries = [
            (centre[0] + across * wide * 0.5, centre[1] + down * high * 0.5)
            for across, down in (
                *((0, 0), (0, -1), (0, 1), (-1, 0), (1, 0), (-1, -1), (1, -1), (-1, 1), (1, 1)),
                *((0, -2), (0, 2), (-2, 0), (2, 0)),
            )
        ]
        boxes = [_kept_inside((x - wide / 2, y - high / 2, x + wide / 2, y + high / 2), frame) for x, y in tries]
        overlaps = [sum(_overlap(box, other) for other in taken) for box in boxes]
        chosen = int(np.argmin(overlaps))
        box = boxes[chosen]
        taken.append(box)
        placed.append(_Placed(label, (box[0] + box[2]) / 2, box[1] + own * 0.95, own, overlaps[chosen]))
    return placed


def _kept_inside(box: Box, frame: Frame) -> Box:
    left, top, right, bottom = box
    dx = max(1.0 - left, 0.0) - max(right - frame.width_mm + 1.0, 0.0)
    dy = max(1.0 - top, 0.0) - max(bottom - frame.height_mm + 1.0, 0.0)
    return (left + dx, top + dy, right + dx, bottom + dy)


def _overlap(one: Box, other: Box) -> float:
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    return across * down if across > 0 and down > 0 else 0.0


def _text(placed: _Placed, *, is_halo: bool) -> str:
    label = placed.label
    lines = [(label.text, placed.y, placed.size, not label.is_faint)]
    if label.below:
        lines.append((label.below, placed.y + placed.size * BELOW * 1.25, placed.size * BELOW, False))
    drawn = []
    for text, y, size, is_bold in lines:
        if is_halo:
            look = f'fill="{PAPER}" stroke="{PAPER}" stroke-width="{size * HALO * UNIT:.0f}" stroke-linejoin="round"'
        else:
            ink = GREYS[5] if label.is_faint else BLACK
            look = f'fill="{ink}"' + (f' stroke="{ink}" stroke-width="{size * BOLD * UNIT:.1f}"' if is_bold else "")
        drawn.append(
            f'<text x="{placed.x * UNIT:.0f}" y="{y * UNIT:.0f}" font-size="{size * UNIT:.0f}" {look}>'
            f"{escape(one_line(text))}</text>"
        )
    return f'<g font-family="{FONT}" text-anchor="middle">{"".join(drawn)}</g>'
