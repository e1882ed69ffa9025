"""Which part of a draft goes on under which community's id."""

from __future__ import annotations

import numpy as np

from linli.engine.districting.terrain import Terrain
from linli.engine.kernels import Draft


def renamed(terrain: Terrain, draft: Draft) -> Draft:
    """Return the same parts under the ids that leave most units at home.

    A part that is bound to its id keeps it: a closed or registered community, one with locked parcels, one with its
    office inside. An id whose office is known goes only to the part where the office stands. The rest is an
    assignment problem, solved exactly (Crouse 2016, as in SciPy).
    """
    from scipy.optimize import linear_sum_assignment

    ground = terrain.ground
    labels = np.arange(len(ground.low))
    bound = ground.closed | ground.enduring
    bound[ground.anchor[(ground.anchor >= 0) & (ground.anchor == draft.label)]] = True
    parts = labels[(draft.count > 0) & ~bound]
    if len(parts) == 0:
        return draft
    ids = np.union1d(labels[: terrain.present_labels][~bound[: terrain.present_labels]], parts)
    at_home = np.zeros((len(labels), terrain.present_labels), dtype=np.int64)
    known = ground.home >= 0
    np.add.at(at_home, (draft.label[known], ground.home[known]), ground.stay[known])
    gain = np.zeros((len(parts), len(ids)), dtype=np.int64)
    present = ids < terrain.present_labels
    gain[:, present] = at_home[np.ix_(parts, ids[present])]
    for unit in np.flatnonzero(ground.anchor >= 0):
        elsewhere = parts != draft.label[unit]
        gain[np.ix_(elsewhere, ids == ground.anchor[unit])] = -int(ground.stay.sum()) - 1
    # Twice the gain and one more for the own id, so that ties change no name.
    rows, columns = linear_sum_assignment(2 * gain + (parts[:, None] == ids[None, :]), maximize=True)
    name = labels.copy()
    name[parts[rows]] = ids[columns]
    return Draft.of(name[draft.label].astype(np.int32), ground)
