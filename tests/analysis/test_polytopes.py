"""Arrangements are named by their angles, whichever way they are turned, numbered, stretched or shaken."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toymodels.analysis.polytopes import IDEALS, NAMED_WITHIN, Shape, shape
from toymodels.arrays import Array

NAMES = [name for name, _ in IDEALS]
FIVE = next(ideal for name, ideal in IDEALS if name == "pentagon")
ideals = st.sampled_from(IDEALS)
seeds = st.integers(0, 2**32 - 1)


def rotation(angle: float) -> Array:
    return np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])


def at_degrees(*degrees: float) -> Array:
    return np.array([np.cos(np.radians(degrees)), np.sin(np.radians(degrees))])


def test_the_deck_shapes_have_names() -> None:
    assert {"orthogonal pair", "two digons", "pentagon", "digon", "triangle", "hexagon"} <= set(NAMES)
    assert len(set(NAMES)) == len(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_every_ideal_is_named_after_itself(name: str) -> None:
    ideal = dict(IDEALS)[name]
    found = shape(ideal)
    assert (found.name, found.features) == (name, tuple(range(ideal.shape[1])))
    assert found.distance == pytest.approx(0, abs=1e-5)


@given(ideals, st.floats(0, 2 * np.pi), st.booleans(), seeds)
def test_turned_mirrored_renumbered_and_stretched_it_keeps_its_name(
    named: tuple[str, Array], angle: float, mirrored: bool, seed: int
) -> None:
    name, ideal = named
    rng = np.random.default_rng(seed)
    W = rotation(angle) @ ideal * rng.uniform(0.6, 2, ideal.shape[1])
    if mirrored:
        W = W * np.array([[1.0], [-1.0]])
    found = shape(W[:, rng.permutation(ideal.shape[1])])
    assert found.name == name
    assert found.distance == pytest.approx(0, abs=1e-4)


@given(ideals, seeds)
def test_in_more_dimensions_it_keeps_its_name(named: tuple[str, Array], seed: int) -> None:
    name, ideal = named
    basis, _ = np.linalg.qr(np.random.default_rng(seed).normal(size=(5, 5)))
    assert shape(basis[:, :2] @ ideal).name == name


@given(ideals, seeds)
def test_shaken_a_little_it_keeps_its_name_and_tells_how_far_it_is_off(named: tuple[str, Array], seed: int) -> None:
    name, ideal = named
    shaken = np.random.default_rng(seed).uniform(-NAMED_WITHIN / 2, NAMED_WITHIN / 2, ideal.shape[1])
    angles = np.degrees(np.arctan2(ideal[1], ideal[0])) + shaken
    found = shape(at_degrees(*angles))
    assert found.name == name
    assert found.distance <= np.ptp(shaken) + 1e-6


def test_the_distance_is_that_of_the_angle_that_fits_worst() -> None:
    assert shape(at_degrees(0, 97)).distance == pytest.approx(7)
    assert shape(at_degrees(0, 72, 144, 216, 288 + 4)).distance == pytest.approx(4)


@pytest.mark.parametrize(
    "degrees",
    [
        (0, 45),  # between one direction and a right angle
        (0, 90 + NAMED_WITHIN + 1),
        (0, 30, 180),
        (0, 122, 226),  # what training finds at S = 0.35: no triangle
        (0, 60, 180, 240),  # two digons that are not at a right angle
        (0, 90, 180, 270, 315),  # a pair and two features that share a direction
        (0, 72, 144, 216, 217),
        (0, 1, 2, 3, 4, 5, 6, 7),
    ],
)
def test_what_fits_nothing_is_irregular(degrees: tuple[float, ...]) -> None:
    found = shape(at_degrees(*degrees))
    assert found.name == "irregular"
    assert found.distance > NAMED_WITHIN
    assert found.features == tuple(range(len(degrees)))


def test_more_features_than_any_ideal_has_are_irregular_and_infinitely_far_off() -> None:
    assert shape(at_degrees(*range(0, 360, 36))) == Shape("irregular", tuple(range(10)), np.inf)


def test_only_represented_features_count() -> None:
    W = np.insert(FIVE, [0, 2], [[0.0, 0.49], [0.0, 0.0]], axis=1)
    found = shape(W)
    assert (found.name, found.features) == ("pentagon", (1, 2, 4, 5, 6))


def test_a_model_that_learned_nothing_is_nothing() -> None:
    assert shape(np.zeros((2, 5))) == Shape("nothing", (), 0.0)
    assert shape(np.full((2, 5), 0.1)) == Shape("nothing", (), 0.0)
