"""Re-drawing communities: a `Problem` in, an `Outcome` with a `Plan` out."""

from linli.engine.districting.adjustments import Adjustment, LayoutFigures, Verb, adjustments_between, applied
from linli.engine.districting.alternatives import Alternative, alternatives, plan_distance
from linli.engine.districting.conflicts import Conflict, Remedy
from linli.engine.districting.constraints import RuleVerdict, judge
from linli.engine.districting.neighbourhood import Progress
from linli.engine.districting.objectives import Scores, score
from linli.engine.districting.plan import Plan
from linli.engine.districting.problem import Band, Offices, Problem, Resources, Standards, Weights
from linli.engine.districting.reasons import Cause, Reason, reasons
from linli.engine.districting.repair import Repair, repaired, smallest_adjustment
from linli.engine.districting.search import Outcome, search

__all__ = [
    "Adjustment",
    "Alternative",
    "Band",
    "Cause",
    "Conflict",
    "LayoutFigures",
    "Offices",
    "Outcome",
    "Plan",
    "Problem",
    "Progress",
    "Reason",
    "Remedy",
    "Repair",
    "Resources",
    "RuleVerdict",
    "Scores",
    "Standards",
    "Verb",
    "Weights",
    "adjustments_between",
    "alternatives",
    "applied",
    "judge",
    "plan_distance",
    "reasons",
    "repaired",
    "score",
    "search",
    "smallest_adjustment",
]
