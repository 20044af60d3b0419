"""The page "Can we quantify superposition?", as a visitor meets it."""

import base64
import dataclasses
import io
import re
import tomllib
from typing import Any

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

import toymodels as tm
from tests.app.pages import (
    ROOT,
    captions,
    component_data,
    notes,
    open_page,
    plotted,
    printed_at_home,
    send,
    shown_alt,
    words,
)  # fmt: skip
from toymodels.app.shell.file_field import sent_file
from toymodels.app.shell.matrix_text import MAX_FILE, MAX_TEXT, write_rows
from toymodels.app.views.arrow_drawing import with_tip_moved
from toymodels.experiments.arrangements import ARRANGEMENTS, DECK
from toymodels.experiments.ladder import density_sweep_spec
from toymodels.experiments.measure import by_hand
from toymodels.plots.gram import gram_with_measures, short
from toymodels.plots.theme import LIGHT

SQUARE = "1 0 -1 0\n0 1 0 -1"
TETRAHEDRON = next(one for one in ARRANGEMENTS if one.name == "tetrahedron")


@pytest.fixture(scope="module")
def deck() -> AppTest:
    return open_page("measure")


def drawn(page: AppTest, has: str) -> list[dict[str, Any]]:
    return [data for data in component_data(page) if has in data]


def boxes(page: AppTest, chart: int = 0) -> pd.DataFrame:
    return next(table for table in plotted(page, chart) if "says" in table)


def saved(run: tm.Run) -> bytes:
    file = io.BytesIO()
    run.save(file)
    return file.getvalue()


def test_the_decks_w_is_measured_on_arrival(deck: AppTest) -> None:
    assert deck.text_area(key="W").value == SQUARE
    page = words(deck)
    assert "4 of 4 features are represented in 2 dimensions" in page
    assert "Superposition measure **1 each**, dimensions per feature **0.5 (1/2) each**" in page
    assert "**Σ Dᵢ = 2, with m = 2**" in page
    assert "**4 of 4** come back exactly from x′ = ReLU(Wᵀh)" in page
    (arrows,) = drawn(deck, "limit")
    assert arrows["W"] == [[1, 0, -1, 0], [0, 1, 0, -1]]
    assert arrows["names"] == ["eyes", "nose", "lips", "head"]


def test_the_heat_map_has_the_numbers_of_the_gram_matrix(deck: AppTest) -> None:
    table = boxes(deck)
    cells = table[table["says"].str.contains("·")]
    np.testing.assert_array_equal(cells["value"].to_numpy().reshape(4, 4), tm.gram(DECK.W))
    # Zero is the page's background; the same distance from zero has the same strength on both sides.
    assert set(cells.loc[cells["value"] == 0, "colour"]) == {LIGHT.background}
    assert set(cells.loc[cells["value"] == 1, "colour"]) == {LIGHT.sign[2]}
    assert set(cells.loc[cells["value"] == -1, "colour"]) == {LIGHT.sign[0]}
    assert "Superposition measure 1 each, dimensions per feature 0.5 (1/2) each, in sum 2 of 2" in shown_alt(deck)[0]


def test_colours_stop_at_one_and_numbers_do_not() -> None:
    page = open_page("measure", W="3 0\n0 0.5")
    cells = boxes(page)
    assert cells.loc[cells["says"] == "x₁ · x₁ = 9", "colour"].tolist() == [LIGHT.sign[2]]
    colour = cells.loc[cells["says"] == "x₂ · x₂ = 0.25", "colour"].item()
    assert colour not in (LIGHT.background, LIGHT.sign[2])


def test_a_feature_that_is_not_represented_has_no_bar_and_no_number_of_superposition() -> None:
    page = open_page("measure", W="1 0 -1 0.3\n0 1 0 0.2")
    table = boxes(page)
    bars = table[table["says"].str.contains("superposition|not represented")]
    # What a bar may grow to, and the bar: the longest is whole.
    assert bars["says"].tolist() == [
        *["eyes: superposition 1.09"] * 2, *["nose: superposition 0.04"] * 2, *["lips: superposition 1.09"] * 2,
        *["head: not represented"] * 2,
    ]  # fmt: skip
    widths = (bars["x2"] - bars["x"]).to_numpy()[1::2]
    np.testing.assert_allclose(widths / widths[0], [1, 0.04 / 1.09, 1, 0], atol=1e-6)
    written = next(table for table in plotted(page, 0) if "brief" in table)
    numbers = written[(written["align"] == "left") & written["word"].str.match(r"[\d.]+$")]
    assert numbers["word"].tolist()[:3] == ["1.09", "0.04", "1.09"]
    # And the dimensions of all four.
    assert len(numbers) == 3 + 4


