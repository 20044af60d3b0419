"""Measures of a W by hand, slides "Can we quantify superposition?": its run, numbers in words, and claims."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from toymodels.analysis.losses import estimate
from toymodels.analysis.weights import feature_dimensionality, gram, represented, superposition
from toymodels.arrays import Array, finite
from toymodels.experiments.arrangements import DECK, arrangement_of, bias_by_hand
from toymodels.experiments.check import TOLERANCE, Check
from toymodels.models import autoencode
from toymodels.names import with_error
from toymodels.provenance import Provenance
from toymodels.run import Run
from toymodels.spec import Activation, Autoencoder
from toymodels.version import __version__

EXACT = 1e-6
"""Numbers of a W made by hand are equal when they are this near."""

SAMPLES = 65_536
"""Held-out samples by which a W by hand is judged: a standard error of at most half a percent of its loss.

Sixteen times as many, as after a training, take half a second of a page and hardly tell more.
"""

SAMPLES_OF_A_CURVE = 4096
"""The same for every density of a curve over S, where one does not read digits; the densities share them."""

RUNS_KEPT = 64
"""Runs of a W by hand that are kept, of a kilobyte, or of ten where they have the densities of a curve."""

PACKED = 0.005
"""The D_i add up to m when they miss it by at most this much per dimension."""

SLIDE = "slide “Can we quantify superposition?”"
GEOMETRY = "paper, “The geometry of superposition”"


def by_hand(spec: Autoencoder, W: npt.ArrayLike, seed: int = 0, samples: int = SAMPLES) -> Run:
    """Run of a W by hand (hidden, features) with its `bias_by_hand` at every density of a spec, without a training.

    Its losses are `losses.estimate` of so many samples per density.
    """
    matrix = np.ascontiguousarray(W, dtype=np.float64)
    return _by_hand(spec, matrix.tobytes(), matrix.shape, seed, samples)


# A page asks for the same W each time it runs.
@functools.lru_cache(maxsize=RUNS_KEPT)
def _by_hand(spec: Autoencoder, values: bytes, shape: tuple[int, ...], seed: int, samples: int) -> Run:
    W = np.frombuffer(values).reshape(shape)
    biases = [bias_by_hand(W, p, spec.activation) for p in spec.feature_probability]
    parameters = {
        "W": np.repeat(W.astype(np.float32)[None], spec.n_instances, axis=0),
        "b": np.stack(biases).astype(np.float32),
    }
    loss, error = estimate(spec, parameters, samples, seed)
    return Run(spec, seed, 0, 1, parameters, loss, error, 0.0, provenance=Provenance(__version__, "by hand"))


def number(value: float) -> str:
    """A number in three digits, and the fraction beside it if it is a simple one: "0.667 (2/3)"."""
    fraction = Fraction(value).limit_denominator(9)
    text = f"{round(value, 4) + 0.0:.3g}"
    if fraction.denominator > 1 and abs(float(fraction) - value) <= EXACT:
        text += f" ({fraction})"
    return text.replace("-", "−")


def span(values: npt.ArrayLike) -> str:
    """The range of some numbers: "0.5 (1/2) each", "0.4 (2/5) to 0.5 (1/2)"."""
    numbers = finite("values", values)
    least, greatest = float(numbers.min()), float(numbers.max())
    if greatest - least <= EXACT:
        return number(greatest) + (" each" if numbers.size > 1 else "")
    return f"{number(least)} to {number(greatest)}"


def superposition_of_represented(W: npt.ArrayLike) -> Array:
    """Superposition measure of the features that W (hidden, features) represents; of all if it represents none.

    The direction of a feature that is not represented is random, and so is its superposition.
    """
    measure, learned = superposition(W), represented(W)
    return measure[learned] if learned.any() else measure


def one_hot_errors(W: npt.ArrayLike, activation: Activation = "relu") -> Array:
    """Errors ReLU(W^T W e_i) - e_i for every feature i, (features, features) row by row; no bias, as on the slide."""
    faces = np.eye(np.shape(W)[-1])
    bias = np.zeros(len(faces))
    return np.asarray(autoencode(finite("W", W), bias, faces, activation) - faces)


def inverse_gives_every_feature_back(W: npt.ArrayLike, names: Sequence[str], activation: Activation) -> Check:
    """ReLU(W^T .) undoes W on every one-hot face."""
    errors = one_hot_errors(W, activation)
    sent, got = divmod(int(np.abs(errors).argmax()), len(errors))
    worst = float(errors[sent, got])
    if abs(worst) <= EXACT:
        measured = "Every one-hot face comes back exactly."
    elif sent == got:
        measured = f"At worst {names[sent]} = 1 comes back as {number(1 + worst)}."
    else:
        measured = f"At worst {names[sent]} = 1 comes back with {names[got]} = {number(worst)}, which should be 0."
    output = "ReLU[Wᵀ(·)]" if activation == "relu" else "Wᵀ(·)"
    return Check(
        f"{output} is an inverse: each face with one feature comes back from its h.", SLIDE, measured,
        abs(worst) <= EXACT,
    )  # fmt: skip


def decks_numbers(W: npt.ArrayLike) -> Check:
    """W^T W, the superposition measure and D_i of the deck's own W."""
    claim = "The deck's W: WᵀW is 1 on the diagonal and −1 within a pair; superposition measure 1, Dᵢ = 1/2."
    W = finite("W", W)
    if W.shape != DECK.W.shape or np.abs(W - DECK.W).max() > EXACT:
        return Check(claim, SLIDE, "This is another W.", None)
    measure, dimensionality = superposition(W), feature_dimensionality(W)
    expected = np.eye(4) - np.eye(4)[[2, 3, 0, 1]]
    holds = bool(
        np.abs(gram(W) - expected).max() <= EXACT
        and np.abs(measure - 1).max() <= EXACT
        and np.abs(dimensionality - 1 / 2).max() <= EXACT
    )
    return Check(
        claim, SLIDE, f"Superposition measure {span(measure)}, Dᵢ = {span(dimensionality)}; WᵀW as drawn.", holds
    )


