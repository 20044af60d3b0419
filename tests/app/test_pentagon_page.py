"""The page "How many arrows fit in a plane?", as a visitor meets it."""

from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

import toymodels as tm
from tests.app.pages import captions, component_data, notes, open_page, plotted, printed_at_home, shown_alt, words
from toymodels.analysis.polytopes import shape
from toymodels.experiments.findings.pentagon import embedded
from toymodels.experiments.pentagon import pentagon_spec, two_digons_loss
from toymodels.experiments.two_dimensions import DENSITIES, SPARSITIES


@pytest.fixture(scope="module")
def sparse() -> AppTest:
    return open_page("pentagon", S="0.9", n="5")


def film(page: AppTest) -> dict[str, Any]:
    return next(data for data in component_data(page) if "reels" in data)


def axis(page: AppTest) -> dict[str, Any]:
    """What the browser is given of the models of all sparsities."""
    return next(data for data in component_data(page) if "findings" in data)


def grids(page: AppTest) -> list[dict[str, Any]]:
    return [data for data in component_data(page) if "planes" in data]


def test_a_cold_link_shows_the_trained_pentagon_with_nothing_pressed(sparse: AppTest) -> None:
    relu, linear = film(sparse)["reels"]
    run = tm.train(pentagon_spec(0.1), seed=0)
    # The picture is turned, which leaves W^T W as it is.
    np.testing.assert_allclose(tm.gram(relu["W"][-1]), tm.gram(run.W[0]), atol=5e-3)
    assert (relu["captions"][-1], linear["captions"][-1]) == ("pentagon", "orthogonal pair")
    assert "**5 of 5 features in 2 dimensions**: **pentagon**" in axis(sparse)["findings"][90]


def test_every_picture_has_x1_on_the_right_and_is_mirrored_like_the_one_above() -> None:
    page = open_page("pentagon", S="0.9", n="5", seeds="true")
    above = np.array(axis(page)["W"][90])
    reels = [np.array(reel["W"][-1]) for reel in film(page)["reels"]]
    pictures = [(reels[0], above), (reels[1], reels[0])]
    pictures += [(np.array(plane["W"]), above) for plane in grids(page)[-1]["planes"]]
    for W, like in pictures:
        assert abs(W[1, 0]) < 0.01 < W[0, 0]
        assert ((W - like) ** 2).sum() <= ((W * [[1], [-1]] - like) ** 2).sum()
    # Which runs they are is said, since at the same S they may have other neighbours.
    assert "Slider and film show two of 16 starts" in captions(page)


@pytest.mark.parametrize(
    ("query", "done"), [({"n": "6", "S": "0.98"}, True), ({"n": "6", "S": "0.9"}, False), ({}, False)]
)
def test_the_challenge_is_in_the_link_and_checked_on_this_run(query: dict[str, str], done: bool) -> None:
    page = open_page("pentagon", challenge="true", **query)
    (line,) = [text for text in words(page).split("\n") if "6 features survive" in text]
    assert ("done" in line) == done
    assert "survive in two dimensions" not in words(open_page("pentagon", **query))


def test_another_output_has_its_own_arrows_and_no_losses_by_hand() -> None:
    page = open_page("pentagon", S="0.9", n="5", activation="GELU")
    run = tm.train(pentagon_spec(DENSITIES, activation="gelu"), tracked=True).at(0.1)
    data = axis(page)
    np.testing.assert_allclose(tm.gram(data["W"][90]), tm.gram(run.W[0]), atol=1e-3)
    assert data["findings"][90] == embedded(run)
    assert "the GELU model embeds **4 of 5 features in 2 dimensions**: **two digons**" in embedded(run)
    # The loss of two digons by hand is that of a ReLU.
    assert [curve["name"] for curve in data["curves"]] == ["trained", "two features"]
    assert "The losses by hand are those of a ReLU output." in words(page)
    assert film(page)["reels"][0]["title"] == "GELU output"
    assert "The deck’s output is a ReLU, this run’s is GELU." in words(page) + captions(page)


def test_every_stop_of_the_slider_is_a_trained_model_with_its_loss_and_its_sentence(sparse: AppTest) -> None:
    data = axis(sparse)
    assert data["sparsity"] == list(SPARSITIES)
    run = tm.train(pentagon_spec(DENSITIES), tracked=True)
    np.testing.assert_allclose(tm.gram(data["W"]), tm.gram(run.W), atol=1e-3)
    np.testing.assert_allclose(data["loss"], run.loss, rtol=1e-3)
    trained, digons, two = (np.array(curve["relative"]) for curve in data["curves"])
    assert (two == 1).all()
    assert digons[90] / trained[90] == pytest.approx(
        two_digons_loss(0.1, run.spec.importances) / run.loss[90], rel=1e-3
    )
    for k in (0, 43, 80, 99):
        p = DENSITIES[k]
        assert data["findings"][k] == embedded(run.at(p))
        assert data["shapes"][data["shape"][k]] == shape(run.W[k]).name


def test_what_follows_the_slider_is_sent_once(sparse: AppTest) -> None:
    page = open_page("pentagon", n="8", r="0.95")
    element = next(element for element in page.get("bidi_component") if "findings" in element.proto.json)
    assert len(element.proto.json.encode()) < 200_000
    page.slider(key="S").set_value(0.3).run()
    again = next(element for element in page.get("bidi_component") if "findings" in element.proto.json)
    assert again.proto.json == element.proto.json