def test_the_formulas_follow_the_chosen_feature() -> None:
    page = open_page("measure", W="1 0.5\n0 0.5", feature="2")
    first, second = (str(element.value) for element in page.latex)
    assert r"\sum_{j \neq 2}" in first
    assert "(0.707)^2 = 0.5" in first
    assert r"\frac{0.5}{0.5 + 0.5} = 0.5" in second
    # A feature that this W does not have gives its last one.
    assert "Feature 2 of 2" in words(open_page("measure", W="1 0.5\n0 0.5", feature="9"))


def test_one_hot_faces_go_through_and_come_back(deck: AppTest) -> None:
    table = deck.table[0].value
    assert table["h = W x"].tolist() == ["(1, 0)", "(0, 1)", "(−1, 0)", "(0, −1)"]
    assert table["x′ = ReLU(Wᵀh)"].tolist()[2] == "(0, 0, 1, 0)"
    linear = open_page("measure", activation="linear").table[0].value
    assert linear["x′ = Wᵀh"].tolist()[2] == "(−1, 0, 1, 0)"


def test_the_loss_is_the_closed_form_of_two_pairs() -> None:
    page = words(open_page("measure", S="0.8"))
    run = by_hand(tm.Autoencoder(4, 2, 0.2, 1.0), DECK.W)
    assert f"the expected loss is **{run.loss[0]:.3g} ± " in page
    assert run.loss[0] == pytest.approx(4 * 0.2**2 / 6, rel=0.02)
    assert "**L₁ = 0**: 0 for that feature, 0 for interference" in page


def test_gradient_descent_starts_from_this_w(deck: AppTest) -> None:
    (film,) = drawn(deck, "reels")
    frames = film["reels"][0]["W"]
    assert frames[0] == [[1, 0, -1, 0], [0, 1, 0, -1]]
    assert film["step"][0] == 0
    spec = tm.Autoencoder(4, 2, 0.1, 1.0)
    run = tm.train(spec, 0, steps=film["step"][-1], start=by_hand(spec, DECK.W).parameters)
    np.testing.assert_allclose(frames[-1], run.W[0], atol=1e-3)
    assert "It stays **two digons**" in words(deck)
    # The model that the slider shows at this S is that one, not turned.
    (axis,) = drawn(deck, "sparsity")
    stop = axis["sparsity"].index(0.9)
    np.testing.assert_allclose(axis["W"][stop], run.W[0], atol=1e-3)
    assert axis["findings"][stop].startswith("At S = 0.9 gradient descent from your W ends as **two digons**: 4 of 4")
    assert axis["findings"][0].endswith("that of keeping the 2 most important features alone.")
    yours = next(curve["relative"] for curve in axis["curves"] if curve["name"] == "your W")
    assert yours[0] > 3 > 1 > yours[stop]


def test_dense_faces_bring_the_square_down() -> None:
    page = words(open_page("measure", S="0", r="0.5"))
    assert "and turn **two digons** into **orthogonal pair**" in page


def test_three_dimensions_are_drawn_in_space() -> None:
    page = open_page("measure", W=write_rows(TETRAHEDRON.W))
    still, film = drawn(page, "edges")
    np.testing.assert_allclose(still["frames"], [TETRAHEDRON.W], atol=1e-4)
    assert len(still["edges"]) == 6
    assert len(film["frames"]) == len(film["captions"]) > 50
    assert film["captions"][0].startswith("step 0, loss ")
    assert "**Tetrahedron**." in words(page)
    assert drawn(page, "limit") == []


