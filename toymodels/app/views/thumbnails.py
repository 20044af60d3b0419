"""Data of the gallery's thumbnails: each a figure of the talk from trained weights, as `thumbnail.js` reads it."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from toymodels.analysis import neurons
from toymodels.analysis.directions import antipodal_pairs
from toymodels.analysis.feature_graph import feature_graph, groups
from toymodels.analysis.weights import gram, represented
from toymodels.app.components import plain
from toymodels.app.compute.axis_measures import upright
from toymodels.app.compute.visitor_training import trained
from toymodels.app.views.feature_graph import in_their_planes
from toymodels.app.views.training_film import arrows_in_training
from toymodels.arrays import Array
from toymodels.data import sample_features
from toymodels.experiments.arrangements import DECK
from toymodels.experiments.pentagon import pentagon_spec
from toymodels.experiments.two_dimensions import DENSITIES, SPARSITIES
from toymodels.names import feature_names
from toymodels.plots.theme import Theme
from toymodels.pretrained import geometry
from toymodels.pretrained.home import shipped
from toymodels.run import Run
from toymodels.spec import Activation

Picture = Callable[[Theme], Mapping[str, object]]
"""Everything that is drawn, in the colours of a theme. `kind` names the scene."""

FRAMES = 25

SMALLEST_SEGMENT = 0.1
"""Weights below this are thinner than a line in a stack of this size, and are left out."""

MOST_LINES = 400


def pentagon(S: float) -> Picture:
    """The arrows of five features in training, as the slider of their page shows them at the end."""

    def picture(look: Theme) -> Mapping[str, object]:
        run = shipped(f"pentagon-{S:g}")
        on_the_slider = upright(trained(pentagon_spec(DENSITIES), tracked=True))[SPARSITIES.index(S)]
        return {
            "kind": "arrows",
            "W": plain(arrows_in_training(run, on_the_slider, FRAMES)[1]),
            "names": feature_names(run.spec.n_features),
            "colours": look.importance_colours(run.spec.importances),
        }

    return picture


def faces(look: Theme) -> Mapping[str, object]:
    """Random sparse faces, through the trained code and back."""
    run = shipped("faces")
    drawn = sample_features(run.spec.feature_probability, run.spec.n_features, 5000, np.random.default_rng(0))[0]
    # Of many, the first that has just these features, each large enough to be seen. The last one stands: a head, and
    # eyes or lips, whichever do not share its direction.
    beside = 0 if (0, 3) not in antipodal_pairs(run.W[0]) else 2
    several = [next(face for face in drawn if _just(face, *seen)) for seen in ((0,), (1,), (2,), (3, beside))]
    return {"kind": "faces", "W": plain(run.W[0]), "b": plain(run.b[0]), "faces": plain(several)}


def deck_gram(look: Theme) -> Mapping[str, object]:
    """W^T W of the deck's W."""
    return {"kind": "cells", "matrices": [plain(gram(DECK.W))], "numbers": True}


def ladder_gram(activation: Activation) -> Picture:
    """W^T W of the ladder, from 1 - S = 1 to 0.03."""

    def picture(look: Theme) -> Mapping[str, object]:
        run = shipped(f"ladder-{activation}")
        shown = [k for k, p in enumerate(run.spec.feature_probability) if p >= 0.03]
        return {"kind": "cells", "matrices": [plain(gram(run.W[k]), 2) for k in shown], "numbers": False}

    return picture


def kept(look: Theme) -> Mapping[str, object]:
    """How many features the ladder represents, from dense to sparse, above its number of dimensions."""
    run = shipped("ladder-relu")
    counts = represented(run.W).sum(axis=-1).tolist()
    return {"kind": "columns", "counts": counts, "line": run.spec.n_hidden}


def answers(look: Theme) -> Mapping[str, object]:
    """What the five outputs of the pentagon answer to x₁ alone."""
    run = shipped("pentagon-0.9")
    return {"kind": "curves", "slopes": plain(gram(run.W[0])[0]), "biases": plain(run.b[0]), "own": 0}


def polytopes_at(inverse_density: float) -> Picture:
    """The groups of features of one model of the shipped geometry ladder."""

    def picture(look: Theme) -> Mapping[str, object]:
        return {"kind": "groups", "groups": _groups(inverse_density)}

    return picture


def stacks(look: Theme) -> Mapping[str, object]:
    """What forty neurons read, in a dense model and in a sparse one."""
    runs = [shipped("absolute-0.3"), shipped("absolute-0.01")]
    return {
        "kind": "stacks",
        "stacks": [_stacks(run) for run in runs],
        "colours": look.importance_colours(runs[0].spec.importances),
    }


def _just(face: Array, *features: int) -> bool:
    """Whether these features of a face are there and large, and no others are there."""
    return bool((face[list(features)] > 0.6).all() and (face > 0).sum() == len(features))


@functools.cache
def _groups(inverse_density: float) -> list[dict[str, object]]:
    W = geometry.shipped(inverse_density).W[0]
    return in_their_planes(W, groups(W), feature_graph(W), MOST_LINES, digits=2)


def _stacks(run: Run) -> list[list[tuple[int, float]]]:
    order = neurons.by_importance(run.W1[0], run.spec.importances)
    weights = np.abs(neurons.rescaled(run.W1[0], run.W2[0])[0][order])
    return [_segments(row) for row in weights]


def _segments(weights: Sequence[float]) -> list[tuple[int, float]]:
    """Feature and weight, the largest first."""
    order = np.argsort(-np.asarray(weights), kind="stable")
    return [(int(i), round(float(weights[i]), 2)) for i in order if weights[i] >= SMALLEST_SEGMENT]