def test_the_film_runs_from_the_first_step_to_the_last_in_one_small_message(sparse: AppTest) -> None:
    data = film(sparse)
    frames = len(data["step"])
    assert 60 <= frames <= 120
    assert data["step"][0] == 0
    assert (np.diff(data["step"]) > 0).all()
    for reel in data["reels"]:
        assert np.shape(reel["W"]) == (frames, 2, 5)
        assert len(reel["loss"]) == len(reel["captions"]) == frames
        assert reel["loss"][-1] < 0.7 * reel["loss"][0]
        assert reel["captions"][0] != reel["captions"][-1]
    element = next(element for element in sparse.get("bidi_component") if "reels" in element.proto.json)
    assert len(element.proto.json) < 40_000


def test_the_film_is_turned_as_a_whole(sparse: AppTest) -> None:
    relu = film(sparse)["reels"][0]
    W = np.array(relu["W"])
    assert W[-1, 0, 0] > 0
    assert abs(W[-1, 1, 0]) < 2e-3
    # Had every frame a turn of its own, x₁ would lie to the right in all of them.
    assert np.abs(W[:, 1, 0]).max() > 0.02


def test_the_ladder_shows_the_decks_three_pictures(sparse: AppTest) -> None:
    (ladder,) = grids(sparse)
    found = {plane["caption"]: plane["note"] for plane in ladder["planes"] if plane["marked"]}
    assert found == {"S = 0": "orthogonal pair", "S = 0.8": "two digons", "S = 0.9": "pentagon"}


def test_the_paper_check_holds(sparse: AppTest) -> None:
    assert words(sparse).count("check: holds]") == 6
    assert "close: does not hold" not in words(sparse)


def test_the_table_of_products_shows_positive_neighbours(sparse: AppTest) -> None:
    boxes = next(table for table in plotted(sparse, 2) if "says" in table)
    cells = boxes[boxes["says"].str.contains("·")]
    # 5 x 5 cells: the diagonal, and each of the five positive pairs twice.
    assert (cells["value"] > 0.05).sum() == 5 + 10
    assert "5 of 10 pairs of embedded features have a positive product" in shown_alt(sparse)[2]


def test_moving_the_slider_changes_the_film_and_not_the_ladder() -> None:
    page = open_page("pentagon", S="0.9")
    before = axis(page), film(page), grids(page)
    page.slider(key="S").set_value(0.8).run()
    assert film(page)["reels"][0]["captions"][-1] == "two digons"
    assert (axis(page), grids(page)) == (before[0], before[2])
    assert film(page) != before[1]
    assert "0 of 6 pairs" in words(page)


def test_dense_features_get_a_dimension_each() -> None:
    page = open_page("pentagon", S="0")
    assert "**2 of 5 features in 2 dimensions**: **orthogonal pair**" in axis(page)["findings"][0]
    assert film(page)["reels"][0]["captions"][-1] == "orthogonal pair"


@pytest.mark.parametrize("n", ["3", "4", "8"])
def test_other_numbers_of_features_are_drawn_and_do_not_test_the_decks_claims(n: str) -> None:
    page = open_page("pentagon", n=n, S="0.8")
    assert np.shape(film(page)["reels"][0]["W"])[1:] == (2, int(n))
    assert words(page).count("not tested here]") == 5
    assert ("two digons have a smaller loss than two features" in words(page)) is (n != "3")


def test_equal_importances_are_drawn_and_do_not_test_the_decks_claims() -> None:
    page = open_page("pentagon", r="1")
    assert len(set(film(page)["colours"])) == 1
    assert words(page).count("not tested here]") == 5


def test_eight_seeds_are_shown_and_counted() -> None:
    page = open_page("pentagon", S="0.9", seeds="true")
    _, seeds = grids(page)
    assert [plane["caption"] for plane in seeds["planes"]] == [f"seed {seed}" for seed in range(1, 9)]
    pentagons = sum(plane["note"] == "pentagon" for plane in seeds["planes"])
    assert pentagons >= 6
    assert f"**{pentagons} of 8: pentagon**" in words(page)


def test_the_snippet_runs_and_prints_the_loss_that_the_page_shows(sparse: AppTest) -> None:
    printed = printed_at_home(sparse)
    shown = next(str(caption.value) for caption in sparse.caption if "held-out" in str(caption.value))
    assert f"Loss {printed.split('loss ')[1].split()[0]} ±" in shown


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ({"n": "9"}, "n = 9 is not from 3 to 8; showing 8."),
        ({"n": "2.5"}, "n = 2.5 is not from 3 to 8; showing 3."),
        ({"n": "4.6"}, "n = 4.6 is not a step of 1; showing 5."),
        ({"n": "five"}, "n = five is not a number from 3 to 8; showing 5."),
        ({"S": "1"}, "S = 1 is not from 0 to 0.99; showing 0.99."),
        ({"r": "0"}, "r = 0 is not from 0.5 to 1; showing 0.5."),
        ({"r": "nan"}, "r = nan is not a number from 0.5 to 1; showing 0.9."),
        ({"seed": "1e3"}, "seed = 1e3 is not a whole number"),
        ({"seeds": "<b>"}, "seeds = ?b? is neither true nor false; showing false."),
    ],
)
def test_nonsense_in_the_url_gives_the_page_and_one_sentence(query: dict[str, str], says: str) -> None:
    page = open_page("pentagon", **query)
    assert len(notes(page)) == 1
    assert says in notes(page)[0]
    assert film(page)["step"][0] == 0
