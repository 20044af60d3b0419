"""Features as people read them: counted from one."""

import numpy as np
import pytest

from toymodels.names import FACE_FEATURES, feature_name, feature_names, feature_numbers


def test_the_first_feature_is_x_1() -> None:
    assert feature_name(0) == "x₁"
    assert feature_name(20) == "x₂₁"
    assert feature_names(3) == ["x₁", "x₂", "x₃"]
    assert FACE_FEATURES == ("eyes", "nose", "lips", "head")


@pytest.mark.parametrize(
    ("features", "words"),
    [([], "none"), ([3], "4"), ([0, 1], "1, 2"), ([0, 1, 2], "1 to 3"), ([1, 3, 4, 5, 9], "2, 4 to 6, 10")],
)
def test_lists_of_features_count_from_one(features: list[int], words: str) -> None:
    assert feature_numbers(features) == words
    assert feature_numbers(np.array(features, dtype=int)) == words
