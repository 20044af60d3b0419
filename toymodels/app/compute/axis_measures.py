"""Arrows, shapes and sentences of every model of a tracked run, computed once for all visitors.

A tracked run has an instance at every stop of a slider over S; see `toymodels.training.train`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from toymodels.analysis.polytopes import Shape, shape
from toymodels.analysis.solution_tracking import track_solutions
from toymodels.app.compute.shared_cache import shared
from toymodels.arrays import Array
from toymodels.run import Run

Sentence = TypeVar("Sentence")


@shared
def upright(axis: Run) -> Array:
    """Arrows as they are drawn, (instances, 2, features): x₁ to the right, mirrored so that they move least."""
    return track_solutions([axis])[1]


@shared
def shapes(axis: Run) -> list[Shape]:
    """What the arrows of every instance form."""
    return [shape(W) for W in axis.W]


@shared
def findings_at_stops(axis: Run, finding: Callable[[Run], Sentence]) -> list[Sentence]:
    """The sentence of every instance."""
    return [finding(axis.at(p)) for p in axis.spec.feature_probability]
