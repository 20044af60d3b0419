"""The page "A face through a bottleneck", as a visitor meets it."""

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

import toymodels as tm
from tests.app.pages import component_data, notes, open_page, printed_at_home, words
from toymodels.experiments.faces import codes_by_hand, face_spec
from toymodels.experiments.findings.faces import kept
from toymodels.experiments.two_dimensions import DENSITIES


@pytest.fixture(scope="module")
def sparse() -> AppTest:
    return open_page("faces", S="0.9")


def test_a_cold_link_shows_trained_arrows_with_nothing_pressed(sparse: AppTest) -> None:
    stage, axis = component_data(sparse)
    run = tm.train(face_spec(DENSITIES), seed=0, tracked=True)
    # The picture is turned, which leaves W^T W as it is.
    np.testing.assert_allclose(tm.gram(stage["codes"][2]["W"]), tm.gram(run.W), atol=1e-3)
    np.testing.assert_allclose(stage["codes"][2]["b"], run.b, atol=1e-4)
    assert [code["title"] for code in stage["codes"]] == ["Two features", "Four arrows, by hand", "Trained"]
    assert axis["W"] == stage["codes"][2]["W"]
    np.testing.assert_allclose(axis["loss"], run.loss, rtol=1e-3)
    for k in (0, 55, 90):
        assert stage["findings"][k] == kept(run.at(DENSITIES[k]))


def test_what_follows_the_slider_is_sent_once() -> None:
    page = open_page("faces", S="0.9", I_head="0.3")
    before = component_data(page)
    page.slider(key="S").set_value(0.1).run()
    assert component_data(page) == before
    assert all(len(element.proto.json) < 100_000 for element in page.get("bidi_component"))
    assert page.slider(key="S").value == 0.1


def test_the_decks_two_codes_stand_beside_it(sparse: AppTest) -> None:
    two, four = component_data(sparse)[0]["codes"][:2]
    assert two["W"] == [[1, 0, 0, 0], [0, 1, 0, 0]]
    assert four["W"] == [[1, 0, -1, 0], [0, 1, 0, -1]]


def test_eight_sample_faces_are_as_sparse_as_the_slider_says(sparse: AppTest) -> None:
    samples = np.array(component_data(sparse)[0]["samples"])
    assert samples.shape == (100, 8, 4)
    assert (samples[0] > 0).all()
    assert (samples[90] > 0).mean() < 0.4
    np.testing.assert_allclose((samples > 0).mean(axis=(1, 2)), DENSITIES, atol=0.2)


def test_the_curve_holds_the_trained_loss_and_both_closed_forms(sparse: AppTest) -> None:
    axis = component_data(sparse)[1]
    trained, four, two = axis["curves"]
    by_hand = codes_by_hand(0.3, (1, 1, 0.5, 0.5), "relu")
    assert two["relative"] == [1] * 100
    assert four["relative"][70] == pytest.approx(by_hand[1].loss / by_hand[0].loss, rel=1e-3)
    assert trained["relative"][70] == pytest.approx(axis["loss"][70] / by_hand[0].loss, rel=1e-3)
    assert axis["findings"] is None
    assert "four arrows have a smaller loss" in words(sparse)


def test_the_paper_check_holds_in_the_sparse_regime(sparse: AppTest) -> None:
    assert words(sparse).count("check: holds]") == 4
    assert "does not hold" not in words(sparse)


def test_a_dense_face_does_not_test_the_claim_about_sparse_ones() -> None:
    page = open_page("faces", S="0.2")
    assert "not tested here] Sparse" in words(page)
    assert "2 of 4 features in 2 dimensions** (eyes and nose)" in component_data(page)[0]["findings"][20]


def test_linear_output_never_keeps_more_than_two() -> None:
    page = open_page("faces", S="0.9", activation="linear")
    assert all("2 of 4 features" in finding for finding in component_data(page)[0]["findings"])
    assert component_data(page)[0]["relu"] is False


def test_moving_the_slider_changes_what_is_taken_home() -> None:
    page = open_page("faces", S="0.9")
    code = page.code[0].value
    page.slider(key="S").set_value(0.1).run()
    assert "feature_probability=0.9" in page.code[0].value != code
    assert "start_numbers=[" in code


def test_eight_seeds_answer_whether_it_was_luck() -> None:
    page = open_page("faces", S="0.9", seeds="true")
    assert "of 8** other seeds end in two antipodal pairs" in words(page)
    assert [plane["caption"] for plane in component_data(page)[2]["planes"]] == [f"seed {seed}" for seed in range(1, 9)]


def test_the_snippet_runs_and_prints_the_loss_that_the_page_shows(sparse: AppTest) -> None:
    printed = printed_at_home(sparse)
    shown = next(str(caption.value) for caption in sparse.caption if "held-out" in str(caption.value))
    loss = printed.split("loss ")[1].split()[0]
    assert f"Loss {loss} ±" in shown


@pytest.mark.parametrize(
    ("query", "says", "S"),
    [
        ({"S": "abc"}, "S = abc is not a number from 0 to 0.99; showing 0.9.", 0.9),
        ({"S": "nan"}, "S = nan is not a number", 0.9),
        ({"S": "7"}, "S = 7 is not from 0 to 0.99; showing 0.99.", 0.99),
        ({"S": "-inf"}, "S = -inf is not a number", 0.9),
        ({"S": "9" * 10_000}, "showing 0.9.", 0.9),
        ({"seed": "-1"}, "seed = -1 is not from 0 to 9999; showing 0.", 0.9),
        ({"seed": "1.5"}, "seed = 1.5 is not a whole number", 0.9),
        ({"activation": "<b>gelu</b>"}, "activation = ?b?gelu??b? is none of ReLU, linear; showing ReLU.", 0.9),
        ({"I_eyes": "1e400"}, "I_eyes = 1e400 is not a number from 0.05 to 1; showing 1.", 0.9),
    ],
)
def test_nonsense_in_the_url_gives_the_page_and_one_sentence(query: dict[str, str], says: str, S: float) -> None:
    page = open_page("faces", **query)
    assert len(notes(page)) == 1
    assert says in notes(page)[0]
    assert len(notes(page)[0]) < 120
    assert page.slider(key="S").value == S
