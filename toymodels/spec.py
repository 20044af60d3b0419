"""What is to be trained: small frozen values that validate themselves.

A spec is the identity of an experiment. It is the key of the cache, the content of a link, the text in a saved
file and the first line of the snippet that a student takes home.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, ClassVar, Literal, Self, get_args

import numpy as np

from toymodels.arrays import LARGEST, Array, within
from toymodels.checks import is_sequence, one_of, real, shown, whole_number
from toymodels.data import MAX_WIDTH, Data, Independent, call, data_from_dict

Activation = Literal["relu", "linear", "gelu", "leaky_relu"]
"""What is applied to the output. GELU is x times the normal distribution function; the leaky ReLU has slope 0.01 below
zero."""

HiddenActivation = Literal["linear", "relu"]
"""What is applied to the hidden layer."""

SCHEMA = 2
"""Version of the meaning of a spec. It is part of every saved file and of every cache key. Texts of schema 1, which
had one kind of data and one importance for all instances, are still read."""

MAX_INSTANCES = 65_536
MAX_TABLE = 131_072
"""Most entries of a probability or importance of every instance's own: what a saved file takes as text."""

MAX_IMPORTANCE = 1e6
"""With all importances a million times as large, training gives the same losses to seven digits."""

USUAL = Independent()
"""The data of a spec that names no other."""

MIN_PROBABILITY = 1e-6
"""Least feature probability. Loss / p has come to its limit for p -> 0 there, within two per cent in training; at 1e-7
a bias above zero costs so much against everything else that training misses the optimum, and far below, single
precision ends."""

Importance = float | tuple[float, ...] | tuple[tuple[float, ...], ...]
"""A decay r; or one number per feature; or one row of these per instance."""


def _probabilities(value: object, n_features: int) -> tuple[Any, ...]:
    """One number per instance; or one row of numbers per instance, where the features of one differ."""
    if not is_sequence(value):
        return (_probability(value),)
    if not 1 <= len(value) <= MAX_INSTANCES:
        raise ValueError(
            f"feature_probability must hold 1 to {MAX_INSTANCES} numbers, one per instance, got {len(value)}"
        )
    if not is_sequence(next(iter(value))):
        return tuple(_probability(entry) for entry in value)
    rows = [tuple(_probability(entry) for entry in row) for row in _rows("feature_probability", value, n_features)]
    return tuple(rows) if any(len(set(row)) > 1 for row in rows) else tuple(row[0] for row in rows)


def _probability(value: object) -> float:
    # A map has thousands of them, and writing the sentence takes most of the time.
    if isinstance(value, float) and MIN_PROBABILITY <= value <= 1:
        return float(value)
    message = f"feature_probability must be from {MIN_PROBABILITY:g} to 1, got {shown(value)}"
    number = real(message, value)
    if not MIN_PROBABILITY <= number <= 1:
        raise ValueError(message)
    return number


def _importance(value: object, n_features: int) -> Importance:
    if not is_sequence(value):
        message = (
            "importance must be a decay greater than 0 and at most 1 (feature i then weighs decay**i), "
            f"or one number per feature, got {shown(value)}"
        )
        decay = real(message, value)
        if not 0 < decay <= 1:
            raise ValueError(message)
        return decay
    if len(value) > 0 and all(is_sequence(row) for row in value):
        rows = [_weights(row) for row in _rows("importance", value, n_features)]
        return tuple(rows) if any(row != rows[0] for row in rows) else rows[0]
    if len(value) != n_features:
        raise ValueError(
            f"importance must hold one number per feature ({n_features}), got {len(value)}: {shown(value)}"
        )
    return _weights(value)


def _weights(value: Sequence[object]) -> tuple[float, ...]:
    numbers = []
    for entry in value:
        # As for a probability; adding 0.0 makes 0.0 of -0.0.
        if isinstance(entry, float) and 0 <= entry <= MAX_IMPORTANCE:
            numbers.append(float(entry) + 0.0)
            continue
        message = f"importance must be from 0 to {MAX_IMPORTANCE:g}, got {shown(entry)}"
        number = real(message, entry)
        if not 0 <= number <= MAX_IMPORTANCE:
            raise ValueError(message)
        numbers.append(number)
    if not any(numbers):
        raise ValueError(f"importance must be greater than 0 for at least one feature, got {shown(value)}")
    return tuple(numbers)


