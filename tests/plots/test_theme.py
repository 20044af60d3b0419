"""Every pair of colours that is seen together can be told apart: WCAG AA, 4.5 for words and 3 for what is drawn."""

import tomllib
from pathlib import Path

import numpy as np
import pytest

from toymodels.plots.theme import DARK, LIGHT, Theme, contrast, ink_on, mix

CONFIG = tomllib.loads((Path(__file__).parents[2] / ".streamlit/config.toml").read_text(encoding="utf-8"))
THEMES = [
    pytest.param(LIGHT, CONFIG["theme"]["light"], id="light"),
    pytest.param(DARK, CONFIG["theme"]["dark"], id="dark"),
]
WORDS, DRAWN = 4.5, 3.0


def along(ramp: tuple[str, ...]) -> list[str]:
    return [mix(ramp, position) for position in np.linspace(0, 1, 101)]


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == contrast("#ffffff", "#777777") == pytest.approx(4.48, abs=0.005)
    assert contrast("#c45508", "#c45508") == 1


@pytest.mark.parametrize(("look", "theme"), THEMES)
def test_pictures_have_the_colours_of_the_page_around_them(look: Theme, theme: dict[str, str]) -> None:
    assert (look.background, look.text, look.accent) == (
        theme["backgroundColor"], theme["textColor"], theme["primaryColor"],
    )  # fmt: skip
    assert look.sign[1] == look.background


@pytest.mark.parametrize(("look", "theme"), THEMES)
def test_words_are_legible(look: Theme, theme: dict[str, str]) -> None:
    shaded = theme["secondaryBackgroundColor"]
    for background in (look.background, shaded):
        assert contrast(look.text, background) >= WORDS
        assert contrast(look.accent, background) >= WORDS
    # Notes in components are text at 80 % of its strength, zeros and other asides are muted, both on the page itself.
    assert contrast(mix((look.background, look.text), 0.8), look.background) >= WORDS
    assert contrast(look.muted, look.background) >= WORDS
    # The tip at the pointer, and the counts in the dots of the ladder over seeds.
    assert contrast(look.background, look.text) >= WORDS
    assert contrast(look.background, look.accent) >= WORDS


@pytest.mark.parametrize(("look", "theme"), THEMES)
def test_numbers_are_legible_on_cells_of_any_sign(look: Theme, theme: dict[str, str]) -> None:
    for cell in along(look.sign):
        assert contrast(ink_on(cell), cell) >= WORDS


@pytest.mark.parametrize(("look", "theme"), THEMES)
def test_what_is_drawn_stands_out(look: Theme, theme: dict[str, str]) -> None:
    # Arrows, the point H and the focus ring also stand on shaded planes, where a model is the one to look at.
    for background in (look.background, theme["secondaryBackgroundColor"]):
        for colour in (*along(look.importance), look.accent):
            assert contrast(colour, background) >= DRAWN, colour
    for colour in (look.sign[0], look.sign[2], look.muted, *along(look.superposition)):
        assert contrast(colour, look.background) >= DRAWN, colour
    # Circles of the strip of D_i let others shine through.
    for colour in (look.muted, look.importance[-1]):
        assert contrast(mix((look.background, colour), 0.75), look.background) >= DRAWN, colour


@pytest.mark.parametrize(("look", "theme"), THEMES)
def test_importance_keeps_its_order_without_its_hue(look: Theme, theme: dict[str, str]) -> None:
    ratios = [contrast(colour, look.background) for colour in along(look.importance)]
    assert ratios == sorted(ratios)
    assert contrast(look.importance[0], look.importance[-1]) >= DRAWN