@pytest.mark.parametrize("W", ["1 -1", "1 0 0 0 0 0\n0 1 0 0 0 0\n0 0 1 0 0 0\n0 0 0 1 0 1", "0 0 0\n0 0 0", "2"])
def test_other_dimensions_have_the_heat_map_and_say_so(W: str) -> None:
    page = open_page("measure", W=W)
    rows = len(W.splitlines())
    if rows != 2:
        assert f"this W has m = {rows}" in captions(page)
        assert drawn(page, "limit") == drawn(page, "edges") == drawn(page, "reels") == []
    # Where models follow the slider, they have the products after gradient descent.
    assert len(shown_alt(page)) + len(drawn(page, "sparsity")) == 2
    assert len(drawn(page, "sparsity")) == (rows == 2)
    assert "**Σ Dᵢ = " in words(page)


def test_an_arrangement_is_written_into_the_field_and_into_the_link(deck: AppTest) -> None:
    page = open_page("measure")
    page.selectbox(key="_W_arrangement").set_value("pentagon").run()
    text = page.text_area(key="W").value
    assert text == "1 0.309 -0.809 -0.809 0.309\n0 0.9511 0.5878 -0.5878 -0.9511"
    assert "dimensions per feature **0.4 (2/5) each**" in words(page)
    linked = open_page("measure", W=text)
    assert notes(linked) == []
    assert linked.selectbox(key="_W_arrangement").value == "pentagon"


def test_a_w_of_ones_own_is_called_so(deck: AppTest) -> None:
    page = open_page("measure", W="1 0.2 -1 0/0 1 0 -1")
    assert page.selectbox(key="_W_arrangement").value == "your own"
    assert page.selectbox(key="_W_arrangement").options[-1] == "your own"
    assert "your own" not in deck.selectbox(key="_W_arrangement").options


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("1 0 -1 0\n0 eyes 0 -1", "Row 2, number 2 is “eyes”, not a number from -10 to 10."),
        ("1 0 -1 0\n0 1 0", "Row 2 has 3 numbers, row 1 has 4; all rows need as many."),
        ("1 nan", "Row 1, number 2 is “nan”, not a number from -10 to 10."),
        ("", "W is empty; it needs 1 to 20 rows of 1 to 20 numbers."),
    ],
)
def test_bad_typing_gets_one_sentence_and_the_last_good_w_stays(text: str, sentence: str) -> None:
    page = open_page("measure", W="1 -1")
    page.text_area(key="W").set_value(text).run()
    assert [element.value for element in page.error] == [f"{sentence} The last good W stays below."]
    assert "2 of 2 features are represented in 1 dimension." in words(page)
    page.text_area(key="W").set_value("1 0\n0 1").run()
    assert len(page.error) == 0
    assert "2 of 2 features are represented in 2 dimensions." in words(page)


def test_losses_of_zero_have_no_logarithmic_scale() -> None:
    (film,) = drawn(open_page("measure", W="1 0\n0 1"), "reels")
    assert set(film["reels"][0]["loss"]) == {0.0}
    assert film["log"] is False


def test_a_text_longer_than_the_field_takes_is_not_kept() -> None:
    page = open_page("measure", W="1 -1")
    assert page.text_area(key="W").max_chars == MAX_TEXT
    page.text_area(key="W").set_value("1 " * 200_000).run()
    assert len(page.text_area(key="W").value or "") == MAX_TEXT
    assert len(page.error) == 1
    assert "2 of 2 features are represented in 1 dimension." in words(page)


def load(page: AppTest, name: str, data: bytes) -> None:
    send(page, "file_field", "chosen", {"name": name, "content": base64.b64encode(data).decode()})


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("w.csv", b"1,2\n3\n", "Row 2 has 1 number, row 1 has 2; all rows need as many."),
        ("w.csv", b"1,2\n" * 4000, "A CSV of W is at most 15,000 characters long, not 16,000."),
        ("w.csv", b"", "W is empty; it needs 1 to 20 rows of 1 to 20 numbers."),
        ("w.csv", b"1,NaN\n", "Row 1, number 2 is “NaN”, not a number from -10 to 10."),
        ("w.npz", b"PK\x03\x04 not a run", "The file is not an .npz of weights saved here."),
    ],
)
def test_a_bad_file_gets_one_sentence_and_w_stays(name: str, data: bytes, sentence: str) -> None:
    page = open_page("measure", W="1 -1")
    load(page, name, data)
    assert [element.value for element in page.error] == [f"{sentence} W stays as it is."]
    assert page.text_area(key="W").value == "1 -1"
    load(page, "w.csv", b"1,0\n0,1\n")
    assert len(page.error) == 0
    assert page.text_area(key="W").value == "1 0\n0 1"


