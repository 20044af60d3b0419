"""The page "Why only with a ReLU?", as a visitor meets it."""

import json
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

import toymodels as tm
from tests.app.pages import component_data, notes, open_page, plotted, printed_at_home, shown_alt, words
from toymodels.analysis.interference import terms
from toymodels.analysis.losses import two_feature_losses
from toymodels.experiments.two_dimensions import DENSITIES
from toymodels.plots.interference import cell_words

FORMS = ["one active", "x = 1", "linear"]


@pytest.fixture(scope="module")
def sparse() -> AppTest:
    return open_page("why", S="0.9")


@cache
def trained(sparsity: float) -> tm.Run:
    """The model that the page shows, among those of all sparsities."""
    return tm.train(tm.Autoencoder(5, 2, DENSITIES, 0.9), tracked=True).at(round(1 - sparsity, 2))


def axis(page: AppTest) -> dict[str, Any]:
    """What the browser is given of the models of all sparsities."""
    return next(data for data in component_data(page) if "bars" in data)


def bars(page: AppTest) -> pd.DataFrame:
    return next(table for table in plotted(page, 0) if "term" in table)


def matrix(page: AppTest, stop: int) -> pd.DataFrame:
    """Of every pair of the model at a stop: its product, and what stands in its cell."""
    data = axis(page)
    products = tm.gram(data["W"][stop])
    n = len(products)
    return pd.DataFrame(
        [
            {"i": i, "j": j, "product": products[j, i], "text": data["cells"][stop][j][i]}
            for j in range(n)
            for i in range(n)
        ]
    )


@pytest.mark.parametrize("form", FORMS)
def test_the_bars_add_up_to_the_exact_loss_of_the_chosen_form(form: str) -> None:
    page = open_page("why", S="0.9", form=form)
    assert notes(page) == []
    run = trained(0.9)
    exact = terms(form, run.W[0], run.b[0], run.spec.importances)  # type: ignore[arg-type]
    benefit, interference = (bar["values"][90] for bar in axis(page)["bars"])
    np.testing.assert_allclose(benefit, exact.benefit, atol=1e-5)
    np.testing.assert_allclose(interference, exact.interference.sum(axis=0), atol=1e-5)
    assert sum(benefit) + sum(interference) == pytest.approx(float(exact.total), abs=1e-4)
    assert f"**{float(exact.total):.4g}** = " in words(page)
    # Every row of bars is a row of the matrix: its diagonal, and the rest.
    losses = exact.interference + np.diag(exact.benefit)
    assert axis(page)["cells"][90] == cell_words(tm.gram(run.W[0]), losses)
    np.testing.assert_allclose(losses.sum(axis=0), np.add(benefit, interference), atol=1e-5)


def test_free_cells_are_those_with_negative_interference(sparse: AppTest) -> None:
    cells = matrix(sparse, 90)
    others = cells[cells["i"] != cells["j"]]
    free = others[others["text"] == "free"]
    assert len(free) == 10
    assert (free["product"] < 0).all()
    assert (others[others["product"] > 0]["text"].astype(float) > 0).all()
    assert "**5 are free**" in axis(sparse)["findings"][90]


def test_without_the_relu_no_pair_is_free() -> None:
    cells = matrix(open_page("why", S="0.9", form="linear"), 90)
    assert "free" not in set(cells["text"])


def test_monte_carlo_stands_beside_every_bar(sparse: AppTest) -> None:
    table = bars(sparse)
    assert (table["error_bar"] > 0).all()
    assert (np.abs(table["monte_carlo"] - table["loss"]) <= 1.5 * table["error_bar"]).all()
    assert (table["low_x"] < table["high_x"]).all()


def test_the_paper_check_holds_in_the_sparse_regime(sparse: AppTest) -> None:
    assert words(sparse).count("check: holds]") == 5
    assert "does not hold" not in words(sparse)


def test_a_dense_model_cannot_tell_whether_negative_interference_is_free() -> None:
    opened = open_page("why", S="0.0")
    page = words(opened)
    assert "not tested here] With ReLU, negative interference" in page
    assert "2 of 5 features in 2 dimensions" in axis(opened)["findings"][0]
    assert "stops before 180°" in page
    assert opened.table[0].value["So the smaller loss has"].tolist() == ["keeping one"] * 3


def test_just_above_the_boundary_the_page_says_that_the_claim_does_not_hold() -> None:
    page = words(open_page("why", S="0.42"))
    assert "does not hold] Two features" in page


def test_linear_output_has_no_interference() -> None:
    page = open_page("why", S="0.9", activation="linear", form="linear")
    assert "2 of 5 features" in axis(page)["findings"][90]
    sums = bars(page).groupby("term")["loss"].sum()
    assert sums["interference"] < 0.05 * sums["own error"]


