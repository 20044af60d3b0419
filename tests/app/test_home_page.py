"""The home page without a browser: what the hero is given, where the gallery leads, and what is not imported."""

import json
import re
import subprocess
import sys
from itertools import pairwise
from typing import Any
from unittest.mock import patch
from urllib.parse import parse_qs

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from tests.app.pages import ROOT, component_data, notes, open_home, open_page
from toymodels.analysis.polytopes import shape
from toymodels.analysis.weights import gram
from toymodels.app.compute import visitor_training
from toymodels.app.shell.page_registry import TALK
from toymodels.app.views.gallery import CARDS, ROUTES, Card
from toymodels.experiments.findings.home import superposition
from toymodels.experiments.pentagon import pentagon_spec
from toymodels.experiments.two_dimensions import DENSITIES, SPARSITIES
from toymodels.plots.theme import DARK, LIGHT
from toymodels.pretrained.home import shipped
from toymodels.training import train


def drawings(home: AppTest) -> list[dict[str, Any]]:
    """What each component was given to draw."""
    return [json.loads(element.proto.json)[0] for element in home.main.get("bidi_component") if element.proto.json]


def hero_data() -> dict[str, Any]:
    (data,) = [data for data in drawings(open_home()) if "findings" in data]
    return data


def test_the_models_on_the_slider_are_those_of_the_page_pentagon_and_ship() -> None:
    with patch.object(visitor_training, "train", side_effect=AssertionError("a bare link trains")):
        data = hero_data()
    pentagon = next(data for data in component_data(open_page("pentagon")) if "findings" in data)
    np.testing.assert_allclose(data["W"], pentagon["W"], atol=0.0006)
    assert data["sparsity"] == pentagon["sparsity"] == list(SPARSITIES)


def test_other_features_and_importances_are_trained() -> None:
    home = open_home()
    home.slider(key="n").set_value(6).run()
    home.slider(key="r").set_value(0.7).run()
    (data,) = [data for data in drawings(home) if "findings" in data]
    run = train(pentagon_spec(DENSITIES, 6, 0.7), tracked=True)
    np.testing.assert_allclose(gram(data["W"]), gram(run.W), atol=0.003)
    np.testing.assert_allclose(data["b"], run.b, atol=0.0006)
    assert data["findings"][60] == list(superposition(run.at(0.4)))
    assert data["title"] == "x, six features"
    assert len(data["outputs"]) == 6


def test_a_finding_says_how_many_features_and_how_the_loss_compares() -> None:
    findings = hero_data()["findings"]
    assert findings[0][0] == "Two features in two dimensions: an orthogonal pair."
    assert findings[80][0] == "Four features in two dimensions: two digons."
    assert findings[90][0] == "Five features in two dimensions: a pentagon."
    # Keeping two features is a code that training could have found: none of the models may have a greater loss.
    sharing = [rest for _, rest in findings if rest.startswith("Superposition")]
    assert len(sharing) > 50
    less = [int(found[0]) if (found := re.findall(r"(\d+) % less than", rest)) else 0 for rest in sharing]
    assert all("less than" in rest or "the same as" in rest for rest in sharing)
    # The models of two stops may each have up to 1 % more than the least loss.
    assert all(sparser >= denser - 1 for denser, sparser in pairwise(less))
    assert less[-1] > 80


def test_the_bands_under_the_slider_cover_it() -> None:
    bands = hero_data()["bands"]
    stops = [stop for band in bands for stop in range(band["from"], band["to"] + 1)]
    assert stops == list(range(len(SPARSITIES)))
    assert [band["words"] for band in bands] == ["keeps 2", "3", "4", "5"]


def test_every_card_is_drawn_above_a_link_to_its_state() -> None:
    home = open_home()
    links = [element.proto for element in home.main.get("page_link") if element.proto.label != "Present"]
    drawn = [data for data in drawings(home) if "kind" in data]
    assert [data["says"] for data in drawn] == [f"{card.title}: {card.about}." for card in CARDS]
    for card, link in zip(CARDS, links, strict=False):
        assert (link.label, link.page) == (f"**{card.title}**", card.page)
        assert {key: value for key, (value,) in parse_qs(link.query_string).items()} == card.query


def test_the_gallery_shows_every_page_of_the_talk() -> None:
    assert list(dict.fromkeys(card.page for card in CARDS)) == [entry.name for entry in TALK]


@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.title)
def test_a_card_opens_its_page_without_a_note_on_the_url(card: Card) -> None:
    assert notes(open_page(card.page, **card.query)) == []


@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.title)
def test_a_thumbnail_is_small_and_has_the_colours_of_the_theme(card: Card) -> None:
    light, dark = json.dumps(card.picture(LIGHT)), json.dumps(card.picture(DARK))
    assert len(light) < 40_000
    assert (light == dark) == ("colours" not in light)


def test_the_arrows_of_a_card_lie_as_the_film_of_its_page_ends() -> None:
    for card in CARDS:
        if card.page == "pentagon":
            (film,) = [data for data in component_data(open_page("pentagon", **card.query)) if "reels" in data]
            drawn: Any = card.picture(LIGHT)["W"]
            np.testing.assert_allclose(drawn[-1], film["reels"][0]["W"][-1], atol=0.02)


def test_the_words_about_the_three_sparsities_are_what_the_models_do() -> None:
    words = {card.query["S"]: card.about for card in CARDS if card.page == "pentagon"}
    for S, about in words.items():
        assert about.removeprefix("a ").removeprefix("an ") == shape(shipped(f"pentagon-{S}").W[0]).name


def test_routes_grow_and_follow_the_talk() -> None:
    lengths = [len(route.pages) for route in ROUTES]
    assert lengths == sorted(set(lengths))
    for route in ROUTES:
        assert list(route.pages) == [entry for entry in TALK if entry in route.pages]
    assert ROUTES[-1].pages == TALK


FRESH_SERVER = """
import json, sys
from streamlit.runtime.scriptrunner_utils.script_run_context import ScriptRunContext
from streamlit.testing.v1 import AppTest
from toymodels.app.compute import kernel_warm_up

kernel_warm_up.DELAY = 1e6
before, sent, enqueue = set(sys.modules), [], ScriptRunContext.enqueue

def noted(context, message):
    element = message.delta.new_element
    if element.WhichOneof("type"):
        name = element.bidi_component.component_name or element.WhichOneof("type")
        sent.append((message.metadata.delta_path[0], name))
    enqueue(context, message)

ScriptRunContext.enqueue = noted
app = AppTest.from_file("streamlit_app.py", default_timeout=60).run()
assert not app.exception
after = set(sys.modules)
print(json.dumps([name for place, name in sent if place == 0]))
print([name for name in ("torch", "altair", "pandas", "pyarrow") if name in after - before])
print([name for name in ("torch", "altair", "numba") if name in after])
print("toymodels.app.views.home" in after - before)
"""


def test_a_fresh_server_sends_homes_picture_first_and_without_torch_altair_pandas_and_numba() -> None:
    answer = subprocess.run([sys.executable, "-c", FRESH_SERVER], cwd=ROOT, capture_output=True, text=True, check=True)
    sent, *imported = answer.stdout.splitlines()
    names = json.loads(sent)
    # The picture is made of what ships, before anything of the page that a visitor has to scroll to.
    assert names[: names.index("home")] == ["heading", "markdown", "markdown", "slider", "slider"]
    assert names.count("thumbnail") == len(CARDS)
    # No kernels are compiled or loaded for it: the thread that makes them ready begins only later.
    assert imported == ["[]", "[]", "True"]
