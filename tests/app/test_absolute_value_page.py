"""The page "Computing in superposition", as a visitor meets it."""

import re

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

import toymodels as tm
from tests.app.pages import component_data, notes, open_page, plotted, printed_at_home, shown_alt, words
from toymodels.analysis import inhibition, neurons
from toymodels.names import subscript


@pytest.fixture(scope="module")
def arrival() -> AppTest:
    return open_page("absolute_value")


def test_on_arrival_the_simple_solution_stands_by_hand_and_trained(arrival: AppTest) -> None:
    by_hand, trained = component_data(arrival)[1]["models"]
    assert component_data(arrival)[1]["names"] == ["x₁", "x₂", "x₃"]
    assert by_hand["of"] == trained["of"] == [0, 0, 1, 1, 2, 2]
    run = tm.train(tm.AbsMLP(3, 6, 0.5, 0.8), seed=0)
    # Neurons are drawn in another order, which leaves W2 W1 as it is.
    np.testing.assert_allclose(np.array(trained["W2"]) @ trained["W1"], run.W2[0] @ run.W1[0], atol=1e-3)
    for model in (by_hand, trained):
        signs = [np.sign(model["W1"][neuron][model["of"][neuron]]) for neuron in range(6)]
        assert signs == [-1, 1] * 3
    assert "one + and one − neuron per feature" in words(arrival)


def test_ten_features_have_twenty_neurons() -> None:
    page = open_page("absolute_value", simple="10")
    by_hand, trained = component_data(page)[1]["models"]
    assert len(by_hand["W1"]) == len(trained["W1"]) == 20
    assert "n = 10, m = 20" in words(page)


def test_one_feature_comes_first_and_one_stack_is_labelled(arrival: AppTest) -> None:
    first = component_data(arrival)[0]
    assert first["names"] == ["x"]
    assert first["models"][0]["W1"] == [[-1], [1]]
    run = tm.train(tm.AbsMLP(100, 40, 0.01, 0.8), seed=0)
    W1 = neurons.rescaled(run.W1[0], run.W2[0])[0]
    sizes = np.abs(W1[neurons.specimen(W1)])
    segments, labels = plotted(arrival, 0)
    assert len(labels) < len(segments)
    assert f"x{subscript(int(sizes.argmax()) + 1)}: 1.00" in labels["words"].tolist()
    assert f"All its weights add up to {sizes.sum():.2f}" in shown_alt(arrival)[0]