def polytopes_have_their_fraction(W: npt.ArrayLike) -> Check:
    """The D_i that geometry promises for a named arrangement."""
    claim = "Dᵢ is the polytope's fraction: polygon 2/k, simplex d/(d + 1), digon 1/2, square antiprism 3/8."
    arrangement = arrangement_of(W)
    if arrangement is None:
        return Check(claim, GEOMETRY, "This W is none of the named arrangements.", None)
    found = feature_dimensionality(W)
    return Check(
        claim,
        GEOMETRY,
        f"{arrangement.name.capitalize()}: {span(found)}; promised {span(arrangement.dimensionality)}.",
        bool(np.abs(found - arrangement.dimensionality).max() <= EXACT),
    )


def every_dimension_is_used(W: npt.ArrayLike) -> Check:
    """Sum_i D_i = m. No W can have more: by Cauchy and Schwarz, sum_i D_i is at most the rank of W."""
    total, n_hidden = float(feature_dimensionality(W).sum()), np.shape(W)[-2]
    return Check(
        "The packing is efficient: the dimensions per feature add up to the dimensions there are, Σ Dᵢ = m.",
        GEOMETRY,
        f"Σ Dᵢ = {total:.3g}, m = {n_hidden}.",
        abs(total - n_hidden) <= PACKED * n_hidden,
    )


def descent_makes_it_no_worse(start: Run, end: Run) -> Check:
    """Training from a W does not end at a higher loss (2 % tolerance)."""
    before, after = float(start.loss[0]), float(end.loss[0])
    return Check(
        "Gradient descent from this W ends at no higher loss.",
        "slide “A familiar loss function”",
        f"{with_error(before, start.loss_error[0])} before, {with_error(after, end.loss_error[0])} after.",
        after <= TOLERANCE * before + 2 * float(end.loss_error[0]),
    )