def _rows(field: str, value: Sequence[object], n_features: int) -> list[Sequence[object]]:
    """The rows of a table (instances, features)."""
    most = min(MAX_INSTANCES, MAX_TABLE // n_features)
    if len(value) > most:
        raise ValueError(f"{field} must hold at most {most} rows of {n_features} numbers, got {len(value)}")
    rows = []
    for row in value:
        if not is_sequence(row) or len(row) != n_features:
            raise ValueError(f"{field} must hold {n_features} numbers, one per feature, in every row, got {shown(row)}")
        rows.append(row)
    return rows


@dataclass(frozen=True, init=False, repr=False)
class _ToyModel:
    """The fields that every toy model has, once checked."""

    tied: ClassVar[bool]
    """Whether the output is made by the transpose of the one matrix W; else there are two, W1 and W2."""

    signed: ClassVar[bool]
    """Whether data are on [-1, 1] and the target is |x|; else data are on [0, 1] and the target is x."""

    n_features: int
    n_hidden: int
    feature_probability: tuple[Any, ...]  # of floats, or of tuples of floats
    importance: Importance
    data: Data = USUAL

    def _set(self, **values: object) -> None:
        for name, value in values.items():
            object.__setattr__(self, name, value)

    def _set_common(
        self, n_features: object, n_hidden: object, feature_probability: object, importance: object, data: object
    ) -> None:
        features = whole_number("n_features", n_features, 1, MAX_WIDTH)
        probability, weights = _probabilities(feature_probability, features), _importance(importance, features)
        own = len(weights) if isinstance(weights, tuple) and isinstance(weights[0], tuple) else 1
        if len(probability) == 1:
            probability *= own
        elif own not in (1, len(probability)):
            raise ValueError(
                f"importance must hold one row per instance ({len(probability)}) or one for all, got {own} rows"
            )
        self._set(
            n_features=features,
            n_hidden=whole_number("n_hidden", n_hidden, 1, MAX_WIDTH),
            feature_probability=probability,
            importance=weights,
        )
        if not isinstance(data, Data):
            raise ValueError(f"data must be one of the kinds in toymodels.data, got {shown(data)}")
        data.check(self.probabilities)
        self._set(data=data)

    def __repr__(self) -> str:
        """The call that makes the spec, without what is as usual."""
        return call(self)

    @property
    def n_instances(self) -> int:
        """Number of models trained side by side."""
        return len(self.feature_probability)

    @property
    def probabilities(self) -> Array:
        """1 - S of every feature in every instance, (instances, features), float64."""
        p = np.array(self.feature_probability, dtype=np.float64)
        return np.broadcast_to(p if p.ndim == 2 else p[:, None], (self.n_instances, self.n_features))

    @property
    def densities(self) -> tuple[float, ...]:
        """1 - S of every instance, the mean over its features where they differ."""
        return tuple(p if isinstance(p, float) else sum(p) / len(p) for p in self.feature_probability)

    @property
    def importances(self) -> Array:
        """I_i of every feature, (features,), or (instances, features) where instances have their own, float64."""
        return importances(self.importance, self.n_features)

    @property
    def is_plain(self) -> bool:
        """Whether the data are independent and uniform, of one density in an instance: closed forms know these."""
        return self.data == USUAL and isinstance(self.feature_probability[0], float)

    def at(self, instance: int) -> Self:
        """The spec of one instance alone.

        Raises:
            IndexError: if there is no such instance.
        """
        weights = self.importances
        return replace(
            self,
            feature_probability=(self.feature_probability[instance],),
            importance=weights[instance] if weights.ndim == 2 else self.importance,
        )

    def to_json(self) -> str:
        """The spec as one line of JSON, the same text for equal specs; see `spec_from_json`."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return json.dumps({"schema": SCHEMA, "model": type(self).__name__, **values, "data": self.data.to_dict()})


@dataclass(frozen=True, init=False, repr=False)
class Autoencoder(_ToyModel):
    """h = W x, x' = ReLU(W^T h + b), or another activation (slides "1. Models"; paper, "Demonstrating superposition").

    Args:
        n_features: number of features n, 1 to 4096.
        n_hidden: number of hidden dimensions m, 1 to 4096.
        feature_probability: probability 1 - S that a feature is not zero, 1e-6 to 1: one number; or one per instance;
            or (instances, features), one per instance and feature. The instances of a spec are trained side by side
            and differ in nothing but this and the importance.
        importance: a decay r in (0, 1], meaning I_i = r**i for i = 0 .. n-1; or n numbers from 0 to 1e6, taken as
            they are; or (instances, n), each instance's own, with one feature_probability for all of them or as many.
        activation: "relu", "linear", "gelu" or "leaky_relu", what is applied to the output.
        hidden_activation: "linear", or "relu" for h = ReLU(W x), whose dimensions are a privileged basis (paper,
            "Superposition in a privileged basis").
        data: which features are active together and what values they have, see `toymodels.data`.

    Raises:
        ValueError: naming the field, the value and the allowed range.
    """

    tied: ClassVar[bool] = True
    signed: ClassVar[bool] = False

    activation: Activation = "relu"
    hidden_activation: HiddenActivation = "linear"

    def __init__(
        self,
        n_features: int,
        n_hidden: int,
        feature_probability: float | Sequence[float] | Sequence[Sequence[float]] | Array,
        importance: float | Sequence[float] | Sequence[Sequence[float]] | Array,
        activation: Activation = "relu",
        hidden_activation: HiddenActivation = "linear",
        data: Data = USUAL,
    ) -> None:
        self._set_common(n_features, n_hidden, feature_probability, importance, data)
        self._set(
            activation=one_of("activation", activation, get_args(Activation)),
            hidden_activation=one_of("hidden_activation", hidden_activation, get_args(HiddenActivation)),
        )


@dataclass(frozen=True, init=False, repr=False)
class AbsMLP(_ToyModel):
    """h = ReLU(W1 x), y' = ReLU(W2 h + b), trained on |x| (slide "2. Model"; paper, "Computation in superposition").

    Args:
        n_features: number of features n, 1 to 4096.
        n_hidden: number of hidden neurons m, 1 to 4096.
        feature_probability: as for `Autoencoder`; a feature that is not zero is uniform on [-1, 1].
        importance: as for `Autoencoder`.
        data: as for `Autoencoder`; values have a random sign.

    Raises:
        ValueError: naming the field, the value and the allowed range.
    """

    tied: ClassVar[bool] = False
    signed: ClassVar[bool] = True
    activation: ClassVar[Activation] = "relu"
    hidden_activation: ClassVar[HiddenActivation] = "relu"

    def __init__(
        self,
        n_features: int,
        n_hidden: int,
        feature_probability: float | Sequence[float] | Sequence[Sequence[float]] | Array,
        importance: float | Sequence[float] | Sequence[Sequence[float]] | Array,
        data: Data = USUAL,
    ) -> None:
        self._set_common(n_features, n_hidden, feature_probability, importance, data)


Spec = Autoencoder | AbsMLP


def checked_spec(field: str, value: object) -> Spec:
    """The value if it is a spec.

    Raises:
        ValueError: naming the field and the value, if it is none.
    """
    if not isinstance(value, (Autoencoder, AbsMLP)):
        raise ValueError(f"{field} must be an Autoencoder or an AbsMLP, got {shown(value)}")
    return value


MODELS: dict[str, type[Autoencoder] | type[AbsMLP]] = {"Autoencoder": Autoencoder, "AbsMLP": AbsMLP}
"""The models by name, as files and texts name them."""

_NEW = {"data", "hidden_activation"}
"""Fields that may be missing, as they are in texts of schema 1, and then have their defaults."""


def importances(importance: float | Sequence[float] | Sequence[Sequence[float]] | Array, n_features: int) -> Array:
    """I_i of every feature, (..., features), float64, from a decay r, meaning I_i = r**i, or one number per feature.

    Raises:
        ValueError: if a decay is not greater than 0 and at most 1; if one of several numbers is negative or not finite,
            or there is not one per feature.
    """
    weight = within("importance", importance, 0, LARGEST)
    if weight.ndim == 0:
        if not 0 < weight <= 1:
            raise ValueError(
                f"importance must be a decay greater than 0 and at most 1, or {n_features} numbers, got {weight}"
            )
        return weight ** np.arange(n_features, dtype=np.float64)
    if weight.shape[-1] != n_features:
        raise ValueError(f"importance must be a decay or hold {n_features} numbers, got shape {weight.shape}")
    return weight.copy()


def spec_from_json(text: str) -> Spec:
    """The spec that `to_json` wrote, now or in version 0.1 (schema 1).

    Raises:
        ValueError: if the text is not a spec, is of another schema, or has a value outside its range.
    """
    try:
        values = json.loads(text)
    except (TypeError, ValueError, RecursionError) as error:
        raise ValueError(f"spec is not JSON: {error}") from None
    name = values.get("model") if isinstance(values, dict) else None
    if not isinstance(name, str) or name not in MODELS:
        raise ValueError(f"spec must name a model, one of {', '.join(MODELS)}, got {shown(text)}")
    schema = values.pop("schema", None)
    if isinstance(schema, bool) or schema not in range(1, SCHEMA + 1):
        raise ValueError(f"spec must be of schema 1 to {SCHEMA}, got {shown(text)}")
    model = MODELS[values.pop("model")]
    names = {field.name for field in fields(model)}
    if not names - _NEW <= values.keys() <= names:
        raise ValueError(f"spec of {name} must have exactly {', '.join(sorted(names))}, got {shown(sorted(values))}")
    if "data" in values:
        values["data"] = data_from_dict(values["data"])
    return model(**values)
