"""Features as people read them: counted from one."""

import numpy as np
import pytest

from toymodels.names import (
    FACE_FEATURES,
    compared,
    counted,
    feature_name,
    feature_names,
    feature_numbers,
    neuron_number,
    number_word,
    percent,
    plus_minus,
    scientific,
    with_error,
)


def test_the_first_feature_is_x_1() -> None:
    assert feature_name(0) == "x₁"
    assert feature_name(20) == "x₂₁"
    assert feature_names(3) == ["x₁", "x₂", "x₃"]
    assert neuron_number(0) == 1
    assert FACE_FEATURES == ("eyes", "nose", "lips", "head")


@pytest.mark.parametrize(
    ("features", "words"),
    [([], "none"), ([3], "4"), ([0, 1], "1, 2"), ([0, 1, 2], "1 to 3"), ([1, 3, 4, 5, 9], "2, 4 to 6, 10")],
)
def test_lists_of_features_count_from_one(features: list[int], words: str) -> None:
    assert feature_numbers(features) == words
    assert feature_numbers(np.array(features, dtype=int)) == words


def test_a_number_with_its_noun() -> None:
    assert [counted(number, "pair") for number in (0, 1, 2)] == ["0 pairs", "1 pair", "2 pairs"]


def test_numbers_in_words_up_to_ten() -> None:
    assert [number_word(number) for number in (0, 1, 10, 11)] == ["no", "one", "ten", "11"]


@pytest.mark.parametrize(
    ("value", "text"), [(0.0125, "0.0125"), (2.0, "2"), (8.09e-5, "8.09 · 10⁻⁵"), (1.5e12, "1.5 · 10¹²")]
)
def test_small_and_large_numbers_have_a_power_of_ten(value: float, text: str) -> None:
    assert scientific(value) == text


@pytest.mark.parametrize(
    ("value", "error", "text"),
    [
        (0.02148, 0.000123, "0.0215 ± 0.0001"),
        (8.09e-5, 2.4e-7, "8.09 · 10⁻⁵ ± 2 · 10⁻⁷"),
        (0.25, 0.0, "0.25"),
        (5.78, 0.21, "5.8 ± 0.2"),
        (12.854, 0.012, "12.85 ± 0.01"),
        (0.124, 0.0003, "0.1240 ± 0.0003"),
        (5.0, 1.3, "5 ± 1"),
        (0.4, 3.0, "0.4 ± 3"),
        (0.0, 0.01, "0 ± 0.01"),
        (1.0, 3e-12, "1.000000 ± 3 · 10⁻¹²"),
    ],
)
def test_an_estimate_stands_with_its_error_and_an_exact_number_alone(value: float, error: float, text: str) -> None:
    assert with_error(value, error) == text


@pytest.mark.parametrize(("error", "text"), [(0.0023, "± 0.002"), (3.7e-5, "± 4 · 10⁻⁵")])
def test_a_standard_error_has_one_digit_and_a_power_of_ten(error: float, text: str) -> None:
    assert plus_minus(error) == text


@pytest.mark.parametrize(
    ("ratio", "words"),
    [
        (0.16, "84 % less than"),
        (1.004, "the same as"),
        (1.2, "20 % more than"),
        (2.5, "2.5 times"),
        (8150, "8.15 · 10³ times"),
    ],
)
def test_a_loss_beside_another_one(ratio: float, words: str) -> None:
    assert compared(ratio) == words


def test_a_part_in_percent() -> None:
    assert [percent(0.84), percent(0.9951, 1), percent(0)] == ["84 %", "99.5 %", "0 %"]
