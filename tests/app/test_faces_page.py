"""The page "A face through a bottleneck", as a visitor meets it."""

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

import toymodels as tm
from tests.app.pages import component_data, notes, open_page, plotted, printed_at_home, shown_alt, words
from toymodels.experiments.faces import codes_by_hand, face_spec


@pytest.fixture(scope="module")
def sparse() -> AppTest:
    return open_page("faces", S="0.9")


def test_a_cold_link_shows_trained_arrows_with_nothing_pressed(sparse: AppTest) -> None:
    (stage,) = component_data(sparse)
    trained = next(code for code in stage["codes"] if code["trained"])
    run = tm.train(face_spec(0.1), seed=0)
    # The picture is turned, which leaves W^T W as it is.
    np.testing.assert_allclose(tm.gram(trained["W"]), tm.gram(run.W[0]), atol=1e-3)
    np.testing.assert_allclose(trained["b"], run.b[0], atol=1e-4)
    assert [code["title"] for code in stage["codes"]] == ["Two features", "Four arrows, by hand", "Trained"]


def test_the_decks_two_codes_stand_beside_it(sparse: AppTest) -> None:
    two, four = component_data(sparse)[0]["codes"][:2]
    assert two["W"] == [[1, 0, 0, 0], [0, 1, 0, 0]]
    assert four["W"] == [[1, 0, -1, 0], [0, 1, 0, -1]]


def test_eight_sample_faces_are_as_sparse_as_the_slider_says() -> None:
    dense, sparse_faces = (np.array(component_data(open_page("faces", S=S))[0]["samples"]) for S in ("0.0", "0.9"))
    assert dense.shape == sparse_faces.shape == (8, 4)
    assert (dense > 0).all()
    assert (sparse_faces > 0).mean() < 0.4


def test_the_curve_holds_the_trained_loss_and_both_closed_forms(sparse: AppTest) -> None:
    table = max(plotted(sparse, 0), key=len)
    here = table[np.isclose(table["S"], 0.7)].set_index("code")["loss"]
    for code in codes_by_hand(0.3, (1, 1, 0.5, 0.5), "relu"):
        assert here[code.name] == pytest.approx(code.loss)
    assert (table["relative"] > 0).all()
    assert "four arrows have a smaller loss" in shown_alt(sparse)[0]


def test_the_paper_check_holds_in_the_sparse_regime(sparse: AppTest) -> None:
    assert words(sparse).count("check: holds]") == 4
    assert "does not hold" not in words(sparse)


def test_a_dense_face_does_not_test_the_claim_about_sparse_ones() -> None:
    page = words(open_page("faces", S="0.2"))
    assert "not tested here] Sparse" in page
    assert "2 of 4 features in 2 dimensions** (eyes and nose)" in page


def test_linear_output_never_keeps_more_than_two() -> None:
    page = open_page("faces", S="0.9", activation="linear")
    assert "2 of 4 features" in words(page)
    assert component_data(page)[0]["relu"] is False


def test_moving_the_slider_repaints_from_another_training(sparse: AppTest) -> None:
    page = open_page("faces", S="0.9")
    page.slider(key="S").set_value(0.1).run()
    assert "At **S = 0.1**" in words(page)
    dense = next(code for code in component_data(page)[0]["codes"] if code["trained"])
    assert np.linalg.norm(dense["W"], axis=0)[2:].max() < 0.1


def test_eight_seeds_answer_whether_it_was_luck() -> None:
    page = open_page("faces", S="0.9", seeds="true")
    assert "of 8** other seeds end in two antipodal pairs" in words(page)
    assert [plane["caption"] for plane in component_data(page)[1]["planes"]] == [f"seed {seed}" for seed in range(1, 9)]


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
