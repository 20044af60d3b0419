"""The page "Good or bad?", as a visitor meets it."""

import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

import toymodels as tm
from tests.app.pages import component_data, notes, open_page, plotted, printed_at_home, shown_alt, words
from toymodels.analysis.equivalent_dimensions import equivalent_dimensions, equivalent_dimensions_error
from toymodels.analysis.losses import losses_without_superposition
from toymodels.analysis.transitions import find_transitions
from toymodels.experiments.absolute_value import HELD_OUT, absolute_value_spec, absolute_value_steps
from toymodels.experiments.observation import FRAMES, STEPS, observed_spec, observed_start
from toymodels.experiments.storage import DENSITIES, HIDDEN, storage_spec

STORAGE, SAVING, PER_NEURON, NEURONS_WORTH, NEURON_COST, DIRECTION_COST = range(6)


@pytest.fixture(scope="module")
def arrival() -> AppTest:
    return open_page("good_or_bad")


def film(page: AppTest) -> dict[str, Any]:
    return next(data for data in component_data(page) if "jumps" in data)


def table_with(page: AppTest, chart: int, *columns: str) -> Any:
    return next(table for table in plotted(page, chart) if set(columns) <= set(table))


def test_storage_is_real_training_beside_the_closed_form(arrival: AppTest) -> None:
    trained = table_with(arrival, STORAGE, "equivalent_dimensions", "loss")
    assert trained["m"].tolist() == list(HIDDEN)
    run = tm.train(storage_spec(5, 0.1))
    mine = trained[trained["m"] == 5].iloc[0]
    assert mine["loss"] == pytest.approx(float(run.loss[0]))
    assert f"**5 dimensions do what {float(equivalent_dimensions(run)[0]):.1f} do without**" in words(arrival)
    alone = next(
        table
        for table in plotted(arrival, STORAGE)
        if "without superposition" in set(table.get("code", [])) and len(table) > 1
    )
    np.testing.assert_allclose(alone["loss"], losses_without_superposition(run.spec.importances, 0.1))


@pytest.mark.parametrize("S", ["0.9", "0.95", "0.98"])
def test_what_m_dimensions_store_has_one_value_on_the_screen(S: str) -> None:
    page = open_page("good_or_bad", S=S)
    arrow = table_with(page, STORAGE, "equivalent_dimensions", "loss")
    curve = table_with(page, SAVING, "density", "label")
    here = float(curve["value"][np.isclose(curve["density"], 1 - float(S))].iloc[0])
    assert float(arrow["equivalent_dimensions"][arrow["m"] == 5].iloc[0]) == pytest.approx(here, abs=1e-9)
    assert f"**5 dimensions do what {here:.1f} do without**" in words(page)
    (table,) = [one.value for one in page.table]
    assert table["without superposition"].tolist()[0] == f"{here:.1f}"


def test_the_closing_table_has_every_point_with_the_numbers_above(arrival: AppTest) -> None:
    (table,) = [one.value for one in arrival.table]
    assert len(table) == 5
    good, bad = (table["so it is"].str.startswith(word).sum() for word in ("good", "bad"))
    assert (good, bad) == (3, 2)


def test_the_saving_grows_along_the_densities(arrival: AppTest) -> None:
    table = table_with(arrival, SAVING, "density", "label")
    assert table["density"].tolist() == list(DENSITIES)
    np.testing.assert_allclose(table["value"], equivalent_dimensions(tm.train(storage_spec(5, DENSITIES))))
    assert table["value"].iloc[-1] > table["value"].iloc[0] + 5


def test_computation_counts_the_features_of_real_trainings(arrival: AppTest) -> None:
    table = table_with(arrival, PER_NEURON, "density", "label")
    assert table["density"].tolist() == [1, 0.3, 0.1, 0.03, 0.01, 0.003, 0.001]
    spec = absolute_value_spec(0.01)
    config = replace(tm.default_config(spec), held_out=HELD_OUT)
    run = tm.train(spec, steps=absolute_value_steps(0.01), config=config)
    # The error of these losses is what their number of samples was chosen by.
    assert run.loss_error[0] <= 0.011 * run.loss[0]
    assert 2 * equivalent_dimensions_error(run)[0] <= 0.1
    sides = tm.neurons.sides_computed(run.W1[0], run.W2[0], run.b[0])
    assert table["value"].iloc[4] == pytest.approx(sides.sum() / 2 / 40)
    assert table_with(arrival, NEURONS_WORTH, "density", "label")["value"].iloc[4] == pytest.approx(
        2 * equivalent_dimensions(run)[0]
    )