@pytest.mark.parametrize(
    "sent",
    [
        None, 5, "1,2", [], {}, {"name": "w.csv"}, {"content": "MSww"}, {"name": 5, "content": "MSww"},
        {"name": "w.csv", "content": 5}, {"name": "w.csv", "content": "no base64!"},
        {"name": "w.csv", "content": "ééé="}, {"name": "w" * 256, "content": "MSww"},
        {"name": "w.csv", "content": base64.b64encode(bytes(MAX_FILE + 1)).decode()},
    ],
    ids=lambda sent: str(sent)[:40],
)  # fmt: skip
def test_what_the_file_field_never_sends_changes_nothing(sent: object) -> None:
    assert sent_file(sent, MAX_FILE) is None
    page = open_page("measure", W="1 -1")
    send(page, "file_field", "chosen", sent)
    assert page.text_area(key="W").value == "1 -1"
    assert len(page.error) == 0


def test_the_largest_file_that_the_browser_sends_fits_into_a_message() -> None:
    content = base64.b64encode(bytes(MAX_FILE)).decode()
    assert sent_file({"name": "w" * 255, "content": content}, MAX_FILE) == ("w" * 255, bytes(MAX_FILE))
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())
    # What else a message holds: the address, the other widgets, the names of messages that the browser keeps.
    assert len(content) + 200_000 < config["server"]["maxWidgetStateSize"] * 1_000_000


def test_of_a_run_only_w_is_kept() -> None:
    page = open_page("measure")
    load(page, "faces.npz", saved(tm.train(tm.Autoencoder(4, 2, (1, 0.1), 0.9), steps=50, snapshots=50)))
    held = page.session_state["_W_models"]
    assert {field.name for field in dataclasses.fields(held)} == {"W", "feature_probability"}
    assert held.W.shape == (2, 2, 4)
    assert not any(isinstance(value, tm.Run) for value in vars(held).values())


def test_typing_on_ends_the_sentence_about_a_file() -> None:
    page = open_page("measure")
    load(page, "w.csv", b"no")
    assert len(page.error) == 1
    page.text_area(key="W").set_value("1 0\n0 1").run()
    assert len(page.error) == 0


def test_a_saved_run_can_be_loaded_and_its_model_chosen() -> None:
    run = tm.train(tm.Autoencoder(4, 2, (1, 0.1), 0.9))
    page = open_page("measure")
    load(page, "faces.npz", saved(run))
    assert page.text_area(key="W").value == write_rows(run.W[0])
    page.selectbox(key="_W_instance").set_value(1).run()
    assert page.text_area(key="W").value == write_rows(run.W[1])
    # Once loaded it can be edited: the file does not come back.
    page.text_area(key="W").set_value("1 -1").run()
    assert page.text_area(key="W").value == "1 -1"


@pytest.mark.parametrize(
    ("query", "says"),
    [
        (
            {"W": "1 2/3"},
            "W in the link: Row 2 has 1 number, row 1 has 2; all rows need as many. Showing the deck's W.",
        ),
        ({"W": "<img src=x>"}, "W in the link: Row 1, number 1 is “?img”, not a number from -10 to 10."),
        ({"W": "9" * 10_000}, "W in the link: W is at most 5,000 characters long, not 10,000."),
        ({"W": "1 1e400"}, "W in the link: Row 1, number 2 is “1e400”, not a number"),
        ({"W": ""}, "W in the link: W is empty"),
        ({"feature": "0"}, "feature = 0 is not from 1 to 20; showing 1."),
        ({"r": "2"}, "r = 2 is not from 0.5 to 1; showing 1."),
        ({"S": "nan"}, "S = nan is not a number"),
    ],
)
def test_nonsense_in_the_url_gives_the_decks_w_and_one_sentence(query: dict[str, str], says: str) -> None:
    page = open_page("measure", **query)
    assert len(notes(page)) == 1
    assert says in notes(page)[0]
    assert page.text_area(key="W").value == SQUARE


