"""Data: which features are active together, and the values that they then have.

A kind of data is a small frozen value, the field `data` of a spec: `Independent` (the default), `Correlated`,
`Anticorrelated` or `FixedSamples`. Each says what is legal, knows its mean, variance and covariance, and draws samples;
the batches of training are drawn in compiled code, see `toymodels.training.batches`.

In all of them x_i = 0 with probability S = 1 - p. Where x_i is active it is uniform on [0, 1], or 1 for binary values;
with a random sign where `signed` is true, as the absolute-value task has it.

Source: Elhage et al. (2022), "Demonstrating superposition" and "The geometry of superposition", part "Correlated and
anticorrelated features"; fixed samples: Henighan et al., "Superposition, Memorization, and Double Descent" (2023).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, ClassVar, Literal, TypeVar, get_args

import numpy as np
import numpy.typing as npt

from toymodels.arrays import Array, within
from toymodels.checks import MAX_SEED, is_sequence, one_of, shown, whole_number

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Numbers = TypeVar("Numbers", float, Array)

Values = Literal["uniform", "binary"]
"""What an active feature is: uniform on [0, 1], or 1."""

MAX_WIDTH = 4096
"""Most features of a model."""

MAX_SAMPLES = 1 << 20
"""Most samples of a fixed set."""


def call(value: DataclassInstance) -> str:
    """The call that makes a dataclass, without the arguments that are as usual."""
    named = [(entry, getattr(value, entry.name)) for entry in fields(value)]
    arguments = ", ".join(f"{entry.name}={given!r}" for entry, given in named if given != entry.default)
    return f"{type(value).__name__}({arguments})"


def variance(feature_probability: Numbers) -> Numbers:
    """Variance p/3 - p^2/4 of a feature that is uniform on [0, 1] where it is active; also of |x_i| on [-1, 1].

    Raises:
        ValueError: if p is not from 0 to 1.
    """
    p = feature_probability
    within("feature_probability", p, 0, 1)
    return p / 3 - p * p / 4


def sample_features(
    feature_probability: Sequence[float] | Array,
    n_features: int,
    samples: int,
    rng: np.random.Generator,
    signed: bool = False,
) -> Array:
    """Independent uniform samples, (instances, samples, features) float32; every feature has a mask of its own.

    Args:
        feature_probability: (instances,) or (instances, features), p = 1 - S, the probability that a feature is not
            zero.
        n_features: number of features n.
        samples: how many samples per instance.
        rng: where the random numbers come from.
        signed: uniform on [-1, 1] where active, as the absolute-value task has it, instead of on [0, 1].

    Raises:
        ValueError: if p is not from 0 to 1, or of another shape.
    """
    density = within("feature_probability", feature_probability, 0, 1).astype(np.float32)
    if density.ndim not in (1, 2) or (density.ndim == 2 and density.shape[1] != n_features):
        raise ValueError(
            f"feature_probability must be of shape (instances,) or (instances, {n_features}), got {density.shape}"
        )
    shape = (len(density), samples, n_features)
    active = rng.random(shape, dtype=np.float32) < (density[:, None] if density.ndim == 2 else density[:, None, None])
    values = rng.random(shape, dtype=np.float32)
    if signed:
        values = 2 * values - 1
    return np.where(active, values, np.float32(0))


@dataclass(frozen=True, repr=False)
class _Data:
    """What all kinds of data have in common: independent units, each a feature or a group of features.

    Methods take p as probabilities (..., features), and `signed` as in `sample_features`.
    """

    together: ClassVar[bool] = True
    """Whether all members of an active group are active, or one of them."""

    values: Values = field(default="uniform", kw_only=True)

    def __post_init__(self) -> None:
        one_of("values", self.values, get_args(Values))

    def __repr__(self) -> str:
        return call(self)

    def to_dict(self) -> dict[str, object]:
        """The kind by name and its fields, as plain values that JSON can hold."""
        return {"kind": type(self).__name__, **{entry.name: getattr(self, entry.name) for entry in fields(self)}}

    def units(self, n_features: int) -> tuple[tuple[int, ...], ...]:
        """Groups of features counted from 0, in ascending order of their first one, single features among them."""
        return tuple((feature,) for feature in range(n_features))

    def check(self, probability: Array) -> None:
        """Refuse probabilities (instances, features) that this kind of data cannot have.

        Raises:
            ValueError: naming the field, the value and the allowed range.
        """

    def unit_probability(self, probability: Array) -> Array:
        """Probability that a unit is active, (..., units)."""
        members = self.units(probability.shape[-1])
        first = probability[..., [unit[0] for unit in members]]
        return first if self.together else first * np.array([len(unit) for unit in members])

    def mean(self, probability: Array, signed: bool = False) -> Array:
        """E[x_i], (..., features)."""
        return probability * _moments(self.values, signed)[0]

    def variance(self, probability: Array, signed: bool = False) -> Array:
        """Variance of x_i, (..., features)."""
        first, second = _moments(self.values, signed)
        return probability * second - (probability * first) ** 2

    def covariance(self, probability: Array, signed: bool = False) -> Array:
        """Covariance of x_i and x_j, (..., features, features)."""
        first, _ = _moments(self.values, signed)
        result: Array = np.zeros((*probability.shape, probability.shape[-1]))
        for unit in self.units(probability.shape[-1]):
            p = probability[..., list(unit)]
            both = p[..., :, None] if self.together else 0.0
            result[..., np.array(unit)[:, None], list(unit)] = first**2 * (both - p[..., :, None] * p[..., None, :])
        diagonal = np.arange(probability.shape[-1])
        result[..., diagonal, diagonal] = self.variance(probability, signed)
        return result

    def sample(self, probability: Array, samples: int, rng: np.random.Generator, signed: bool = False) -> Array:
        """Independent samples, (instances, samples, features) float32, for probabilities (instances, features)."""
        unit = self.unit_probability(probability)
        active = rng.random((len(unit), samples, unit.shape[-1])) < unit[:, None]
        return self._features(active, probability.shape[-1], rng, signed)

    def sample_active(self, probability: Array, samples: int, rng: np.random.Generator, signed: bool = False) -> Array:
        """Samples given that a unit is active, (instances, samples, features) float32; see `some_active`.

        Which is the first active unit is spread evenly over the samples.
        """
        unit = self.unit_probability(probability)
        none_before = np.cumprod(1 - unit, axis=-1)
        below = np.cumsum(unit * np.concatenate([np.ones_like(unit[:, :1]), none_before[:, :-1]], axis=-1), axis=-1)
        quantile = (rng.permutation(samples) + rng.random()) / samples
        first = np.stack([np.searchsorted(row, quantile * row[-1], side="right") for row in below])
        first = np.minimum(first, unit.shape[-1] - 1)[..., None]
        number = np.arange(unit.shape[-1])
        active = rng.random((len(unit), samples, unit.shape[-1])) < unit[:, None]
        return self._features((active & (number > first)) | (number == first), probability.shape[-1], rng, signed)

    def _features(
        self, active: npt.NDArray[np.bool_], n_features: int, rng: np.random.Generator, signed: bool
    ) -> Array:  # fmt: skip
        """Values of the features, (..., features) float32, of which units are active, (..., units)."""
        units = self.units(n_features)
        x = _values(rng, (*active.shape[:-1], n_features), self.values, signed)
        for number, unit in enumerate(units):
            chosen = active[..., number, None]
            if not self.together and len(unit) > 1:
                chosen = chosen & (rng.integers(len(unit), size=active.shape[:-1])[..., None] == np.arange(len(unit)))
            x[..., list(unit)] *= chosen
        return x


@dataclass(frozen=True, repr=False)
class Independent(_Data):
    """Features that are active independently of one another, each with its own probability.

    Args:
        values: "uniform" or "binary", what an active feature is.

    Raises:
        ValueError: naming the field, the value and what is allowed.
    """

    def sample(self, probability: Array, samples: int, rng: np.random.Generator, signed: bool = False) -> Array:
        """Independent samples, (instances, samples, features) float32, for probabilities (instances, features)."""
        if self.values == "binary":
            return super().sample(probability, samples, rng, signed)
        return sample_features(probability, probability.shape[-1], samples, rng, signed)


@dataclass(frozen=True, repr=False)
class _Grouped(_Data):
    """Data with groups of features; features that are in no group are independent of all others."""

    groups: tuple[tuple[int, ...], ...]

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "groups", _groups(self.groups))

    def units(self, n_features: int) -> tuple[tuple[int, ...], ...]:
        """Groups of features counted from 0, in ascending order of their first one, single features among them."""
        grouped = {feature for group in self.groups for feature in group}
        single = ((feature,) for feature in range(n_features) if feature not in grouped)
        return tuple(sorted([*self.groups, *single]))

    def check(self, probability: Array) -> None:
        """Refuse probabilities (instances, features) that this kind of data cannot have.

        Raises:
            ValueError: naming the field, the value and the allowed range.
        """
        n = probability.shape[-1]
        for group in self.groups:
            if group[-1] >= n:
                raise ValueError(f"groups must hold features from 0 to {n - 1}, got {group[-1]}")
            p = probability[:, list(group)]
            different = (p != p[:, :1]).any(axis=-1)
            if different.any():
                raise ValueError(
                    f"feature_probability must be one number for all features of a group, got "
                    f"{shown(p[int(different.argmax())].tolist())} for {shown(group)}"
                )


@dataclass(frozen=True, repr=False)
class Correlated(_Grouped):
    """Groups of features of which all are active at a time, or none; their values are independent.

    Args:
        groups: of features counted from 0, no feature in two of them; those in none are independent.
        values: "uniform" or "binary", what an active feature is.

    Raises:
        ValueError: naming the field, the value and what is allowed.
    """


@dataclass(frozen=True, repr=False)
class Anticorrelated(_Grouped):
    """Groups of features of which at most one is active at a time, each with the feature's probability p.

    Args:
        groups: of features counted from 0, no feature in two of them; those in none are independent. A group of k
            needs k p <= 1.
        values: "uniform" or "binary", what an active feature is.

    Raises:
        ValueError: naming the field, the value and what is allowed.
    """

    together: ClassVar[bool] = False

    def check(self, probability: Array) -> None:
        """Refuse probabilities (instances, features) that this kind of data cannot have.

        Raises:
            ValueError: naming the field, the value and the allowed range.
        """
        super().check(probability)
        for group in self.groups:
            p, k = float(probability[:, group[0]].max()), len(group)
            # Beyond rounding: three times a third is one.
            if k * p > 1 + 1e-9:
                raise ValueError(
                    f"feature_probability must be at most 1/{k} = {1 / k:.6g} in an anticorrelated group of {k}, "
                    f"got {p:g}"
                )

    def unit_probability(self, probability: Array) -> Array:
        """Probability that a unit is active, (..., units)."""
        return np.minimum(super().unit_probability(probability), 1.0)


@dataclass(frozen=True, repr=False)
class FixedSamples(_Data):
    """A fixed set of T samples of independent features, drawn once from a seed: the data are these and no others.

    Mean, variance and covariance are those of the set. Instances of equal density have the same set.

    Args:
        samples: T, 1 to 1,048,576.
        seed: 0 to 2**32 - 1, where the random numbers of the set start.
        values: "uniform" or "binary", what an active feature is.

    Raises:
        ValueError: naming the field, the value and the allowed range.
    """

    samples: int
    seed: int = 0

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "samples", whole_number("samples", self.samples, 1, MAX_SAMPLES))
        object.__setattr__(self, "seed", whole_number("seed", self.seed, 0, MAX_SEED))

    def all(self, probability: Array, signed: bool = False) -> Array:
        """The set itself, (..., T, features) float32, the same on every machine."""
        n = probability.shape[-1]
        # The stream of a bit generator never changes, those of `numpy.random.Generator` may.
        bits = np.random.SFC64(self.seed).random_raw(2 * self.samples * n).reshape(2, self.samples, n)
        mask, value = (bits >> np.uint64(40)).astype(np.float32) * np.float32(2**-24)
        x = _drawn(value, self.values, signed)
        return np.asarray(x * (mask < probability[..., None, :].astype(np.float32)), dtype=np.float32)

    def mean(self, probability: Array, signed: bool = False) -> Array:
        """Mean of the set, (..., features)."""
        return np.asarray(self.all(probability, signed).mean(axis=-2, dtype=np.float64))

    def variance(self, probability: Array, signed: bool = False) -> Array:
        """Variance of the set, (..., features)."""
        return np.asarray(self.all(probability, signed).var(axis=-2, dtype=np.float64))

    def covariance(self, probability: Array, signed: bool = False) -> Array:
        """Covariance of the set, (..., features, features)."""
        x = self.all(probability, signed).astype(np.float64)
        x -= x.mean(axis=-2, keepdims=True)
        return np.asarray(np.swapaxes(x, -1, -2) @ x / self.samples)

    def sample(self, probability: Array, samples: int, rng: np.random.Generator, signed: bool = False) -> Array:
        """Samples of the set with replacement, (instances, samples, features) float32."""
        return self.all(probability, signed)[:, rng.integers(self.samples, size=samples)]


Data = Independent | Correlated | Anticorrelated | FixedSamples

KINDS: dict[str, type[Data]] = {
    "Independent": Independent,
    "Correlated": Correlated,
    "Anticorrelated": Anticorrelated,
    "FixedSamples": FixedSamples,
}
"""The kinds of data by the name that `to_dict` gives them."""


def data_from_dict(values: object) -> Data:
    """The data that `to_dict` gave, from a text that may be anybody's.

    Raises:
        ValueError: naming what is wrong.
    """
    name = values.get("kind") if isinstance(values, dict) else None
    if not isinstance(values, dict) or not isinstance(name, str) or name not in KINDS:
        raise ValueError(f"data must name a kind, one of {', '.join(KINDS)}, got {shown(values)}")
    names = {entry.name for entry in fields(KINDS[name])}
    given = {entry: value for entry, value in values.items() if entry != "kind"}
    if given.keys() != names:
        raise ValueError(f"data of kind {name} must have exactly {', '.join(sorted(names))}, got {shown(list(given))}")
    return KINDS[name](**given)


def _groups(value: object) -> tuple[tuple[int, ...], ...]:
    """Groups, each in ascending order, in the order of their first features."""
    if not is_sequence(value) or not 1 <= len(value) <= MAX_WIDTH:
        raise ValueError(f"groups must hold 1 to {MAX_WIDTH} groups of features, got {shown(value)}")
    groups, met = [], set[int]()
    for group in value:
        if not is_sequence(group) or not 2 <= len(group) <= MAX_WIDTH:
            raise ValueError(f"groups must be of 2 to {MAX_WIDTH} features each, got {shown(group)}")
        members = sorted(whole_number("groups", feature, 0, MAX_WIDTH - 1) for feature in group)
        if met & set(members) or len(set(members)) < len(members):
            raise ValueError(f"groups must hold no feature twice, got one again in {shown(group)}")
        met |= set(members)
        groups.append(tuple(members))
    return tuple(sorted(groups))


def _moments(values: Values, signed: bool) -> tuple[float, float]:
    """E[x | active] and E[x^2 | active]."""
    return 0.0 if signed else 1.0 if values == "binary" else 0.5, 1.0 if values == "binary" else 1 / 3


def _values(rng: np.random.Generator, shape: tuple[int, ...], values: Values, signed: bool) -> Array:
    """Values of active features, float32."""
    if values == "binary" and not signed:
        return np.ones(shape, np.float32)
    return _drawn(rng.random(shape, dtype=np.float32), values, signed)


def _drawn(u: Array, values: Values, signed: bool) -> Array:
    """Values of active features, from uniform numbers on [0, 1)."""
    if values == "binary":
        return np.where(u < 0.5, np.float32(-1), np.float32(1)) if signed else np.ones_like(u)
    return 2 * u - 1 if signed else u