def test_every_density_has_a_stack_per_neuron_sorted_by_the_importance_of_its_largest_feature(
    arrival: AppTest,
) -> None:
    for chart in range(1, 6):
        segments, marks = plotted(arrival, chart)
        assert len(marks) == segments["stack"].nunique() == 40
        largest = segments[segments["low"] == 0].sort_values("stack")
        np.testing.assert_allclose(largest["weight"], 1)
        index = [int(name[1:].translate(str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789"))) for name in largest["feature"]]
        assert index == sorted(index)


def test_the_stacks_are_the_input_weights_of_a_real_training(arrival: AppTest) -> None:
    run = tm.train(tm.AbsMLP(100, 40, 0.03, 0.8), seed=0)
    expected = np.abs(neurons.rescaled(run.W1[0], run.W2[0])[0]).sum(axis=1)
    segments, marks = plotted(arrival, 4)
    drawn = segments.groupby("stack")["weight"].sum()
    # What is left out is less than the smallest segment.
    np.testing.assert_allclose(np.sort(drawn), np.sort(expected), atol=0.03)
    filled = int((marks["fill"] == marks["fill"].mode()[0]).sum())
    mono = int((neurons.monosemanticity(run.W1[0]) >= neurons.MONOSEMANTIC).sum())
    assert filled in (mono, 40 - mono)
    assert f"{mono} of 40 neurons monosemantic" in shown_alt(arrival)[4]


def test_the_threshold_in_the_url_moves_the_count() -> None:
    def monosemantic(page: AppTest) -> list[int]:
        return [int(found) for found in re.findall(r"(\d+) of 40 neurons monosemantic", " ".join(shown_alt(page)))]

    loose, strict = (monosemantic(open_page("absolute_value", mono=share)) for share in ("0.2", "0.9"))
    assert len(loose) == len(strict) == 5
    assert all(more >= fewer for more, fewer in zip(loose, strict, strict=True))
    assert sum(loose) > sum(strict)


def test_a_harder_definition_of_computed_counts_fewer_sides_where_inputs_are_very_sparse() -> None:
    def computed(page: AppTest) -> int:
        assert len(shown_alt(page)) == 9
        both, one = re.findall(r"(\d+) features computed, (\d+) more for one sign only", shown_alt(page)[7])[0]
        return 2 * int(both) + int(one)

    easy, hard = (computed(open_page("absolute_value", sparser="true", computed=share)) for share in ("0.1", "0.9"))
    assert easy > hard


def test_the_weights_of_the_small_model_stand_neuron_by_neuron(arrival: AppTest) -> None:
    run = tm.train(tm.AbsMLP(10, 10, 0.23, 0.8), seed=0, steps=2000, restarts=32)
    W1, W2 = neurons.rescaled(run.W1[0], run.W2[0])
    cells = plotted(arrival, 6)[0]
    assert len(cells) == 200
    assert set(cells["neuron"]) == set(range(1, 11))
    for which, expected in (("W₁, in", W1), ("W₂, out", W2.T)):
        drawn = cells[cells["which"] == which].sort_values(["neuron", "x"])["weight"].to_numpy().reshape(10, 10)
        np.testing.assert_allclose(drawn, expected, rtol=1e-3, atol=1e-3)


def test_the_two_best_instances_are_drawn_beside_the_ideal(arrival: AppTest) -> None:
    run = tm.train(tm.AbsMLP(10, 10, 0.23, 0.8), seed=0, steps=2000, restarts=32)
    found = inhibition.best_apart(inhibition.find(run.W1[0], run.W2[0], run.b[0]), 2)
    assert found
    ideal, *cards = component_data(arrival)[2]["cards"]
    assert [role["role"] for role in ideal["roles"]] == ["A", "B", "C"]
    assert ideal["W1"][0] == [2, -0.5, 0]
    assert ideal["scale"] == [1, 1]
    assert [(card["neuron"], card["inhibitor"]) for card in cards] == [(one.neuron, one.inhibitor) for one in found]
    for card, one in zip(cards, found, strict=True):
        assert [role["feature"] for role in card["roles"]][:2] == [one.feature_a, one.feature_b]
        assert f"Score {one.score:.2f}" in card["note"]
        # Numbered from 1, as in the figure of the weights above.
        assert card["title"] == f"Trained, neurons {one.neuron + 1} and {one.inhibitor + 1}"
        np.testing.assert_allclose(card["W1"], run.W1[0], atol=1e-4)


def test_dense_inputs_have_no_instance_and_the_page_says_so() -> None:
    page = open_page("absolute_value", S="0.4")
    assert len(component_data(page)[2]["cards"]) == 1
    assert "**No instance** of the motif in this model at S = 0.4" in words(page)
    assert "not tested here] The main other thing" in words(page)
    assert "10 compute half of an |x|" in words(page)


@pytest.mark.parametrize("query", [{"n": "2", "m": "2"}, {"n": "12", "m": "14", "S": "0.99"}])
def test_the_smallest_and_the_largest_small_model(query: dict[str, str]) -> None:
    page = open_page("absolute_value", **query)
    assert len(plotted(page, 6)[0]) == 2 * int(query["n"]) * int(query["m"])


def test_eight_seeds_answer_whether_it_was_luck() -> None:
    page = open_page("absolute_value", seeds="true")
    (shown,) = [one.value for one in page.table]
    table = shown[["seed", "instances", *neurons.KINDS]].astype(int)
    assert table["seed"].tolist() == list(range(1, 9))
    found = int((table["instances"] > 0).sum())
    assert f"**{found} of 8** have at least one instance" in words(page)
    assert found >= 5
    assert (table[list(neurons.KINDS)].sum(axis=1) == 10).all()


def test_the_paper_check_holds_on_arrival(arrival: AppTest) -> None:
    assert words(arrival).count("check: holds]") == 6, words(arrival)
    # The deck's "small number" of polysemantic neurons is right by the effective number of features, not by our share.
    assert words(arrival).count("does not hold]") == words(arrival).count("does not hold] As sparsity increases") == 1
    assert "With an effective number of features of 2 or more: 7 of 40" in words(arrival)


def test_what_a_neuron_does_and_whether_it_is_in_the_motif_are_two_headings(arrival: AppTest) -> None:
    heads = next(table for table in plotted(arrival, 6) if "words" in table and (table["align"] == "left").all())
    assert heads["words"].tolist()[2:] == [
        "half of an |x|: another neuron computes the other half",
        "an effect on other outputs too, in the motif of inhibition",
    ]
    assert "**4 of these 4** take part in the motif of inhibition" in words(arrival)


def test_the_snippet_runs_and_prints_the_loss_that_the_page_shows(arrival: AppTest) -> None:
    printed = printed_at_home(arrival)
    shown = next(str(caption.value) for caption in arrival.caption if "held-out" in str(caption.value))
    loss = printed.split("loss ")[1].split()[0]
    assert f"Loss {loss} ±" in shown


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ({"simple": "11"}, "simple = 11 is not from 1 to 10; showing 10."),
        ({"simple": "1e9"}, "simple = 1e9 is not a whole number"),
        ({"S": "nan"}, "S = nan is not a number from 0 to 0.99; showing 0.77."),
        ({"S": "2"}, "S = 2 is not from 0 to 0.99; showing 0.99."),
        ({"n": "4096", "simple": "3"}, "n = 4096 is not from 2 to 12; showing 12."),
        ({"m": "-3"}, "m = -3 is not from 2 to 14; showing 2."),
        ({"mono": "<img src=x>"}, "mono = ?img src?x? is not a number from 0.2 to 0.9; showing 0.5."),
        ({"computed": "0.55"}, "computed = 0.55 is not a step of 0.1"),
        ({"sparser": "yes"}, "sparser = yes is neither true nor false; showing false."),
    ],
)
def test_nonsense_in_the_url_gives_the_page_and_one_sentence(query: dict[str, str], says: str) -> None:
    page = open_page("absolute_value", **query)
    assert len(notes(page)) == 1
    assert says in notes(page)[0]
    assert len(shown_alt(page)) == 7
