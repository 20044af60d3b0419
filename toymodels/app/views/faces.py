"""Faces and codes: a face with sliders, the codes that it goes through and their outputs, computed in the browser."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from toymodels.analysis.directions import antipodal_pairs
from toymodels.app.components import plain
from toymodels.app.compute.axis_measures import findings_at_stops, upright
from toymodels.app.compute.shared_cache import kept
from toymodels.app.shell.controls import SPARSITY
from toymodels.app.shell.figures import figure_component
from toymodels.arrays import Array
from toymodels.data import sample_features
from toymodels.experiments.faces import SYMBOLS
from toymodels.experiments.findings import faces as findings
from toymodels.experiments.two_dimensions import SPARSITIES
from toymodels.names import FACE_FEATURES
from toymodels.plots.theme import Theme
from toymodels.run import Run

_STAGE = figure_component("faces")

SAMPLES = 8


@dataclass(frozen=True, eq=False)
class CodeByHand:
    """A code that is written by hand: its title, W (2, 4), and b (instances, 4) at all sparsities."""

    title: str
    W: Array
    b: Array


def face_codes(
    by_hand: Sequence[CodeByHand],
    axis: Run,
    finding: Callable[[Run], str],
    look: Theme,
    with_codes: bool = True,
    with_samples: bool = True,
) -> None:
    """Draw the face, the codes and the sample faces at the slider's S, and follow the slider without a rerun.

    Args:
        by_hand: codes that the face goes through, from left to right; the trained one follows.
        axis: a tracked run of the trained code with an instance at each of `SPARSITIES`.
        finding: the sentence of its instance at one S, in Markdown with bold words alone.
        look: the theme.
        with_codes: whether the face and its codes are shown.
        with_samples: whether the sample faces are shown; clicking one makes it the face.
    """
    importance = axis.spec.importances
    codes: list[dict[str, object]] = [
        {"title": code.title, "notes": [findings.partners(code.W)], "W": plain(code.W), "b": plain(code.b, 5)}
        for code in by_hand
    ]
    _STAGE(
        key="face_stage",
        data={
            "slider": SPARSITY.key,
            "sparsity": SPARSITIES,
            "names": FACE_FEATURES,
            "symbols": SYMBOLS,
            "start": kept(_typical_faces, axis),
            "importance": importance.tolist(),
            "colours": look.importance_colours(importance),
            "relu": getattr(axis.spec, "activation", "") == "relu",
            "findings": findings_at_stops(axis, finding) if with_codes else None,
            "ink": look.ink,
            "codes": [*codes, kept(_trained_code, axis)],
            "samples": kept(_samples, axis) if with_samples else None,
            "samplesTitle": ["Eight faces at S = ", ", and what the trained code gives back"],
            "samplesNotes": kept(_samples_notes, axis) if with_samples else None,
        },
    )


def _trained_code(axis: Run) -> dict[str, object]:
    return {
        "title": "Trained",
        "notes": [findings.partners(W) for W in axis.W],
        "W": plain(upright(axis), 4),
        "b": plain(axis.b, 4),
        "trained": True,
    }


def _samples(axis: Run) -> object:
    """Faces of every sparsity, in lists of (instances, samples, features)."""
    return plain(_drawn(axis))


def _drawn(axis: Run) -> Array:
    p, n = axis.spec.feature_probability, axis.spec.n_features
    return np.stack([sample_features((one,), n, SAMPLES, np.random.default_rng(axis.seed))[0] for one in p])


def _samples_notes(axis: Run) -> list[str]:
    """Why some faces are empty, at every sparsity."""
    empty = (_drawn(axis) == 0).all(axis=-1).sum(axis=-1)
    return [
        findings.empty_faces(int(number), SAMPLES, 1 - p)
        for number, p in zip(empty, axis.spec.feature_probability, strict=True)
    ]


def _typical_faces(axis: Run) -> list[Sequence[float]]:
    return [_typical_face(W) for W in axis.W]


def _typical_face(W: Array) -> Sequence[float]:
    """A sparse face of two features of different pairs, which two arrows of the trained code can tell apart."""
    return (0.8, 0, 0, 0.7) if (0, 3) not in antipodal_pairs(W) else (0.8, 0, 0.7, 0)
