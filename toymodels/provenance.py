"""Provenance of a run: which version, settings and initial weights made it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Setting = int | float | bool | str

MAX_SETTINGS = 40
MAX_TEXT = 200


@dataclass(frozen=True)
class Provenance:
    """How a run was made: what it takes, besides spec and seed, to train it again (see `toymodels.retrain`).

    Attributes:
        version: of the library.
        recipe: "toymodels" for `toymodels.train`, "paper" for `toymodels.torch.train`, "by hand" for weights that
            nobody trained.
        settings: every setting of that training by name, as numbers, texts or flags.
        start: "random", or what `digest` gives for initial weights that the caller supplied.
        stopped_at: optimiser steps done, for a training that was stopped before its last step; else None.
        rounded: whether the weights were rounded to half precision after the training.
    """

    version: str
    recipe: str
    settings: Mapping[str, Setting] = field(default_factory=dict)
    start: str = "random"
    stopped_at: int | None = None
    rounded: bool = False

    def to_dict(self) -> dict[str, object]:
        """The provenance as plain values that JSON can hold."""
        return {
            "version": self.version,
            "recipe": self.recipe,
            "settings": dict(self.settings),
            "start": self.start,
            "stopped_at": self.stopped_at,
            "rounded": self.rounded,
        }


def provenance_from_dict(values: object) -> Provenance:
    """The provenance that `Provenance.to_dict` gave, from a file that may be anybody's.

    Raises:
        ValueError: naming what is wrong.
    """
    if not isinstance(values, dict) or values.keys() != Provenance("", "").to_dict().keys():
        raise ValueError("its provenance has other entries than it should")
    settings, stopped_at = values["settings"], values["stopped_at"]
    texts = (values["version"], values["recipe"], values["start"])
    if not all(isinstance(text, str) and len(text) <= MAX_TEXT for text in texts):
        raise ValueError(
            f"its provenance must give version, recipe and start as texts of at most {MAX_TEXT} characters"
        )
    if stopped_at is not None and (type(stopped_at) is not int or not 0 <= stopped_at < 2**63):
        raise ValueError(f"its stopped_at must be a whole number, 0 or more, got {stopped_at!r:.40}")
    if type(values["rounded"]) is not bool:
        raise ValueError(f"its rounded must be true or false, got {values['rounded']!r:.40}")
    if (
        not isinstance(settings, dict)
        or len(settings) > MAX_SETTINGS
        or not all(
            isinstance(value, (int, float, str)) and len(name) <= MAX_TEXT and len(str(value)) <= MAX_TEXT
            for name, value in settings.items()
        )
    ):
        raise ValueError(f"its settings must be at most {MAX_SETTINGS} numbers, texts or flags by name")
    return Provenance(texts[0], texts[1], settings, texts[2], stopped_at, values["rounded"])


def digest(start: Mapping[str, npt.ArrayLike]) -> str:
    """A text that names initial weights by their values in single precision: 16 hexadecimal digits of SHA-256."""
    found = hashlib.sha256()
    for name in sorted(start):
        values = np.ascontiguousarray(start[name], dtype="<f4")
        found.update(f"{name} {values.shape} ".encode())
        found.update(values.tobytes())
    return f"given, sha256 {found.hexdigest()[:16]}"
