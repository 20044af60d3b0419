"""The page "What superposition can look like", as a visitor meets it."""

import subprocess
import sys
from typing import Any

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

import toymodels as tm
from tests.app.pages import ROOT, component_data, notes, open_page, plotted, shown_alt, words
from toymodels.analysis.feature_graph import feature_graph, groups
from toymodels.experiments.geometry import INVERSE_DENSITIES, SEEDS, dense_features_get_a_dimension_each
from toymodels.pretrained.geometry import shipped


@pytest.fixture(scope="module")
def mixed() -> AppTest:
    return open_page("geometry", inverse_density="8")


def graph(page: AppTest) -> dict[str, Any]:
    """What the feature graph was given to draw."""
    return next(data for data in component_data(page) if "groups" in data)


def tables(page: AppTest) -> list[pd.DataFrame]:
    return [element.value for element in page.table]


def test_d_star_of_every_shipped_run_is_plotted(mixed: AppTest) -> None:
    table = pd.concat([data for data in plotted(mixed, 0) if "seed" in data])
    drawn = table.drop_duplicates(["inverse_density", "seed"]).set_index(["inverse_density", "seed"])
    assert len(drawn) == len(INVERSE_DENSITIES) * len(SEEDS)
    for rung, seed in ((1, 0), (8, 1), (100, 2)):
        expected = tm.dimensions_per_feature(shipped(rung, seed).W[0])
        assert drawn.loc[(rung, seed), "dimensions_per_feature"] == pytest.approx(float(expected))


def test_every_feature_of_every_density_is_counted_and_few_rows_are_sent(mixed: AppTest) -> None:
    strip = max(plotted(mixed, 1), key=len)
    assert (strip.groupby("inverse_density")["features"].sum() == 400).all()
    assert len(strip) < 2000
    here = strip[(strip["inverse_density"] == 8) & strip["represented"]]
    W = shipped(8).W[0]
    expected = tm.feature_dimensionality(W)[tm.represented(W)]
    assert here["features"].sum() == len(expected)
    assert (here["dimensionality"] * here["features"]).sum() == pytest.approx(expected.sum(), abs=0.005 * len(expected))


def test_the_arrangements_of_a_density_are_listed_drawn_and_named(mixed: AppTest) -> None:
    found = groups(shipped(8).W[0])
    data = graph(mixed)
    assert [cell["name"] for cell in data["groups"]] == [group.name for group in found]
    listed = tables(mixed)[0][["how many", "features each"]].astype(int)
    assert listed["how many"].sum() == len(found)
    assert (listed["how many"] * listed["features each"]).sum() == sum(len(group.features) for group in found)
    assert f"**{len(found)} groups**" in words(mixed)


def test_lines_are_the_interference_above_the_threshold_and_nothing_else() -> None:
    data = graph(open_page("geometry", inverse_density="8", edge="0.6"))
    products = [abs(edge[2]) for cell in data["groups"] for edge in cell["edges"]]
    assert products
    assert min(products) >= 0.5995


def test_of_too_many_lines_the_strongest_are_drawn() -> None:
    page = open_page("geometry", inverse_density="100")
    drawn = [abs(edge[2]) for cell in graph(page)["groups"] for edge in cell["edges"]]
    W = shipped(100).W[0]
    products = tm.gram(W)
    strongest = sorted((abs(float(products[edge])) for edge in feature_graph(W)), reverse=True)
    assert len(drawn) < len(strongest)
    assert sorted(drawn, reverse=True) == pytest.approx(strongest[: len(drawn)], abs=0.001)
    assert any(f"weakest {len(strongest) - len(drawn):,} lines" in str(caption.value) for caption in page.caption)


def test_a_pair_is_opened_in_the_plane_and_a_larger_group_in_space() -> None:
    found = groups(shipped(8).W[0])
    flat = next(k for k, group in enumerate(found, start=1) if group.n_dimensions <= 2)
    solid = next(k for k, group in enumerate(found, start=1) if group.n_dimensions == 3)
    opened = component_data(open_page("geometry", inverse_density="8", group=str(flat)))
    plane = next(data for data in opened if "planes" in data)["planes"][0]["W"]
    members = shipped(8).W[0][:, list(found[flat - 1].features)]
    np.testing.assert_allclose(tm.gram(plane), tm.gram(members), atol=0.02)
    space = next(
        data
        for data in component_data(open_page("geometry", inverse_density="8", group=str(solid)))
        if "frames" in data
    )
    assert np.shape(space["frames"]) == (1, 3, len(found[solid - 1].features))
    assert space["edges"]