def test_the_film_is_one_training_with_its_drops_and_jumps(arrival: AppTest) -> None:
    data = film(arrival)
    spec = observed_spec(0.1)
    seen = find_transitions(
        tm.train(spec, steps=STEPS, snapshots=FRAMES, start=observed_start(spec, "no superposition", 0))
    )
    frames = len(data["step"])
    assert np.shape(data["W"]) == (frames, 4, 8)
    assert np.shape(data["level"]) == (frames, 8)
    assert (data["step"][0], data["step"][-1]) == (0, STEPS)
    assert len(data["drops"]) == len(seen.drops)
    assert [jump["feature"] for jump in data["jumps"]] == [jump.feature for jump in seen.jumps]
    # A place between the shown frames is where the jump was in the training.
    for shown, jump in zip(data["jumps"], seen.jumps, strict=True):
        assert np.interp(shown["at"], range(frames), data["step"]) == pytest.approx(seen.step[jump.frame], abs=10)
    assert f"**{seen.matched} of {len(seen.jumps)} jumps of a D fall within a drop" in words(arrival)
    element = next(one for one in arrival.get("bidi_component") if '"jumps"' in one.proto.json)
    assert len(element.proto.json) < 60_000


def test_the_probe_of_a_neuron_is_a_stroke_per_neuron_and_density(arrival: AppTest) -> None:
    strokes = table_with(arrival, NEURON_COST, "unit", "r2")
    assert (strokes.groupby("density").size() == 40).all()
    means = strokes.groupby("density")["r2"].mean()
    assert means[1.0] > 0.99
    assert means[0.001] < 0.4
    assert f"**{means[0.001]:.2f} at 0.001**" in words(arrival)


def test_the_probe_of_a_direction_is_its_dimensionality(arrival: AppTest) -> None:
    strokes = table_with(arrival, DIRECTION_COST, "unit", "r2")
    ladder = tm.train(storage_spec(5, DENSITIES))
    kept = tm.represented(ladder.W[-1])
    drawn = strokes[strokes["density"] == DENSITIES[-1]]["r2"]
    np.testing.assert_allclose(drawn, tm.feature_dimensionality(ladder.W[-1])[kept])


def test_the_paper_check_tests_every_point_of_the_slide(arrival: AppTest) -> None:
    assert len(re.findall(r"(holds|does not hold|not tested here)\] ", words(arrival))) == 7
    assert words(arrival).count("check: holds]") >= 6, words(arrival)


def test_dense_features_leave_nothing_to_save_and_nothing_jumps() -> None:
    page = open_page("good_or_bad", S="0")
    found = float(re.findall(r"5 dimensions do what ([\d.]+) do without", words(page))[0])
    assert found == pytest.approx(5, abs=0.1)
    assert film(page)["jumps"] == film(page)["drops"] == []
    assert "**Nothing jumps**" in words(page)


@pytest.mark.parametrize("query", [{"m": "1", "S": "0.99", "r": "0.7"}, {"m": "15", "r": "1", "start": "near zero"}])
def test_the_ends_of_the_controls(query: dict[str, str]) -> None:
    page = open_page("good_or_bad", **query)
    assert len(shown_alt(page)) == 6
    assert notes(page) == []


def test_moving_m_moves_the_arrow_and_trains_no_other_film(arrival: AppTest) -> None:
    page = open_page("good_or_bad")
    page.select_slider(key="m").set_value(8).run(timeout=120)
    assert "**8 dimensions do what" in words(page)
    assert film(page) == film(arrival)


def test_eight_seeds_answer_whether_it_was_luck() -> None:
    page = open_page("good_or_bad", seeds="true")
    table = next(one.value for one in page.table if "seed" in one.value)
    assert table["seed"].tolist() == [str(seed) for seed in range(1, 9)]
    jumps, matched = (table[column].astype(int).sum() for column in ("jumps of a D", "of them in a drop"))
    assert f"**{matched} of {jumps} jumps**" in words(page)
    assert matched >= 0.9 * jumps
    assert table["dimensions without superposition"].astype(float).min() >= 8.5


def test_the_snippet_runs_and_prints_the_loss_that_the_page_shows(arrival: AppTest) -> None:
    printed = printed_at_home(arrival)
    shown = next(str(caption.value) for caption in arrival.caption if str(caption.value).startswith("Trained "))
    assert f"Loss {printed.split('loss ')[1].split()[0]} ±" in shown


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ({"m": "7"}, "m = 7 is not among the values from 1 to 15; showing 6."),
        ({"m": "1e9"}, "m = 1e9 is not among the values from 1 to 15; showing 15."),
        ({"S": "nan"}, "S = nan is not a number from 0 to 0.99; showing 0.9."),
        ({"r": "0"}, "r = 0 is not from 0.7 to 1; showing 0.7."),
        ({"start": "<b>"}, "start = ?b? is none of no superposition, near zero; showing no superposition."),
        ({"seed": "-1"}, "seed = -1 is not from 0 to 9999; showing 0."),
    ],
)
def test_nonsense_in_the_url_gives_the_page_and_one_sentence(query: dict[str, str], says: str) -> None:
    page = open_page("good_or_bad", **query)
    assert len(notes(page)) == 1
    assert says in notes(page)[0]
    assert len(shown_alt(page)) == 6
