"""The address of a page: one key for one notion on all pages, and the keys of older links."""

from __future__ import annotations

import pytest

from tests.app.pages import notes, open_page
from tests.app.states import controls_of, short_trainings
from tests.app.test_every_page import NAMES
from toymodels.app.shell.address import FORMER_KEYS
from toymodels.app.shell.controls import Slider


@pytest.mark.parametrize("name", NAMES)
def test_a_notion_has_the_same_key_and_the_same_words_on_all_pages(name: str) -> None:
    controls = {control.key: control for control in controls_of(name)}
    assert not set(controls) & (set(FORMER_KEYS) - {"x"})
    for key, words in (("S", "Sparsity S"), ("n", "Features n"), ("r", "Importance decay r"), ("seed", "Seed")):
        if key in controls:
            assert controls[key].label == words  # type: ignore[attr-defined]
    if isinstance(decay := controls.get("r"), Slider):
        assert decay.help == "Feature i weighs Iᵢ = rⁱ⁻¹ in the loss."


@pytest.mark.parametrize(
    ("name", "old", "key", "value"),
    [
        ("pentagon", {"decay": "0.7"}, "r", 0.7),
        ("why", {"decay": "0.7", "S": "0.5"}, "r", 0.7),
        ("measure", {"i": "3"}, "feature", 3),
        ("geometry", {"x": "3.6"}, "inverse_density", 3.6),
        ("geometry", {"own": "4"}, "S", 0.75),
        ("absolute_value", {"features": "5"}, "n", 5),
        ("absolute_value", {"neurons": "6"}, "m", 6),
        ("pentagon", {"decay": "0.7", "r": "0.6"}, "r", 0.6),
    ],
)
def test_a_link_with_a_key_of_earlier_days_opens_what_it_meant(
    name: str, old: dict[str, str], key: str, value: float
) -> None:
    with short_trainings():
        page = open_page(name, **old)
    assert notes(page) == []
    assert page.session_state[key] == value
    assert not set(old) & set(FORMER_KEYS) & set(page.query_params)


@pytest.mark.parametrize("text", ["abc", "0", "1e999", "-3", "nan", "<b>"])
def test_nonsense_under_an_earlier_key_is_answered_under_todays(text: str) -> None:
    with short_trainings():
        (note,) = notes(open_page("geometry", own=text))
    assert note.startswith("S = ")
    assert "showing" in note


def test_a_key_that_no_page_has_changes_nothing() -> None:
    with short_trainings():
        page = open_page("faces", decay="0.7")
    assert notes(page) == []
    assert page.query_params["decay"] == "0.7"
