"""How many dimensions superposition saves (slide "3. Is superposition good/bad?").

Without superposition m dimensions keep m features, and that is all they can do: `most_important_alone` is the exact
loss of the best such code. A code in superposition is measured against these: it is worth as many dimensions as they
would need for the same loss.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from toymodels.analysis.losses import most_important_alone
from toymodels.arrays import Array
from toymodels.run import Run
from toymodels.spec import Autoencoder

N_FEATURES = 20
DECAY = 0.9
HIDDEN = (1, 2, 3, 4, 5, 6, 8, 10, 12, 15)
"""The m that are trained; beyond them both codes keep nearly everything."""

DENSITIES = (1.0, 0.5, 0.3, 0.2, 0.1, 0.05, 0.02, 0.01)
"""The 1 - S at which one m is trained, from dense to sparse."""


def storage_spec(n_hidden: int, feature_probability: float | Sequence[float], decay: float = DECAY) -> Autoencoder:
    """The autoencoder of twenty features, I_i = decay^i.

    Raises:
        ValueError: as `Autoencoder`.
    """
    return Autoencoder(N_FEATURES, n_hidden, feature_probability, decay)


def losses_alone(importances: npt.ArrayLike, feature_probability: float) -> Array:
    """The loss of the best code without superposition in m = 0 .. n dimensions, (n + 1,); at m = n it is 0."""
    counts = range(np.size(importances) + 1)
    return np.array([most_important_alone(importances, m, feature_probability) for m in counts])


def dimensions_alone(loss: float, importances: npt.ArrayLike, feature_probability: float) -> float:
    """m', the dimensions that a code without superposition needs for this loss, from 0 to n.

    Between two whole numbers in proportion to the loss: 5.5 is half-way from the loss of five to that of six.
    """
    costs = losses_alone(importances, feature_probability)
    return float(np.interp(-loss, -costs, np.arange(len(costs))))


def worth(run: Run) -> Array:
    """`dimensions_alone` of every instance of a run, (instances,).

    For an absolute-value model this counts features: each of them needs two neurons without superposition. An
    active |x_i| is uniform on [0, 1] as well, so that what is left out costs the same.
    """
    spec = run.spec
    models = zip(run.loss.tolist(), spec.feature_probability, strict=True)
    return np.array([dimensions_alone(loss, spec.importances, p) for loss, p in models])
