"""Equivalent dimensions: how many a code without superposition needs for the same loss (slide "3. ... good/bad?").

Without superposition m dimensions keep m features, and `losses.loss_without_superposition` is the exact loss of the
best such code. A model in superposition is compared with these: five dimensions may do what nine do without.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from toymodels.analysis.losses import losses_without_superposition
from toymodels.arrays import Array, finite
from toymodels.run import Run


def dimensions_for_loss(loss: float, importances: npt.ArrayLike, feature_probability: float) -> float:
    """Dimensions m', from 0 to n, that a code without superposition needs for this loss.

    Between two whole numbers in proportion to the loss: 5.5 is half-way from the loss of five to that of six.
    """
    losses = losses_without_superposition(importances, feature_probability)
    return float(np.interp(-finite("loss", loss), -losses, np.arange(len(losses))))


def equivalent_dimensions(run: Run) -> Array:
    """`dimensions_for_loss` of every instance of a run, (instances,).

    For an absolute-value model this counts features: each of them needs two neurons without superposition. An
    active |x_i| is uniform on [0, 1] as well, so that a feature left out adds the same to the loss.

    Raises:
        ValueError: if the data are of another kind, whose loss without superposition is another.
    """
    return _dimensions(run, run.loss)


def equivalent_dimensions_error(run: Run) -> Array:
    """Standard error of `equivalent_dimensions` from that of the loss, (instances,): half of what it moves by ± one.

    Raises:
        ValueError: as `equivalent_dimensions`.
    """
    return (_dimensions(run, run.loss - run.loss_error) - _dimensions(run, run.loss + run.loss_error)) / 2


def _dimensions(run: Run, loss: Array) -> Array:
    spec = run.spec
    if not spec.is_plain:
        raise ValueError(f"run must be of independent features of one density, uniform where active, got {spec!r:.200}")
    weights = np.broadcast_to(spec.importances, (spec.n_instances, spec.n_features))
    models = zip(loss.tolist(), weights, spec.feature_probability, strict=True)
    return np.array([dimensions_for_loss(one, importances, p) for one, importances, p in models])
