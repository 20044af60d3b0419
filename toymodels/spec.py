"""What is to be trained: small frozen values that validate themselves.

A spec is the identity of an experiment. It is the key of the cache, the content of a link, the text in a saved
file and the first line of the snippet that a student takes home.
"""

from __future__ import annotations

import json
import math
import operator
import reprlib
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Literal, Self, TypeGuard, get_args

import numpy as np

from toymodels.arrays import Array, floats

Activation = Literal["relu", "linear"]

SCHEMA = 1
"""Version of the meaning of a spec. It is part of every saved file and of every cache key."""

MAX_WIDTH = 4096
MAX_DENSITIES = 256
MAX_IMPORTANCE = 1000.0

MIN_PROBABILITY = 1e-6
"""Least feature probability. Loss / p has come to its limit for p -> 0 there, within two per cent in training; at 1e-7
a bias above zero costs so much against everything else that training misses the optimum, and far below, single
precision ends."""


def whole_number(field: str, value: object, low: int, high: int) -> int:
    """The value as an int, or a ValueError that names the field, the value and the range."""
    message = f"{field} must be a whole number from {low} to {high}, got {_shown(value)}"
    if isinstance(value, bool):
        raise ValueError(message)
    try:
        number = operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        raise ValueError(message) from None
    if not low <= number <= high:
        raise ValueError(message)
    return number


def real_number(field: str, value: object, low: float, high: float, above: bool = False) -> float:
    """The value as a float, or a ValueError that names the field, the value and the range; above: low is excluded."""
    start = f"greater than {low:g} and at most" if above else f"from {low:g} to"
    message = f"{field} must be a number {start} {high:g}, got {_shown(value)}"
    number = _real(message, value)
    if not low <= number <= high or (above and number == low):
        raise ValueError(message)
    return number


def _real(message: str, value: object) -> float:
    # float() alone would also take "5", b"5", True, and the real part of a complex number.
    if isinstance(value, (bool, np.bool_, complex)) or not hasattr(value, "__float__"):
        raise ValueError(message)
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        raise ValueError(message) from None
    if not math.isfinite(number):
        raise ValueError(message)
    # -0.0 equals 0.0 and would be written differently.
    return number + 0.0


def _shown(value: object) -> str:
    try:
        # reprlib looks at the first entries only, so that a list of a million numbers costs nothing.
        text = reprlib.repr(value)
    except ValueError:
        # Python refuses to write out whole numbers of more than 4300 digits.
        text = f"a {type(value).__name__} too long to show"
    return text if len(text) <= 60 else text[:57] + "..."


def _probabilities(value: object) -> tuple[float, ...]:
    if _is_sequence(value) and not 1 <= len(value) <= MAX_DENSITIES:
        raise ValueError(
            f"feature_probability must hold 1 to {MAX_DENSITIES} numbers, one per instance, got {len(value)}"
        )
    entries = value if _is_sequence(value) else (value,)
    numbers = []
    for entry in entries:
        message = f"feature_probability must be from {MIN_PROBABILITY:g} to 1, got {_shown(entry)}"
        number = _real(message, entry)
        if not MIN_PROBABILITY <= number <= 1:
            raise ValueError(message)
        numbers.append(number)
    return tuple(numbers)


def _importance(value: object, n_features: int) -> float | tuple[float, ...]:
    if not _is_sequence(value):
        message = (
            "importance must be a decay greater than 0 and at most 1 (feature i then weighs decay**i), "
            f"or one number per feature, got {_shown(value)}"
        )
        decay = _real(message, value)
        if not 0 < decay <= 1:
            raise ValueError(message)
        return decay
    if len(value) != n_features:
        raise ValueError(
            f"importance must hold one number per feature ({n_features}), got {len(value)}: {_shown(value)}"
        )
    numbers = []
    for entry in value:
        message = f"importance must be from 0 to {MAX_IMPORTANCE:g}, got {_shown(entry)}"
        number = _real(message, entry)
        if not 0 <= number <= MAX_IMPORTANCE:
            raise ValueError(message)
        numbers.append(number)
    if not any(numbers):
        raise ValueError(f"importance must be greater than 0 for at least one feature, got {_shown(value)}")
    return tuple(numbers)


def _is_sequence(value: object) -> TypeGuard[Sequence[object]]:
    """Whether a value is several in an order: a list, a tuple, a range, an array with an axis, a pandas column."""
    if isinstance(value, (str, bytes, bytearray, memoryview)):
        return False
    return isinstance(value, Sequence) or (hasattr(value, "__len__") and getattr(value, "ndim", 0) > 0)


