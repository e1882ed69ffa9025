"""Many lawful layouts at random, and where one layout stands among them."""

from linli.engine.districting.ensemble.chains import Ensemble, Kind
from linli.engine.districting.ensemble.convergence import Trace, effective_size, r_hat
from linli.engine.districting.ensemble.measures import CutEdges, Measure, Moved, ParentsSplit, Scatter, Spread
from linli.engine.districting.ensemble.sampling import Sample, SamplingProgress, sample
from linli.engine.districting.ensemble.start import random_layout
from linli.engine.districting.ensemble.tallies import Distribution, Standing

__all__ = [
    "CutEdges",
    "Distribution",
    "Ensemble",
    "Kind",
    "Measure",
    "Moved",
    "ParentsSplit",
    "Sample",
    "SamplingProgress",
    "Scatter",
    "Spread",
    "Standing",
    "Trace",
    "effective_size",
    "r_hat",
    "random_layout",
    "sample",
]
