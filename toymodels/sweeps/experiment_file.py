"""Experiment file of a sweep, in TOML: a model, what is varied, seeds, settings, and where runs are kept.

[model]
kind = "Autoencoder"                # or "AbsMLP"
n_features = 5
n_hidden = 2
feature_probability = { from = 1.0, to = 0.01, count = 100 }   # instances, even on a logarithmic scale
importance = 0.9

[vary]                              # each value by itself; several fields: every combination
importance = [0.7, 0.8, 0.9]

[sweep]
seeds = 100                         # 0 to 99; or a list
processes = 2                       # or dask = "tcp://...", the address of a scheduler; neither: this process
store = "runs"                      # a folder or a URL
table = "results.csv"               # or .parquet

[training]                          # of `TrainingConfig`; the others are those of `default_config` for each spec
restarts = 16
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from itertools import product
from typing import Any

import numpy as np

from toymodels.checks import MAX_SEED, shown, whole_number
from toymodels.spec import MODELS, Spec
from toymodels.training.config import TrainingConfig, default_config

REQUIRED = ("n_features", "n_hidden", "feature_probability", "importance")

MAX_SPECS = 1_000_000
MAX_COUNT = 65_536
MAX_PROCESSES = 1024

_PARTS = {
    "sweep": ("seeds", "processes", "dask", "store", "table"),
    "training": tuple(each.name for each in fields(TrainingConfig)),
}


@dataclass(frozen=True)
class Experiment:
    """What an experiment file says.

    Attributes:
        specs: every combination of what is varied.
        seeds: from each of which every spec is trained.
        settings: of all trainings, by name as in `TrainingConfig`; the others are those of `default_config`.
        processes: how many to train in; None for this one.
        dask: address of a scheduler; None for none.
        store: where runs are kept; None for nowhere.
        table: where the results go; None for nowhere.
    """

    specs: tuple[Spec, ...]
    seeds: tuple[int, ...]
    settings: Mapping[str, Any] = field(default_factory=dict)
    processes: int | None = None
    dask: str | None = None
    store: str | None = None
    table: str | None = None

    def config(self, spec: Spec) -> TrainingConfig:
        """The settings of the training of one of its specs."""
        return replace(default_config(spec), **self.settings)


def experiment_from_toml(text: str) -> Experiment:
    """The experiment that a text in TOML describes.

    Raises:
        ValueError: naming the entry, its value and what is allowed.
    """
    try:
        parts = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"the experiment is not TOML: {error}") from None
    unknown = parts.keys() - {"model", "vary", *_PARTS}
    if unknown or not isinstance(parts.get("model"), dict):
        found = ", ".join(sorted(unknown)) or "no [model]"
        raise ValueError(f"an experiment has the parts [model], [vary], [sweep] and [training], got {found}")
    for part, names in _PARTS.items():
        _only(part, parts.get(part, {}), names)
    specs = _specs(parts["model"], parts.get("vary", {}))
    sweep, settings = parts.get("sweep", {}), parts.get("training", {})
    replace(default_config(specs[0]), **settings)  # which checks them
    if "processes" in sweep and "dask" in sweep:
        raise ValueError("[sweep] takes processes or dask, got both")
    return Experiment(
        specs,
        _seeds(sweep.get("seeds", 1)),
        settings,
        whole_number("processes", sweep["processes"], 1, MAX_PROCESSES) if "processes" in sweep else None,
        *(_text(name, sweep.get(name)) for name in ("dask", "store", "table")),
    )


def _specs(model: Mapping[str, Any], vary: Mapping[str, Any]) -> tuple[Spec, ...]:
    kind = model.get("kind", "Autoencoder")
    if kind not in MODELS:
        raise ValueError(f"kind must be one of {', '.join(MODELS)}, got {shown(kind)}")
    names = tuple(each.name for each in fields(MODELS[kind]) if each.name != "data")
    fixed = {name: value for name, value in model.items() if name != "kind"}
    _only("model", fixed, names)
    _only("vary", vary, names)
    varied = {name: _several(name, values) for name, values in vary.items()}
    count = int(np.prod([len(values) for values in varied.values()], dtype=np.float64))
    if count > MAX_SPECS:
        raise ValueError(f"[vary] makes {count:,} specs; at most {MAX_SPECS:,} are allowed")
    missing = [name for name in REQUIRED if name not in {*fixed, *varied}]
    if missing:
        raise ValueError(f"[model] lacks {', '.join(missing)}")
    found: list[Spec] = []
    for values in product(*varied.values()):
        arguments = {**fixed, **dict(zip(varied, values, strict=True))}
        found.append(MODELS[kind](**{name: _numbers(name, value) for name, value in arguments.items()}))
    return tuple(found)


def _several(name: str, values: object) -> Sequence[Any]:
    found = _numbers(name, values)
    if not isinstance(found, list) or not found:
        raise ValueError(f"[vary] {name} must be a list or a range, got {shown(values)}")
    return found


def _numbers(name: str, value: object) -> Any:
    """A value, or the numbers of a range such as { from = 1.0, to = 0.01, count = 100 }."""
    if not isinstance(value, dict):
        return value
    _only(name, value, ("from", "to", "count", "scale"))
    try:
        low, high = float(value["from"]), float(value["to"])
    except (KeyError, TypeError, ValueError):
        raise ValueError(f"{name} must have numbers as from and to, got {shown(value)}") from None
    count, scale = whole_number(f"count of {name}", value.get("count"), 1, MAX_COUNT), value.get("scale", "log")
    if scale == "linear":
        return np.linspace(low, high, count).tolist()
    if scale != "log" or min(low, high) <= 0:
        raise ValueError(f"{name} must have scale linear, or log with from and to above 0, got {shown(value)}")
    return np.geomspace(low, high, count).tolist()


def _seeds(value: object) -> tuple[int, ...]:
    if isinstance(value, list):
        return tuple(whole_number("seeds", seed, 0, MAX_SEED) for seed in value)
    return tuple(range(whole_number("seeds", value, 1, MAX_SPECS)))


def _text(name: str, value: object) -> str | None:
    if value is not None and not isinstance(value, str):
        raise ValueError(f"{name} must be a text, got {shown(value)}")
    return value


def _only(part: str, values: object, names: Sequence[str]) -> None:
    if not isinstance(values, dict):
        raise ValueError(f"{part} must be a table, got {shown(values)}")
    unknown = sorted(values.keys() - set(names))
    if unknown:
        raise ValueError(f"{part} has {', '.join(unknown)}; it may have {', '.join(names)}")
