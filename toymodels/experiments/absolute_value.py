"""Absolute-value model of the slides "2. Model with sparsity and superposition": constants, specs and claims.

100 features and 40 neurons; the deck's part 2, "How superposition is handled during computations".
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from toymodels.analysis.inhibition import Motif, neurons_in
from toymodels.analysis.losses import unrepresented_loss
from toymodels.analysis.neurons import CONTRIBUTES, SEVERAL, Count, Kind, contributions
from toymodels.arrays import finite
from toymodels.experiments.check import Check
from toymodels.names import percent, with_error
from toymodels.run import Run
from toymodels.spec import AbsMLP

N_FEATURES = 100
N_NEURONS = 40
DECAY = 0.8
DENSITIES = (1.0, 0.3, 0.1, 0.03, 0.01)
"""The deck's 1 - S."""

SPARSER = (0.003, 0.001)
"""Those that the paper adds."""

DENSE_STEPS = 8000
"""Training steps of the dense model, in which the unimportant features are found last."""

HELD_OUT = 1 << 17
"""Most samples behind a loss, a sixteenth of the usual ones, which take up to half of a training on sparse inputs. The
standard error is at most 1 % of it; pages draw ratios of losses, and equivalent neurons, which that moves by 0.1."""


def absolute_value_spec(feature_probability: float) -> AbsMLP:
    """Spec of the model at one density, importance decay 0.8.

    Raises:
        ValueError: as `AbsMLP`.
    """
    return AbsMLP(N_FEATURES, N_NEURONS, feature_probability, DECAY)


def absolute_value_steps(feature_probability: float) -> int | None:
    """Training steps at one density; None for the default of `train`."""
    return DENSE_STEPS if feature_probability == 1 else None


RECIPE_LOSSES = {
    1.0: (0.03762, 0.03583),
    0.3: (0.007342, 0.006993),
    0.1: (0.002122, 0.002791),
    0.03: (0.0008048, 0.0006867),
    0.01: (0.0002002, 0.003085),
}
"""Loss at each density when the paper's recipe trains all of them side by side, from seeds 0 and 1."""

RECIPE_FEATURES = {1.0: (11.0, 11.0), 0.3: (18.0, 18.0), 0.1: (19.5, 18.0), 0.03: (20.0, 20.5), 0.01: (24.5, 23.5)}
"""Features that those models compute, one side counting half. `python -m tests.benchmarks.recipe` trains them again."""

MODERATE = 0.3
"""Down to this density 1 - S all neurons should be monosemantic (slide "Model with sparsity and superposition")."""

SPARSER_THAN_MODERATE, SMALL_NUMBER = 0.03, 0.25
"""At this density some neurons should be polysemantic, at most this part of them (same slide)."""

SPARSE = 0.01
"""At this density more features should be computed than at density 1."""

NEAR_ZERO = 0.01
"""A loss counts as near zero when it is at most this many times the loss of the best constant answer."""


def one_neuron_per_side(W1: npt.ArrayLike, W2: npt.ArrayLike) -> bool:
    """Whether every feature has exactly one neuron for x_i < 0 and one for x_i > 0, which contribute to nothing else.

    W1 is (hidden, features), W2 is (features, hidden). More than `neurons.CONTRIBUTES` counts as a contribution.
    """
    W1 = finite("W1", W1)
    contributes = np.abs(contributions(W1, W2)) > CONTRIBUTES
    sides = [(contributes & (np.sign(W1) == side)).sum(axis=0) for side in (-1, 1)]
    return bool((contributes.sum(axis=1) == 1).all() and (np.array(sides) == 1).all())


def simple_solution_is_found(run: Run) -> Check:
    """With m = 2n neurons: one + and one - neuron per feature, and a loss near zero. Looks at the first instance."""
    spec = run.spec
    found = one_neuron_per_side(run.W1[0], run.W2[0])
    constant = unrepresented_loss(float(spec.importances.sum()), spec.feature_probability[0])
    share, error = float(run.loss[0]) / constant, float(run.loss_error[0]) / constant
    times = f"{with_error(share, error)} times" if share >= 1e-6 else "less than a millionth of"
    return Check(
        "With m = 2n neurons there is a solution without superposition: abs(x) = ReLU(x) + ReLU(−x), "
        "one neuron for each side of each feature. Training finds it.",
        "slide “Simple Model”",
        f"n = {spec.n_features}, m = {spec.n_hidden}: {'one + and one − neuron' if found else 'not one + and one −'} "
        f"for every feature; its loss is {times} that of a constant answer.",
        found and share <= NEAR_ZERO,
    )


def dense_neurons_are_monosemantic(counts: Sequence[Count], monosemantic: float) -> Check:
    """Down to 1 - S = .3 every neuron is monosemantic, by both measures. Needs a density of .3 or more."""
    tested = [one for one in counts if one.feature_probability >= MODERATE]
    by_share = _out_of([(one.monosemantic, one) for one in tested])
    by_number = _out_of([(one.alive - one.several, one) for one in tested])
    return Check(
        "In the dense regime all neurons are monosemantic, and they continue to be to moderate sparsity.",
        "slides “Model with sparsity and superposition”, 1 − S = 1.0 and 0.3",
        f"With at least {monosemantic:g} of the input weight on one feature: {by_share}. With an effective number of "
        f"features below {SEVERAL:g}: {by_number}."
        if tested
        else "Neither density is trained.",
        all(one.polysemantic == one.several == 0 for one in tested) if tested else None,
    )