def test_the_lesson_gets_the_pairs_of_the_model(sparse: AppTest) -> None:
    data = next(data for data in component_data(sparse) if "pairs" in data)
    run = trained(0.9)
    assert len(data["pairs"]) == 20
    assert set(bars(sparse)["feature"]) == {"1", "2", "3", "4", "5"}
    for pair in data["pairs"]:
        assert pair["a"] == pytest.approx(tm.gram(run.W[0])[pair["i"], pair["j"]], abs=1e-3)
        assert pair["b"] == pytest.approx(run.b[0][pair["j"]], abs=1e-3)


def test_the_map_shows_both_models_on_one_scale_with_their_least_losses(sparse: AppTest) -> None:
    relu, linear = (plotted(sparse, chart) for chart in (1, 2))
    for tables, antipodal_wins in ((relu, True), (linear, False)):
        cells = next(table for table in tables if "shade" in table)
        marks = next(table for table in tables if "mark" in table)
        least = cells.sort_values("relative").iloc[0]
        assert (least["angle"], least["bias"], least["relative"]) == (90, 0, 0)
        at_180 = cells[cells["angle"] == 180]["relative"].min()
        assert at_180 == pytest.approx(marks[marks["angle"] == 180]["relative"].item(), rel=0.2)
        assert (at_180 < 1) == antipodal_wins
    cost = two_feature_losses(0.9, 0.1)
    here = next(table for table in relu if "shade" in table)
    at_zero = here[(here["angle"] == 180) & (here["bias"] == 0)]["relative"].item()
    assert at_zero == pytest.approx(cost.antipodal / cost.ignore_second, abs=1e-3)
    boundaries = sparse.table[0].value
    assert boundaries["So the smaller loss has"].tolist() == ["the pair"] * 3
    assert boundaries["Its loss at p = 0.1"].iloc[0] == f"{cost.antipodal:.3g}"
    assert len(shown_alt(sparse)) == 3


def test_moving_the_slider_repaints_from_another_training() -> None:
    page = open_page("why", S="0.9")
    before = axis(page), words(page)
    page.slider(key="S").set_value(0.0).run()
    # What follows the slider is sent once; the words below it are those of the model at hand.
    assert axis(page) == before[0]
    assert words(page) != before[1]
    assert "At **S = 0**" in axis(page)["findings"][0]
    assert matrix(page, 0)["product"].min() > -0.25
    assert len(json.dumps(axis(page))) < 150_000


def test_eight_seeds_answer_whether_it_was_luck() -> None:
    page = open_page("why", S="0.9", seeds="true")
    assert "of 8** other seeds there is negative interference" in words(page)
    table = next(table for table in plotted(page, 3) if "term" in table)
    assert set(table["feature"]) == {str(seed) for seed in range(1, 9)}


@pytest.mark.parametrize("form", FORMS)
def test_the_snippet_runs_and_prints_the_terms_that_the_page_shows(form: str) -> None:
    page = open_page("why", n="4", S="0.8", form=form)
    printed = printed_at_home(page)
    total = printed.strip().splitlines()[-1].split(" = ")[1]
    assert f"**{total}** = " in words(page)


@pytest.mark.parametrize("n", ["3", "8"])
@pytest.mark.parametrize("r", ["0.1", "1"])
def test_every_corner_of_the_controls_gives_a_page(n: str, r: str) -> None:
    page = open_page("why", n=n, r=r, S="0.99")
    assert notes(page) == []
    assert len(matrix(page, 99)) == int(n) ** 2


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ({"S": "abc"}, "S = abc is not a number from 0 to 0.99; showing 0.9."),
        ({"S": "-inf"}, "S = -inf is not a number"),
        ({"n": "400"}, "n = 400 is not from 3 to 8; showing 8."),
        ({"n": "2.5"}, "n = 2.5 is not a whole number from 3 to 8; showing 5."),
        ({"r": "0"}, "r = 0 is not from 0.1 to 1; showing 0.1."),
        ({"form": "<b>cubic</b>"}, "form = ?b?cubic??b? is none of one active, x = 1, linear; showing one active."),
        ({"seed": "9" * 5000}, "showing 0."),
    ],
)
def test_nonsense_in_the_url_gives_the_page_and_one_sentence(query: dict[str, str], says: str) -> None:
    page = open_page("why", **query)
    assert len(notes(page)) == 1
    assert says in notes(page)[0]
    assert len(matrix(page, 90)) == (64 if "n" in query and query["n"] == "400" else 25)
