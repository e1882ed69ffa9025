"""Typed shapes of the components that draw figures.

Queries and pages hand these to the fragments ``ui/_*.html``. Lengths and positions are computed
here, because templates under the strict content policy may only write SVG attributes.
"""

from linli.foundation.ui.parts.band import BandChart, BandRow, DrawnBandRow
from linli.foundation.ui.parts.figures import Figure, Norm
from linli.foundation.ui.parts.paths import Crumb, JobProgress, PageOfRows, Step
from linli.foundation.ui.parts.rows import Chip, Column, FindingRow, LegendLine, RequirementRow, TimelineEntry, Tone

__all__ = [
    "BandChart",
    "BandRow",
    "Chip",
    "Column",
    "Crumb",
    "DrawnBandRow",
    "Figure",
    "FindingRow",
    "JobProgress",
    "LegendLine",
    "Norm",
    "PageOfRows",
    "RequirementRow",
    "Step",
    "TimelineEntry",
    "Tone",
]
