"""Every symbol that a page asks the glossary to explain is there, in plain words, and on the page."""

import re

import pytest

from tests.app.pages import open_page
from toymodels.app.glossary import WORDS, explained
from toymodels.app.shell.page_registry import PAGES

SYMBOLS = [word.symbol for words in WORDS.values() for word in words if word.symbol]


def test_no_symbol_is_explained_twice() -> None:
    assert len(set(SYMBOLS)) == len(SYMBOLS)


@pytest.mark.parametrize("symbol", SYMBOLS)
def test_a_line_holds_no_raw_markup(symbol: str) -> None:
    line = explained(symbol)
    assert line.startswith("**")
    assert not re.search(r"[_^$]|\|\|", line)


def test_what_the_glossary_lacks_is_named() -> None:
    with pytest.raises(KeyError, match="Q"):
        explained("Q")


@pytest.mark.parametrize("name", [entry.name for entry in PAGES])
def test_every_page_explains_its_symbols_to_a_mouse_that_points_and_to_a_finger_that_taps(name: str) -> None:
    page = open_page(name)
    buttons = [each for each in page.get("popover") if each.proto.popover.help]
    assert len(buttons) > 2
    for button in buttons:
        (words,) = [str(element.value) for element in button.markdown]
        assert button.proto.popover.help == words
        assert words.startswith(f"**{button.proto.popover.label}** · ")