def test_another_density_is_another_model() -> None:
    page = open_page("geometry", inverse_density="8")
    page.select_slider(key="inverse_density").set_value(3.6).run()
    assert "At **1 / (1 − S) = 3.6**" in words(page)
    assert [cell["name"] for cell in graph(page)["groups"]] == [group.name for group in groups(shipped(3.6).W[0])]


def test_where_no_two_features_are_joined_the_page_says_so_and_draws_no_graph() -> None:
    page = open_page("geometry", inverse_density="1")
    assert "**No two features are joined here.**" in words(page)
    assert not [data for data in component_data(page) if "groups" in data]


def test_three_seeds_stand_beside_each_other(mixed: AppTest) -> None:
    side = next(table for table in tables(mixed) if "seed" in table)[["seed", "features"]].astype(int)
    assert side["seed"].tolist() == list(SEEDS)
    for seed in SEEDS:
        W = shipped(8, seed).W[0]
        assert side["features"].iloc[seed] == tm.represented(W).sum()


@pytest.mark.parametrize("seed", SEEDS)
def test_the_paper_check_says_what_holds_and_what_does_not(seed: int) -> None:
    page = words(open_page("geometry", seed=str(seed)))
    # D* at 1.2 is beside the line of the first claim, see tests/experiments/test_geometry.py; the page says which side.
    missed = int(not dense_features_get_a_dimension_each([shipped(x, seed) for x in INVERSE_DENSITIES]).holds)
    assert page.count("check: holds]") == 6 - missed
    assert page.count("does not hold] Dense") == page.count("does not hold]") == missed


def test_a_training_of_ones_own_shows_its_groups_and_stays() -> None:
    page = open_page("geometry", n="40", m="4", steps="500", S="0.75")
    assert "of 40 features in 4 dimensions" not in words(page)
    next(button for button in page.button if button.label == "Train").click().run()
    expected = tm.train(tm.Autoencoder(40, 4, 0.25, 1.0), 0, steps=500, restarts=1)
    says = f"**{tm.represented(expected.W[0]).sum()} of 40 features in 4 dimensions**"
    assert says in words(page)
    assert any("Trained after 500 steps" in str(caption.value) for caption in page.caption)
    page.run()
    assert says in words(page)


def test_a_click_on_a_group_opens_it_and_nonsense_from_the_browser_does_nothing() -> None:
    assert "**Group 3** of" in words(open_page("geometry", inverse_density="8", group="3"))
    last = words(open_page("geometry", inverse_density="8", group="400"))
    count = len(groups(shipped(8).W[0]))
    assert f"**Group {count}** of {count}" in last


def test_the_weights_to_take_home_are_those_on_the_page(mixed: AppTest) -> None:
    code = next(block.value for block in mixed.code if block.language == "python")
    assert "feature_probability=0.125" in code
    assert f"steps={shipped(8).steps}" in code
    short = code.replace(f"steps={shipped(8).steps}", "steps=2")
    printed = subprocess.run([sys.executable, "-c", short], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert "loss" in printed


@pytest.mark.parametrize(
    ("query", "says", "x"),
    [
        ({"inverse_density": "abc"}, "inverse_density = abc is not a number from 1 to 100; showing", None),
        ({"inverse_density": "nan"}, "inverse_density = nan is not a number", None),
        ({"inverse_density": "1e400"}, "inverse_density = 1e400 is not a number", None),
        ({"inverse_density": "3.3"}, "inverse_density = 3.3 is not among the values from 1 to 100; showing 3.2.", 3.2),
        ({"inverse_density": "-5"}, "inverse_density = -5 is not among the values from 1 to 100; showing 1.", 1.0),
        ({"seed": "3"}, "seed = 3 is not from 0 to 2; showing 2.", None),
        ({"edge": "<b>"}, "edge = ?b? is not a number from 0.05 to 0.95", None),
        ({"group": "0"}, "group = 0 is not from 1 to 400; showing 1.", None),
        ({"n": "1e9"}, "n = 1e9 is not from 20 to 400; showing 400.", None),
        ({"steps": "-1"}, "steps = -1 is not from 500 to 8000; showing 500.", None),
    ],
)
def test_nonsense_in_the_url_gives_the_page_and_one_sentence(query: dict[str, str], says: str, x: float | None) -> None:
    page = open_page("geometry", **query)
    assert len(notes(page)) == 1
    assert says in notes(page)[0]
    assert x is None or page.select_slider(key="inverse_density").value == x


def test_every_chart_says_what_is_to_be_seen(mixed: AppTest) -> None:
    alt = shown_alt(mixed)
    assert "plateaus near 1 and 1/2" in alt[0]
    assert "digon" in alt[1]
