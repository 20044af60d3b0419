"""Losses L = E sum_i I_i (target_i - x'_i)^2: in closed form where there is one, else estimated on held-out data.

With exactly k features active, L = sum_k P(k) L_k, where P(k) is binomial (`active_probability`). L_0 and L_1 are
exact for every model here (`zero_active`, `one_active`), the linear model is exact as a whole (`linear_expected`),
and so are two features in one dimension (`two_feature_losses`). `estimate` needs samples for k >= 2 only.

All in float64. Importance is as in the specs: a decay r meaning r**i, or one number per feature, (..., features).

That sum over k is for independent uniform features of one density (`Spec.is_plain`) and outputs of straight pieces. For
other data and for GELU the all-zero sample is exact and samples make up the rest; on a fixed set of samples every loss
is exact.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from toymodels.analysis.weights import gram
from toymodels.arrays import LARGEST, Array, finite, floats, within
from toymodels.checks import MAX_SEED, real_number, whole_number
from toymodels.data import MAX_WIDTH, FixedSamples, variance
from toymodels.models import LEAK, activated, outputs, parameter_shapes, targets
from toymodels.samples import active_probability, several_active
from toymodels.spec import Activation, Spec, checked_spec, importances

LATTICES = 16
"""An estimate is the mean over this many independent lattices of samples; their spread gives its error."""

HELD_OUT = 1
"""Marks the random numbers of `estimate`; training and selection use others."""

NEGLIGIBLE = 1e-9
"""`estimate` leaves L_1 out where one active feature alone is rarer than several by this factor."""

MAX_ESTIMATE = 1 << 31
"""Most samples of an estimate."""

MAX_NUMBERS = 1 << 21
"""Most numbers that `estimate` puts into one array."""


@dataclass(frozen=True)
class OneActive:
    """Terms of the loss with one active feature (slides "As to why ..."; paper, "Mathematical understanding").

    Attributes:
        benefit: (..., features), the loss at output i of the active feature i. Feature benefit makes it small.
        interference: (..., features, features), entry (i, j): what the active feature i adds to the loss at output
            j, weighted by I_j. Zero where i = j.
    """

    benefit: Array
    interference: Array

    @property
    def total(self) -> Array:
        """(...): the sum over the active feature i and over j. Divide by n for L_1, the average over i."""
        return np.asarray(self.benefit.sum(axis=-1) + self.interference.sum(axis=(-2, -1)))


def one_active(
    W: npt.ArrayLike, b: npt.ArrayLike, importance: float | Sequence[float] | Array, activation: Activation = "relu"
) -> OneActive:
    """Exact loss with one active feature, x_i uniform on [0, 1].

    sum_i Int_0^1 I_i (x - ReLU(|W_i|^2 x + b_i))^2 dx + sum_{i != j} Int_0^1 I_j ReLU(W_j . W_i x + b_j)^2 dx: every
    integrand is a square of straight pieces. With activation "linear" or "leaky_relu" in place of the ReLU.

    Args:
        W: (..., hidden, features).
        b: (..., features).
        importance: a decay, or (..., features).
        activation: "relu", "linear" or "leaky_relu"; there is no closed form for GELU.

    Raises:
        ValueError: if W and b do not fit, or a number in them is not finite, or an importance is negative, or there is
            no closed form.
    """
    slope, offset, weight = _responses(W, b, importance)
    return _split(weight * _integral(slope, offset, np.eye(slope.shape[-1]), activation))


def at_one(
    W: npt.ArrayLike, b: npt.ArrayLike, importance: float | Sequence[float] | Array, activation: Activation = "relu"
) -> OneActive:
    """Exact loss with one active feature that is 1.

    sum_i I_i (1 - ReLU(|W_i|^2 + b_i))^2 + sum_{i != j} I_j ReLU(W_j . W_i + b_j)^2. With activation "linear" and
    b = 0 this is the paper's sum_i I_i (1 - |W_i|^2)^2 + sum_{i != j} I_j (W_j . W_i)^2.
    Arguments and errors as for `one_active`.
    """
    slope, offset, weight = _responses(W, b, importance)
    return _split(weight * (np.eye(slope.shape[-1]) - activated(slope + offset, activation)) ** 2)


def zero_active(
    b: npt.ArrayLike, importance: float | Sequence[float] | Array, activation: Activation = "relu"
) -> Array:
    """Loss of the all-zero sample, L_0 = sum_i I_i ReLU(b_i)^2, (...), for b (..., features).

    Raises:
        ValueError: if b has no axis, or a number in it is not finite, or an importance is negative.
    """
    output = activated(finite("b", b), activation)
    if output.ndim < 1:
        raise ValueError(f"b must have axes (..., features), got the number {output}")
    return np.asarray(np.sum(importances(importance, output.shape[-1]) * output**2, axis=-1))


def linear_expected(
    W: npt.ArrayLike, b: npt.ArrayLike, importance: float | Sequence[float] | Array, feature_probability: npt.ArrayLike
) -> Array:
    """Exact loss of the linear model x' = W^T W x + b, (...).

    With M = W^T W - 1, E[x] = p/2 and Var[x] = p/3 - p^2/4: sum_i I_i ((sum_j M_ij p/2 + b_i)^2 + sum_j M_ij^2 Var).

    Args:
        W: (..., hidden, features).
        b: (..., features).
        importance: a decay, or (..., features).
        feature_probability: p, a number or (...), from 0 to 1.

    Raises:
        ValueError: if W and b do not fit, or a number in them is not finite, or p is outside its range.
    """
    slope, offset, weight = _responses(W, b, importance)
    p = within("feature_probability", feature_probability, 0, 1)[..., None]
    residual = slope - np.eye(slope.shape[-1])  # symmetric, so rows and columns are the same
    mean = residual.sum(axis=-1) * p / 2 + offset[..., 0, :]
    spread = (residual**2).sum(axis=-1) * variance(p)
    return np.asarray(np.sum(weight[..., 0, :] * (mean**2 + spread), axis=-1))


def linear_expected_of(
    W: npt.ArrayLike, b: npt.ArrayLike, importance: float | Sequence[float] | Array, mean: npt.ArrayLike,
    covariance: npt.ArrayLike,
) -> Array:  # fmt: skip
    """Exact loss of the linear model x' = W^T W x + b on data of a mean and a covariance, (...).

    With M = W^T W - 1: sum_i I_i ((M E[x] + b)_i^2 + (M Cov[x] M^T)_ii).

    Args:
        W: (..., hidden, features).
        b: (..., features).
        importance: as for `one_active`.
        mean: E[x], (..., features).
        covariance: (..., features, features).

    Raises:
        ValueError: if W and b do not fit, or a number in them is not finite.
    """
    slope, offset, weight = _responses(W, b, importance)
    mean, covariance = finite("mean", mean), finite("covariance", covariance)
    n = slope.shape[-1]
    if mean.shape[-1:] != (n,) or covariance.shape[-2:] != (n, n):
        raise ValueError(
            f"mean must be (..., {n}) and covariance (..., {n}, {n}), got {mean.shape} and {covariance.shape}"
        )
    residual = slope - np.eye(n)
    off = (residual @ mean[..., None])[..., 0] + offset[..., 0, :]
    spread = ((residual @ covariance) * residual).sum(axis=-1)
    return np.asarray(np.sum(weight[..., 0, :] * (off**2 + spread), axis=-1))


def exact_loss(spec: Spec, parameters: Mapping[str, npt.ArrayLike]) -> Array | None:
    """Loss in closed form, (..., instances), where there is one: the linear model, and a fixed set of samples.

    None for any other model. Parameters as for `estimate`.

    Raises:
        ValueError: naming the parameter, if one is missing or of another shape.
    """
    p, data = spec.probabilities, spec.data
    if isinstance(data, FixedSamples):
        ahead, arrays = _one_axis_ahead(spec, parameters)
        return _mean_loss(spec, arrays, data.all(p, spec.signed)).reshape(*ahead, spec.n_instances)
    if not spec.activation == spec.hidden_activation == "linear":
        return None
    arrays = _fitting(spec, parameters, np.float64)
    W, b = arrays["W"], arrays["b"]
    if spec.is_plain:
        return linear_expected(W, b, spec.importances, spec.feature_probability)
    mean, weight = data.mean(p), np.broadcast_to(spec.importances, p.shape)
    # One at a time: a covariance is as large as W^T W.
    losses = [
        linear_expected_of(W[..., k, :, :], b[..., k, :], weight[k], mean[k], data.covariance(p[k]))
        for k in range(spec.n_instances)
    ]
    return np.stack(losses, axis=-1)


def best_linear_bias(W: npt.ArrayLike, feature_probability: float) -> Array:
    """Bias that minimises `linear_expected`, (..., features): p/2 (1 - sum_j W_i . W_j), right on average.

    Raises:
        ValueError: as `linear_expected`.
    """
    bias: Array = within("feature_probability", feature_probability, 0, 1) / 2 * (1 - gram(W).sum(axis=-1))
    return bias


def unrepresented_loss(importance: float, feature_probability: float) -> float:
    """Loss of features whose output is their mean, p/2: I Var[x_i], for the sum I of their importances.

    Raises:
        ValueError: if I is negative, or p is not from 0 to 1.
    """
    importance = real_number("importance", importance, 0, LARGEST)
    return importance * variance(real_number("feature_probability", feature_probability, 0, 1))


def antipodal_loss(importance: float, feature_probability: float) -> float:
    """Loss of features in antipodal pairs of unit length with b = 0: I p^2 / 6, for the sum I of their importances.

    With ReLU a pair (i, j) errs only when both are active: the greater is too small, and the smaller is missed, by
    the smaller one.

    Raises:
        ValueError: if I is negative, or p is not from 0 to 1.
    """
    p = real_number("feature_probability", feature_probability, 0, 1)
    return real_number("importance", importance, 0, LARGEST) * (p * p) / 6


def antipodal_pays_below(paired: float, dropped: float) -> float:
    """Phase boundary, the p below which antipodal pairs have a lower loss than one feature of each pair by itself.

    Equating `antipodal_loss` and `unrepresented_loss` gives p = 4 I' / (2 I + 3 I').

    Args:
        paired: I, the sum of the importances of all paired features.
        dropped: I', the sum of those that are unrepresented otherwise.

    Raises:
        ValueError: if one of them is negative, or both are 0.
    """
    paired, dropped = (real_number(*one, 0, LARGEST) for one in (("paired", paired), ("dropped", dropped)))
    if paired == dropped == 0:
        raise ValueError("paired and dropped must not both be 0")
    return 4 * dropped / (2 * paired + 3 * dropped)


def losses_without_superposition(importances: npt.ArrayLike, feature_probability: float) -> Array:
    """Losses of the best code without superposition in m = 0 .. n dimensions, (n + 1,); at m = n it is 0.

    A dimension each for the m most important features; the others have the `unrepresented_loss`.

    Args:
        importances: (features,).
        feature_probability: p.

    Raises:
        ValueError: if an importance is negative or not finite, or p is not from 0 to 1.
    """
    weights = within("importances", importances, 0, LARGEST)
    if weights.ndim != 1:
        raise ValueError(f"importances must be of shape (features,), got {weights.shape}")
    # What is dropped, from all features down to none: the least important ones.
    dropped = np.cumsum([0.0, *np.sort(weights)])[::-1]
    return np.asarray(dropped * variance(feature_probability))


def loss_without_superposition(importances: npt.ArrayLike, n_hidden: int, feature_probability: float) -> float:
    """One of `losses_without_superposition`, that in m = n_hidden dimensions; 0 where there are as many as features.

    Raises:
        ValueError: as that, or if n_hidden is not a whole number from 0 to 4096.
    """
    n_hidden = whole_number("n_hidden", n_hidden, 0, MAX_WIDTH)
    losses = losses_without_superposition(importances, feature_probability)
    return float(losses[min(n_hidden, len(losses) - 1)])


class TwoFeatures(NamedTuple):
    """Losses of three ways to keep two features, importances (1, r), in one dimension."""

    ignore_second: float
    ignore_first: float
    antipodal: float


def two_feature_losses(relative_importance: float, feature_probability: float) -> TwoFeatures:
    """Exact losses of two features in one dimension: ignore the second, ignore the first, antipodal.

    An ignored feature has its best bias, b = p/2. The antipodal pair has W = (1, -1) and b = 0, which is not its best
    bias where p is large: `two_features.best_bias` finds that one.

    Raises:
        ValueError: if r is negative, or p is not from 0 to 1.
    """
    r, p = real_number("relative_importance", relative_importance, 0, LARGEST), feature_probability
    return TwoFeatures(unrepresented_loss(r, p), unrepresented_loss(1, p), antipodal_loss(1 + r, p))


def two_feature_boundary(relative_importance: float) -> float:
    """Phase boundary, the p below which the antipodal pair has the least loss of `two_feature_losses`.

    min(2r/(1 + 2.5r), 2/(2.5 + r)).

    Raises:
        ValueError: if r is negative.
    """
    r = real_number("relative_importance", relative_importance, 0, LARGEST)
    return min(2 * r / (1 + 2.5 * r), 2 / (2.5 + r))


class Estimate(NamedTuple):
    """A held-out loss and its standard error, each (..., instances)."""

    loss: Array
    error: Array


def estimate(spec: Spec, parameters: Mapping[str, npt.ArrayLike], samples: int = 16_384, seed: int = 0) -> Estimate:
    """Loss of any weights, trained, made by hand, or many sets at once: an unbiased estimate, or exact if linear.

    k = 0 and k = 1 are exact, samples with k >= 2 make up the rest; for data that are not plain, k = 0 is exact. The
    linear model, and any model on a fixed set of samples, is exact as a whole, with error 0: an estimate of it could
    lie below its own optimum. All sets of weights, and all calls with the same seed, meet the same samples: differences
    are sharper than the errors say.

    Args:
        spec: the model, its data and importances.
        parameters: "W" and "b", or "W1", "W2" and "b": (..., instances, ...) as in `Run.parameters`, with any axes
            in front of the instances.
        samples: how many samples with k >= 2 (k >= 1 for data that are not plain) per instance; at least 32, for they
            come in 16 parts.
        seed: 0 to 2**32 - 1. No seed of `train` trains or selects on the samples that a seed gives here.

    Raises:
        ValueError: naming the argument or the parameter, the value or shape, and what is allowed.
    """
    spec = checked_spec("spec", spec)
    samples = whole_number("samples", samples, 2 * LATTICES, MAX_ESTIMATE)
    seed = whole_number("seed", seed, 0, MAX_SEED)
    exact = exact_loss(spec, parameters)
    if exact is not None:
        return Estimate(exact, np.zeros_like(exact))
    return estimate_from(spec, parameters, samples, np.random.Generator(np.random.SFC64((seed, HELD_OUT))))


def estimate_from(
    spec: Spec, parameters: Mapping[str, npt.ArrayLike], samples: int, rng: np.random.Generator
) -> Estimate:
    """`estimate` on samples from rng."""
    ahead, arrays = _one_axis_ahead(spec, parameters)
    exact = exact_part(spec, arrays)
    sampled, rest = np.zeros((LATTICES, *exact.shape)), sampled_probability(spec)
    each = max(2, -(-samples // LATTICES))
    for part in sampled if rest.any() else ():
        for x in _drawn(spec, each, rng):
            part += x.shape[1] / each * _mean_loss(spec, arrays, x)
    loss = exact + rest * sampled.mean(axis=0)
    error = rest * sampled.std(axis=0, ddof=1) / math.sqrt(LATTICES)
    return Estimate(loss.reshape(*ahead, spec.n_instances), error.reshape(*ahead, spec.n_instances))


def _one_axis_ahead(
    spec: Spec, parameters: Mapping[str, npt.ArrayLike]
) -> tuple[tuple[int, ...], dict[str, Array]]:  # fmt: skip
    """The axes in front of the instances, and the parameters in single precision, (sets, instances, ...)."""
    arrays = _fitting(spec, parameters, np.float32)
    shapes = {name: (spec.n_instances, *shape) for name, shape in parameter_shapes(spec).items()}
    flat = {name: array.reshape(-1, *shapes[name]) for name, array in arrays.items()}
    return arrays["b"].shape[:-2], flat


def _fitting(
    spec: Spec, parameters: Mapping[str, npt.ArrayLike], dtype: type[np.floating[Any]]
) -> dict[str, Array]:  # fmt: skip
    """The parameters as arrays, (..., instances, ...), refused if one is missing or of another shape."""
    shapes = parameter_shapes(spec)
    missing = [name for name in shapes if name not in parameters]
    if missing:
        raise ValueError(
            f"parameters must hold {', '.join(shapes)}, got {', '.join(map(str, parameters)) or 'nothing'}"
        )
    arrays = {name: floats(name, parameters[name], dtype) for name in shapes}
    ahead = arrays["b"].shape[:-2]
    for name, shape in shapes.items():
        whole = (*ahead, spec.n_instances, *shape)
        if arrays[name].shape != whole:
            raise ValueError(f"{name} must be of shape {whole}, got {arrays[name].shape}")
    return arrays


def splits_by_active(spec: Spec) -> bool:
    """Whether the loss with one active feature is known in closed form: plain data, and straight pieces."""
    return spec.is_plain and spec.activation != "gelu"


def sampled_probability(spec: Spec) -> Array:
    """Probability of the samples that no closed form covers, (instances,): see `exact_part`."""
    if not splits_by_active(spec):
        return 1 - _silence(spec)
    if spec.n_features == 1:
        # No more than one is ever active; the difference below would leave a rounding error to be sampled.
        return np.zeros(spec.n_instances)
    share = active_probability(spec.feature_probability, spec.n_features)
    return np.clip(1 - share[:, 0] - share[:, 1], 0, None)


def exact_part(spec: Spec, parameters: Mapping[str, Array]) -> Array:
    """What samples with at most one active feature add to the loss, P(0) L_0 + P(1) L_1: (sets, instances).

    For data that are not plain P(0) L_0. Parameters as for `estimate`, with one axis in front of the instances.
    """
    nothing = zero_active(parameters["b"], spec.importances, spec.activation)
    if not splits_by_active(spec):
        return np.asarray(_silence(spec) * nothing)
    share = active_probability(spec.feature_probability, spec.n_features)
    exact: Array = share[:, 0] * nothing
    if np.any(share[:, 1] > NEGLIGIBLE * sampled_probability(spec)):
        exact += share[:, 1] * _one_active_mean(spec, parameters)
    return exact


def _silence(spec: Spec) -> Array:
    """Probability that no feature is active, (instances,)."""
    silence: Array = np.prod(1 - spec.data.unit_probability(spec.probabilities), axis=-1)
    return silence


def _drawn(spec: Spec, samples: int, rng: np.random.Generator) -> Iterator[Array]:
    """Samples that no closed form covers, (instances, some samples, features) at a time."""
    if splits_by_active(spec):
        yield several_active(spec.feature_probability, spec.n_features, samples, rng, spec.signed)
        return
    at_once = max(2, MAX_NUMBERS // (spec.n_instances * spec.n_features))
    for first in range(0, samples, at_once):
        yield spec.data.sample_active(spec.probabilities, min(at_once, samples - first), rng, spec.signed)


def _mean_loss(spec: Spec, parameters: Mapping[str, Array], x: Array) -> Array:
    """Mean loss over samples x (instances, samples, features), (sets, instances), some sets at a time."""
    sets, weight = len(parameters["b"]), spec.importances.astype(np.float32)
    at_once = max(1, MAX_NUMBERS // x.size)
    means: Array = np.empty((sets, spec.n_instances))
    for first in range(0, sets, at_once):
        some = slice(first, first + at_once)
        residual = outputs(spec, {name: array[some] for name, array in parameters.items()}, x)
        residual -= targets(spec, x)
        residual *= residual
        means[some] = np.mean(_weighted(residual, weight), axis=-1, dtype=np.float64)
    return means


def _weighted(terms: Array, weight: Array) -> Array:
    """Sum over the features of terms (..., instances, samples, features) by weight, (features,) or (instances, ...)."""
    return np.asarray(terms @ weight if weight.ndim == 1 else (terms @ weight[..., None])[..., 0])


def _one_active_mean(spec: Spec, parameters: Mapping[str, Array]) -> Array:
    """L_1, (sets, instances), some active features at a time: all at once are n^2 integrals per model."""
    n = spec.n_features
    sets, instances = parameters["b"].shape[:2]
    rows = max(1, MAX_NUMBERS // (sets * instances * n))
    offset = parameters["b"].astype(np.float64)[..., None, :]
    total: Array = np.zeros((sets, instances))
    for first in range(0, n, rows):
        active = slice(first, first + rows)
        target = np.eye(n)[active]
        for slope in _one_active_slopes(spec, parameters, active):
            total += _weighted(_integral(slope, offset, target, spec.activation), spec.importances).sum(axis=-1)
    return total / (2 * n if spec.signed else n)


def _one_active_slopes(spec: Spec, parameters: Mapping[str, Array], active: slice) -> list[Array]:
    """What an active feature at x = t (and at x = -t) adds to the outputs per t: (..., active, features) each."""
    if spec.tied:
        W = parameters["W"].astype(np.float64)
        return [activated(np.swapaxes(W[..., active], -1, -2), spec.hidden_activation) @ W]
    W1, W2 = parameters["W1"].astype(np.float64)[..., active], parameters["W2"].astype(np.float64)
    return [np.swapaxes(np.maximum(sign * W1, 0), -1, -2) @ np.swapaxes(W2, -1, -2) for sign in (1, -1)]


def _responses(
    W: npt.ArrayLike, b: npt.ArrayLike, importance: float | Sequence[float] | Array
) -> tuple[Array, Array, Array]:
    """W_i . W_j (..., active i, output j), b_j (..., 1, output j) and I_j (..., 1, output j)."""
    W, b = finite("W", W), finite("b", b)
    if W.ndim < 2 or b.ndim < 1 or W.shape[-1] != b.shape[-1]:
        raise ValueError(f"W must be (..., hidden, features) and b (..., features), got {W.shape} and {b.shape}")
    return np.swapaxes(W, -1, -2) @ W, b[..., None, :], importances(importance, W.shape[-1])[..., None, :]


def _split(terms: Array) -> OneActive:
    diagonal = np.eye(terms.shape[-1], dtype=bool)
    return OneActive(np.diagonal(terms, axis1=-2, axis2=-1).copy(), np.where(diagonal, 0.0, terms))


def _integral(slope: Array, offset: Array, target: Array, activation: Activation) -> Array:
    """Int_0^1 (target x - ReLU(slope x + offset))^2 dx, elementwise; or leaky, or without the ReLU.

    From 0 to 1 there is at most one kink, at the root of slope x + offset: one piece lets the output through.

    Raises:
        ValueError: if the activation is none of straight pieces.
    """
    if activation not in ("relu", "linear", "leaky_relu"):
        raise ValueError(
            f"activation must be 'relu', 'linear' or 'leaky_relu', whose loss is exact here, got {activation!r:.40}"
        )
    low, high = np.zeros_like(slope), np.ones_like(slope)
    if activation != "linear":
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            root = np.clip(-offset / slope, 0, 1)
        low = np.where(slope > 0, root, low)
        high = np.where(slope < 0, root, np.where((slope == 0) & (offset <= 0), low, high))
    passed = _integral_of_square(target - slope, -offset, low, high)
    leak = LEAK if activation == "leaky_relu" else 0.0
    rest, shift = target - leak * slope, -leak * offset
    blocked = _integral_of_square(rest, shift, 0.0, low) + _integral_of_square(rest, shift, high, 1.0)
    return passed + blocked


def _integral_of_square(slope: Array, offset: Array | float, low: Array | float, high: Array | float) -> Array:
    """Int_low^high (slope x + offset)^2 dx, as a sum of squares, so that nothing cancels."""
    first, last = slope * low + offset, slope * high + offset
    return np.asarray((high - low) * (first**2 + first * last + last**2) / 3)
