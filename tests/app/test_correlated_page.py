"""The page "Features that come together", as a visitor meets it."""

import numpy as np
import pytest

from tests.app.pages import component_data, open_page, words
from toymodels.experiments.correlated import partner_cosines


@pytest.mark.parametrize(("S", "kinds"), [("0.9", 3), ("0.3", 2)])
def test_each_kind_of_data_that_has_this_sparsity_is_a_plane(S: str, kinds: int) -> None:
    page = open_page("correlated", S=S)
    drawn = next(data for data in component_data(page) if "planes" in data)
    assert len(drawn["planes"]) == kinds
    cosines = partner_cosines([plane["W"] for plane in drawn["planes"]])
    if S == "0.9":
        np.testing.assert_allclose(cosines[0], 0, atol=0.1)
        np.testing.assert_allclose(cosines[2], -1, atol=0.05)
        assert words(page).count("check: holds]") == 5
    else:
        assert cosines[0].min() > 0.9
        assert "never together only if" in words(page)


def test_the_collapse_follows_the_slider_and_is_measured_by_principal_components() -> None:
    page = open_page("correlated")
    drawn = next(data for data in component_data(page) if "curves" in data)
    assert np.shape(drawn["W"]) == (100, 2, 6)
    assert drawn["measure"] == "principal components"
    trained, theory = drawn["curves"]
    assert set(theory["relative"]) == {1.0}
    assert trained["relative"][10] == pytest.approx(1, abs=0.05)
    assert trained["relative"][90] < 0.5
    assert "**one direction**" in drawn["findings"][30]
    assert "in two directions" in drawn["findings"][95]


def test_a_link_sets_the_number_of_features_also_where_its_control_is_not_shown() -> None:
    check = open_page("correlated", talk="1", stop="check", n="12")
    assert words(check).startswith("# 5 of 5")
    read = open_page("correlated", n="4")
    assert "4 features in 2 dimensions" in " ".join(str(caption.value) for caption in read.caption)


def test_a_talk_asks_and_then_shows_the_planes() -> None:
    asked = open_page("correlated", talk="1")
    assert "at a right angle" in {button.label for button in asked.button}
    shown = open_page("correlated", talk="1", stop="partners")
    assert len([data for data in component_data(shown) if "planes" in data]) == 1


def test_eight_seeds_are_a_plane_each() -> None:
    page = open_page("correlated", seeds="true")
    planes = [data["planes"] for data in component_data(page) if "planes" in data]
    assert [len(one) for one in planes] == [3, 8]
    assert "16 pairs**" in words(page)