def test_eight_seeds_start_from_the_same_w() -> None:
    assert "From the same W, **8 of 8** other seeds end as two digons" in words(open_page("measure", seeds="true"))


def test_the_paper_check_holds_for_the_decks_w(deck: AppTest) -> None:
    assert words(deck).count("check: holds]") == 5
    pentagon = words(open_page("measure", W=write_rows(ARRANGEMENTS[4].W)))
    assert "does not hold] ReLU[Wᵀ(·)] is an inverse" in pentagon.replace("close: ", "")


def test_the_snippet_runs_and_prints_what_the_page_shows(deck: AppTest) -> None:
    printed = printed_at_home(deck)
    assert "dimensionality [0.5 0.5 0.5 0.5]" in printed
    before, after = (printed.split(f"{what}: loss ")[1].split()[0] for what in ("by hand", "after gradient descent"))
    assert re.search(rf"bring the loss from \*\*{before} ± \S+( · \S+)? to {after} ± ", words(deck))
    assert f"Loss {after} ±" in captions(deck)


@pytest.mark.parametrize(
    "move",
    [
        None, {}, {"feature": 0}, {"feature": 9, "to": [1, 1]}, {"feature": -1, "to": [1, 1]},
        {"feature": 0, "to": [1]}, {"feature": 0, "to": [1, "x"]}, {"feature": 0, "to": [float("nan"), 0]},
        {"feature": 0, "to": [1e9, 0]}, {"feature": True, "to": [1, 1]}, "moved",
    ],
)  # fmt: skip
def test_a_tip_cannot_be_moved_where_no_hand_could(move: object) -> None:
    assert with_tip_moved(DECK.W, move) is None


def test_a_tip_that_was_moved_changes_one_column() -> None:
    after = with_tip_moved(DECK.W, {"feature": 2, "to": [-0.5, 1]})
    assert after is not None
    np.testing.assert_array_equal(after, [[1, 0, -0.5, 0], [0, 1, 1, -1]])
    np.testing.assert_array_equal(DECK.W[:, 2], [-1, 0])


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (-1e-17, "0"), (-0.004, "0"), (1, "1"), (-0.809, "−0.81"), (0.5, "0.5"), (37.51, "37.5")],
)
def test_numbers_in_cells(value: float, text: str) -> None:
    assert short(value) == text


@pytest.mark.parametrize(("n", "width"), [(1, 820), (4, 520), (12, 520), (12, 820)])
def test_the_chart_is_as_high_as_its_cells_need(n: int, width: int) -> None:
    W = np.random.default_rng(0).uniform(-10, 10, size=(5, n))
    chart = gram_with_measures(W, [f"x{i}" for i in range(n)], LIGHT, width).to_dict()
    words_drawn = pd.DataFrame(next(rows for rows in chart["datasets"].values() if "word" in rows[0]))
    cells = words_drawn[words_drawn["align"] == "center"]
    assert len(cells) == n + n * n
    across, down = words_drawn["x"].max() + 1, words_drawn["y"].max() + 0.5
    assert chart["height"] / down == pytest.approx(min(40, width / across), rel=0.05)


@pytest.mark.parametrize(
    ("W", "seed", "done"),
    [("1 0.309 -0.809 -0.809 0.309/0 0.951 0.588 -0.588 -0.951", "0", [True, False]), ("1 -1", "0", [False, None])],
)
def test_challenges_are_checked_on_this_w(W: str, seed: str, done: list[bool | None]) -> None:
    page = open_page("measure", W=W, seed=seed, challenge="true")
    lines = [
        text for text in words(page).split("\n") if "badge[" in text and ("2/5" in text or "Beat gradient" in text)
    ]
    found = ["done" in line for line in lines]
    start = tm.train(tm.Autoencoder(2, 1, 0.1, 1.0), seed=0, restarts=1)
    poor = bool(start.loss[0] > 0.01)
    assert found == [poor if one is None else one for one in done]


def test_the_weights_of_the_density_sweep_are_measured() -> None:
    run = tm.train(density_sweep_spec("relu"), seed=0)
    page = open_page("measure", W=write_rows(run.W[2]))
    assert not notes(page)
    assert f"{int(tm.represented(run.W[2]).sum())} of 20 features are represented in 5 dimensions" in words(page)
