"""The page "The ladder", as a visitor meets it."""

import threading
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

import toymodels as tm
from tests.app.busy_queue import busy_queue
from tests.app.pages import component_data, notes, open_page, plotted, printed_at_home, shown_alt, words
from toymodels.app.views import density_sweep
from toymodels.app.views.density_sweep import hand_on_pick
from toymodels.experiments.ladder import DENSITIES, density_sweep_spec
from toymodels.plots.theme import LIGHT


def figure(page: AppTest) -> dict[str, Any]:
    """What the ladder or the close-up was given to draw."""
    return next(data for data in component_data(page) if data.get("legend"))


@pytest.fixture(scope="module")
def deck() -> AppTest:
    return open_page("ladder")


def test_a_cold_link_shows_both_rows_of_trained_models_with_nothing_pressed(deck: AppTest) -> None:
    drawn = figure(deck)
    assert [column["label"] for column in drawn["columns"]] == [f"1 − S = {p:g}" for p in DENSITIES]
    assert [row["name"] for row in drawn["rows"]] == ["Linear output", "ReLU output"]
    for row, spec in zip(drawn["rows"], (density_sweep_spec("linear"), density_sweep_spec("relu")), strict=True):
        run = tm.train(spec, seed=0)
        for panel, W, b, loss in zip(row["panels"], run.W, run.b, run.loss, strict=True):
            np.testing.assert_allclose(panel["W"], W, atol=1e-4)
            np.testing.assert_allclose(panel["b"], b, atol=1e-4)
            np.testing.assert_allclose(panel["norms"], tm.norms(W), atol=1e-4)
            np.testing.assert_allclose(panel["superposition"], tm.superposition(W), atol=1e-4)
            assert panel["caption"][0] == f"{tm.represented(W).sum()} of 20 features"
            assert f"D* {tm.dimensions_per_feature(W):.3g} · loss " in panel["caption"][1]
            if loss >= 1e-4:
                assert panel["caption"][1].endswith(f"loss {loss:.3g}")
            assert f"{tm.represented(W).sum()} features represented" in panel["alt"]


