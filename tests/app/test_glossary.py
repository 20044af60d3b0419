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
    assert line.startswith("- **")
    assert not re.search(r"[_^$]|\|\|", line)


def test_what_the_glossary_lacks_is_named() -> None:
    with pytest.raises(KeyError, match="Q"):
        explained("S", "Q")


@pytest.mark.parametrize("name", [entry.name for entry in PAGES])
def test_every_page_explains_its_symbols_at_their_first_use(name: str) -> None:
    page = open_page(name)
    (button,) = [popover for popover in page.get("popover") if str(popover.proto.popover.label).startswith("What are ")]
    (lines,) = [str(element.value) for element in button.markdown]
    asked = re.findall(r"^- \*\*(.+?)\*\* · ", lines, re.MULTILINE)
    assert asked
    assert button.proto.popover.label == f"What are {', '.join(asked)}?"