@dataclass(frozen=True, init=False)
class _ToyModel:
    """The fields that every toy model has, once checked."""

    n_features: int
    n_hidden: int
    feature_probability: tuple[float, ...]
    importance: float | tuple[float, ...]

    def _set(self, **values: object) -> None:
        for name, value in values.items():
            object.__setattr__(self, name, value)

    def _set_common(
        self, n_features: object, n_hidden: object, feature_probability: object, importance: object
    ) -> None:
        features = whole_number("n_features", n_features, 1, MAX_WIDTH)
        self._set(
            n_features=features,
            n_hidden=whole_number("n_hidden", n_hidden, 1, MAX_WIDTH),
            feature_probability=_probabilities(feature_probability),
            importance=_importance(importance, features),
        )

    @property
    def n_instances(self) -> int:
        """Number of models trained side by side, one per feature probability."""
        return len(self.feature_probability)

    @property
    def importances(self) -> Array:
        """I_i of every feature, (features,), float64."""
        return importances(self.importance, self.n_features)

    def at(self, instance: int) -> Self:
        """The spec of one instance alone.

        Raises:
            IndexError: if there is no such instance.
        """
        return replace(self, feature_probability=(self.feature_probability[instance],))

    def to_json(self) -> str:
        """The spec as one line of JSON, the same text for equal specs; see `spec_from_json`."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return json.dumps({"schema": SCHEMA, "model": type(self).__name__, **values})


@dataclass(frozen=True, init=False)
class Autoencoder(_ToyModel):
    """h = W x, x' = ReLU(W^T h + b), or without the ReLU (slides "1. Models"; paper, "Demonstrating superposition").

    Args:
        n_features: number of features n, 1 to 4096.
        n_hidden: number of hidden dimensions m, 1 to 4096.
        feature_probability: probability 1 - S that a feature is not zero, 1e-6 to 1: one number, or one per
            instance. The instances of a spec are trained side by side and differ in nothing else.
        importance: a decay r in (0, 1], meaning I_i = r**i for i = 0 .. n-1; or n numbers from 0 to 1000, taken
            as they are.
        activation: "relu" or "linear", what is applied to the output.

    Raises:
        ValueError: naming the field, the value and the allowed range.
    """

    activation: Activation

    def __init__(
        self,
        n_features: int,
        n_hidden: int,
        feature_probability: float | Sequence[float] | Array,
        importance: float | Sequence[float] | Array,
        activation: Activation = "relu",
    ) -> None:
        self._set_common(n_features, n_hidden, feature_probability, importance)
        if not isinstance(activation, str) or activation not in get_args(Activation):
            raise ValueError(f"activation must be 'relu' or 'linear', got {_shown(activation)}")
        self._set(activation=str(activation))


@dataclass(frozen=True, init=False)
class AbsMLP(_ToyModel):
    """h = ReLU(W1 x), y' = ReLU(W2 h + b), trained on |x| (slide "2. Model"; paper, "Computation in superposition").

    Args:
        n_features: number of features n, 1 to 4096.
        n_hidden: number of hidden neurons m, 1 to 4096.
        feature_probability: as for `Autoencoder`; a feature that is not zero is uniform on [-1, 1].
        importance: as for `Autoencoder`.

    Raises:
        ValueError: naming the field, the value and the allowed range.
    """

    def __init__(
        self,
        n_features: int,
        n_hidden: int,
        feature_probability: float | Sequence[float] | Array,
        importance: float | Sequence[float] | Array,
    ) -> None:
        self._set_common(n_features, n_hidden, feature_probability, importance)


Spec = Autoencoder | AbsMLP

_MODELS: dict[str, type[Autoencoder] | type[AbsMLP]] = {"Autoencoder": Autoencoder, "AbsMLP": AbsMLP}


def importances(importance: float | Sequence[float] | Array, n_features: int) -> Array:
    """I_i of every feature, (features,), float64, from a decay r, meaning I_i = r**i, or one number per feature.

    Raises:
        ValueError: if there are several numbers, and not one per feature.
    """
    if np.ndim(importance) == 0:
        return floats("importance", importance) ** np.arange(n_features, dtype=np.float64)
    weight = floats("importance", importance).copy()
    if weight.shape != (n_features,):
        raise ValueError(f"importance must be a decay or hold {n_features} numbers, got shape {weight.shape}")
    return weight


def spec_from_json(text: str) -> Spec:
    """The spec that `to_json` wrote.

    Raises:
        ValueError: if the text is not a spec, is of another schema, or has a value outside its range.
    """
    try:
        values = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"spec is not JSON: {error}") from None
    name = values.get("model") if isinstance(values, dict) else None
    if not isinstance(name, str) or name not in _MODELS:
        raise ValueError(f"spec must name a model, one of {', '.join(_MODELS)}, got {_shown(text)}")
    schema = values.pop("schema", None)
    if isinstance(schema, bool) or schema != SCHEMA:
        raise ValueError(f"spec must be of schema {SCHEMA}, got {_shown(text)}")
    model = _MODELS[values.pop("model")]
    names = {field.name for field in fields(model)}
    if values.keys() != names:
        raise ValueError(f"spec of {name} must have exactly {', '.join(sorted(names))}, got {_shown(sorted(values))}")
    return model(**values)