@pytest.mark.parametrize(
    ("state", "rows_drawn"),
    [
        ({}, [["Linear output"], ["Linear output", "ReLU output"]]),
        ({"activation": "ReLU"}, [["ReLU output"]]),
        ({"zoom": "0.1"}, []),
        ({"talk": "1", "stop": "sweep"}, [["Linear output", "ReLU output"]]),
    ],
    ids=str,
)
def test_a_reader_who_waits_for_the_relu_is_shown_the_linear_row(
    state: dict[str, str], rows_drawn: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[list[str]] = []
    with busy_queue() as somebody:
        if len(rows_drawn) < 2:
            threading.Timer(0.3, somebody.may_end.set).start()

        def draw(rows: Sequence[density_sweep.Row], *_: Any) -> None:
            drawn.append([row.name for row in rows])
            somebody.may_end.set()

        monkeypatch.setattr(density_sweep, "density_sweep_view", draw)
        open_page("ladder", seed="3", **state)
    assert drawn == rows_drawn


def test_the_finding_has_the_runs_own_numbers(deck: AppTest) -> None:
    panels = figure(deck)["rows"][1]["panels"]
    dense, sparse = (panel["caption"][0].split()[0] for panel in (panels[0], panels[-1]))
    assert f"keeps **{dense} of 20 features in 5 dimensions** at 1 − S = 1, and **{sparse}** at" in words(deck)
    assert "The linear one never keeps more than **5**." in words(deck)


def test_gelu_stands_beside_the_relu_with_its_own_numbers() -> None:
    page = open_page("ladder", activation="GELU", n="8", m="2", densities="1, 0.03")
    drawn = figure(page)
    assert [row["name"] for row in drawn["rows"]] == ["ReLU output", "GELU output"]
    run = tm.train(density_sweep_spec("gelu", 8, 2, densities=(1, 0.03)))
    for panel, W in zip(drawn["rows"][1]["panels"], run.W, strict=True):
        np.testing.assert_allclose(panel["W"], W, atol=1e-4)
    relu = tm.train(density_sweep_spec("relu", 8, 2, densities=(1, 0.03)))
    assert f"The ReLU one keeps **{tm.represented(relu.W[-1]).sum()}** there." in words(page)


def test_the_scale_is_fixed_symmetric_and_says_what_it_cuts_off(deck: AppTest) -> None:
    drawn = figure(deck)
    assert (drawn["ink"]["negative"], drawn["ink"]["positive"]) == (LIGHT.sign[0], LIGHT.sign[2])
    values = np.concatenate(
        [
            np.abs(entries).ravel()
            for row in drawn["rows"]
            for panel in row["panels"]
            for entries in (tm.gram(panel["W"]), np.array(panel["b"]))
        ]
    )
    assert f"up to ±{values.max():.3g}, and drawn as ±1" in drawn["legend"]["scale"]


def test_the_paper_check_has_an_answer_for_every_claim(deck: AppTest) -> None:
    assert words(deck).count("check: holds]") == 8


def test_a_feature_in_the_url_is_lit_and_told_about() -> None:
    page = open_page("ladder", feature="8")
    assert figure(page)["picked"] == 7
    assert "**Feature 8** has importance 0.0824. Linear output represents it at 0 of 7 densities." in words(page)
    panel = figure(page)["rows"][1]["panels"][3]
    opposite = [other for other, _, is_opposite in panel["companions"][7] if is_opposite]
    assert opposite
    assert f"{opposite[0] + 1} at 0.03" in words(page)


def test_picking_and_letting_go_by_the_widget() -> None:
    page = open_page("ladder")
    page.selectbox(key="feature").set_value("4").run()
    assert figure(page)["picked"] == 3
    page.selectbox(key="feature").set_value("none").run()
    assert figure(page)["picked"] is None


def test_the_close_up_shows_one_density() -> None:
    page = open_page("ladder", zoom="0.1", feature="2")
    drawn = figure(page)
    run = tm.train(density_sweep_spec("relu"), seed=0)
    np.testing.assert_allclose(drawn["panel"]["W"], run.W[2], atol=1e-4)
    assert drawn["picked"] == 1
    assert drawn["pairs"].startswith("Antipodal pairs: ")
    assert "ReLU output at **1 − S = 0.1**" in words(page)
    assert "in 5 dimensions**, " in words(page)


@pytest.mark.parametrize(("output", "names"), [("ReLU", ["ReLU output"]), ("linear", ["Linear output"])])
def test_one_output_alone(output: str, names: list[str]) -> None:
    page = open_page("ladder", activation=output)
    assert [row["name"] for row in figure(page)["rows"]] == names
    assert words(page).count("check: holds]") == (6 if output == "ReLU" else 1)


def test_sizes_and_densities_are_free() -> None:
    page = open_page("ladder", n="6", m="2", r="0.9", densities="0.05, 1")
    drawn = figure(page)
    assert (drawn["features"], drawn["hidden"]) == (6, 2)
    assert [column["density"] for column in drawn["columns"]] == ["1", "0.05"]
    assert np.shape(drawn["rows"][0]["panels"][0]["W"]) == (2, 6)


def test_a_preset_fills_the_controls() -> None:
    page = open_page("ladder", n="6", m="2", densities="1", feature="5")
    next(button for button in page.button if button.label == "The deck, 20 → 5").click().run()
    assert (figure(page)["features"], figure(page)["hidden"]) == (20, 5)
    assert len(figure(page)["columns"]) == 7
    assert figure(page)["picked"] is None


def test_eight_seeds_give_the_spread() -> None:
    page = open_page("ladder", densities="1, 0.1", seeds="true", activation="ReLU")
    (table,) = [table for table in plotted(page, 0) if "seeds" in table]
    assert table.groupby("density")["seeds"].sum().tolist() == [8, 8]
    assert table[table["density"] == 1]["features"].tolist() == [5]
    sparse = table[table["density"] == 0.1]["features"]
    span = f"{sparse.min()} to {sparse.max()} at 0.1" if len(sparse) > 1 else f"{sparse.min()} at 0.1"
    assert f"5 at 1, {span}" in words(page)
    assert f"5 at 1, {span}" in shown_alt(page)[0]


def test_too_much_is_refused_before_it_starts_with_the_code_for_home() -> None:
    twenty = ", ".join(f"{1 - k / 25:g}" for k in range(20))
    page = open_page("ladder", n="100", m="100", densities=twenty)
    (warning,) = page.warning
    assert "40 models of 100 features in 100 dimensions would take about" in warning.value
    assert "What fits:" in warning.value
    assert "n_features=100, n_hidden=100" in page.code[0].value
    assert all("legend" not in data for data in component_data(page))


def test_the_snippet_runs_and_prints_the_losses_that_the_page_shows(deck: AppTest) -> None:
    printed = printed_at_home(deck)
    losses = [line.split("loss ")[1].split()[0] for line in printed.splitlines() if "loss" in line]
    shown = [panel["caption"][1].split("loss ")[1] for panel in figure(deck)["rows"][1]["panels"]]
    assert len(losses) == 7
    assert losses[:5] == shown[:5]


@pytest.mark.parametrize(
    ("query", "says", "features"),
    [
        ({"n": "1e9"}, "n = 1e9 is not a whole number from 2 to 100; showing 20.", 20),
        ({"n": "3"}, "m = 5 is more than n = 3; showing m = 3.", 3),
        ({"m": "0"}, "m = 0 is not from 1 to 100; showing 1.", 20),
        ({"r": "nan"}, "r = nan is not a number", 20),
        ({"densities": "x"}, "densities must be 1 to 20 numbers from 0.0001 to 1", 20),
        ({"densities": "1 " * 5000}, "showing the deck’s.", 20),
        ({"activation": "<b>"}, "is none of both, ReLU, linear, GELU; showing both.", 20),
        ({"feature": "21"}, "There is no feature 21 here.", 20),
        ({"feature": "0"}, "feature = 0 is no feature; showing none.", 20),
        ({"feature": "-1"}, "feature = -1 is no feature; showing none.", 20),
        ({"zoom": "0.5"}, "There is no density 0.5 here.", 20),
        ({"zoom": "<script>"}, "is no density; showing all.", 20),
        ({"seed": "0.5"}, "seed = 0.5 is not a whole number", 20),
    ],
)
def test_nonsense_in_the_url_gives_the_page_and_one_sentence(query: dict[str, str], says: str, features: int) -> None:
    page = open_page("ladder", **query)
    assert len(notes(page)) == 1
    assert says in notes(page)[0]
    assert len(notes(page)[0]) < 140
    assert figure(page)["features"] == features
    assert figure(page)["picked"] is None


def test_features_are_counted_from_one_in_every_word_about_a_panel(deck: AppTest) -> None:
    dense = figure(deck)["rows"][0]["panels"][0]
    assert "features represented, 1 to 5; in superposition: none" in dense["alt"]


def test_a_pick_in_the_picture_is_counted_from_one_in_the_address_and_nonsense_is_none() -> None:
    heard: list[int | None] = []
    for picked in ("0", "19", "none", "20", "-1", "x", None, 3):
        hand_on_pick(picked, 20, heard.append)
    assert heard == [0, 19, None]