def few_neurons_are_polysemantic(counts: Sequence[Count], monosemantic: float) -> Check:
    """At 1 - S = .03 some neurons are polysemantic, and at most a quarter of them, by both measures."""
    claim = "As sparsity increases further, we see a small number of highly polysemantic neurons (at most a quarter)."
    source = "slides “Model with sparsity and superposition”, 1 − S = 0.03"
    at = {one.feature_probability: one for one in counts}
    if SPARSER_THAN_MODERATE not in at:
        return Check(claim, source, f"1 − S = {SPARSER_THAN_MODERATE:g} is not trained.", None)
    one = at[SPARSER_THAN_MODERATE]
    return Check(
        claim,
        source,
        f"With an effective number of features of {SEVERAL:g} or more: {one.several} of {one.alive}. With less than "
        f"{monosemantic:g} of the input weight on one feature: {one.polysemantic}, for small weights on many features "
        "add up.",
        all(0 < share <= SMALL_NUMBER for share in (one.several_share, one.polysemantic_share)),
    )


def polysemantic_neurons_grow(counts: Sequence[Count]) -> Check:
    """The share of polysemantic neurons does not fall as S grows, and some appear; by both measures."""
    ordered = sorted(counts, key=lambda one: -one.feature_probability)
    by_share, by_number = [one.polysemantic_share for one in ordered], [one.several_share for one in ordered]
    words = ", ".join(
        f"{percent(share)} ({percent(number)}) at {one.feature_probability:g}"
        for share, number, one in zip(by_share, by_number, ordered, strict=True)
    )
    return Check(
        "As sparsity increases, the number of polysemantic neurons grows.",
        "slides “Model with sparsity and superposition”, 1 − S = 0.1 to 0.01",
        f"Polysemantic by the share of the input weight (by the effective number of features): {words}.",
        _grows(by_share) and _grows(by_number) if len(counts) > 1 else None,
    )


def sparse_computes_more(counts: Sequence[Count]) -> Check:
    """More features are computed at 1 - S = .01 than at 1."""
    at = {one.feature_probability: one for one in counts}
    claim = "The same neurons compute more features when these are sparse: computation in superposition."
    source = "paper, “Computation in superposition”"
    if 1.0 not in at or SPARSE not in at:
        return Check(claim, source, "1 − S = 1 and 0.01 are not both trained.", None)
    dense, sparse = at[1.0], at[SPARSE]
    return Check(
        claim,
        source,
        f"{dense.both_sides} features on both sides and {dense.one_side} on one at 1 − S = 1; "
        f"{sparse.both_sides} and {sparse.one_side} at {SPARSE:g}.",
        sparse.features > dense.features,
    )


def most_neurons_are_simple(kinds: Sequence[Kind]) -> Check:
    """At least half of the neurons are the absolute value or one side of it, and have no other effect."""
    simple = sum(kind in ("absolute value", "one side") for kind in kinds)
    return Check(
        "Many weights are simply implementing absolute value, or a single side of it, in the expected way.",
        "slide “What about weights?”",
        f"{simple} of {len(kinds)} neurons.",
        2 * simple >= len(kinds),
    )


def the_rest_is_the_motif(kinds: Sequence[Kind], motifs: Sequence[Motif]) -> Check:
    """Most of the neurons that are not simple take part in an instance of the motif.

    What a neuron computes is judged without the motif finder: a neuron may be simple and take part, or neither.
    """
    claim = "The main other thing is asymmetric superposition with inhibition (two instances in the deck’s model)."
    source = "slides “What about weights?” and “Some kind of inhibition happens”"
    rest = {neuron for neuron, kind in enumerate(kinds) if kind == "other"}
    if not rest:
        return Check(claim, source, "Every neuron of this model is simple or dead; nothing else is left.", None)
    inside = neurons_in(motifs)
    best = f", the best with score {motifs[0].score:.2f}" if motifs else ""
    return Check(
        claim,
        source,
        f"{len(rest & inside)} of the {len(rest)} neurons that are not simple take part, in {len(motifs)} "
        f"instance{'s' * (len(motifs) != 1)}{best}; so do {len(inside - rest)} of the {len(kinds) - len(rest)} others.",
        2 * len(rest & inside) > len(rest),
    )


def _out_of(counted: Sequence[tuple[int, Count]]) -> str:
    """How many of the neurons that are not dead, by density: "40 of 40 at 1 − S = 1 and 39 of 40 at 1 − S = 0.3"."""
    return " and ".join(f"{number} of {one.alive} at 1 − S = {one.feature_probability:g}" for number, one in counted)


def _grows(shares: Sequence[float]) -> bool:
    return all(later >= earlier for earlier, later in pairwise(shares)) and shares[-1] > 0
