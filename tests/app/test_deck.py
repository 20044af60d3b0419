"""Every figure and formula of the deck is in the app: docs/deck.md says where, and these tests look."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from streamlit.testing.v1 import AppTest

from tests.app.pages import ROOT, component_data, open_home, open_page, shown_alt, words
from toymodels.app.shell.page_registry import CLOSING, HOME, QUESTION, TALK


@dataclass(frozen=True)
class Row:
    slide: str
    figure: str
    page: str
    stop: str
    says: str


def rows() -> list[Row]:
    """The table, cell by cell; a bar inside a cell is written as \\| or stands between words."""
    table = []
    for line in (ROOT / "docs" / "deck.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("| ") and not line.startswith("| slide"):
            cells = re.fullmatch(r"\| (.*?) \| (.*) \| /(\w*) \| (\w+) \| (.*) \|", line)
            assert cells is not None, line
            table.append(Row(*(cell.replace(r"\|", "|") for cell in cells.groups())))
    return table


ENTRIES = {entry.name: entry for entry in (HOME, *TALK)}


def everything(page: AppTest) -> str:
    """All that a page says: Markdown, formulas, headings, small print, alternative texts, what components draw."""
    parts = [words(page), *shown_alt(page)]
    parts += [str(element.value) for element in (*page.latex, *page.caption, *page.header, *page.title)]
    parts += [str(element.proto.label) for element in page.get("page_link")]
    parts += [str(data) for data in component_data(page)]
    return "\n".join(parts)


@pytest.fixture(scope="module", params=sorted({row.page for row in rows()}), ids=lambda name: name or "home")
def said(request: pytest.FixtureRequest) -> tuple[str, str]:
    """The name of a page, and all that it says on arrival."""
    name = request.param
    return name, everything(open_page(name) if name else open_home())


def test_what_the_table_promises_stands_on_the_page(said: tuple[str, str]) -> None:
    name, text = said
    missing = [row for row in rows() if row.page == name and row.says not in text]
    assert missing == []


def test_the_table_names_sections_that_there_are() -> None:
    unknown = [row for row in rows() if row.stop not in {section.name for section in ENTRIES[row.page].sections}]
    assert unknown == []


def test_every_figure_of_the_talk_is_in_the_table_or_answers_a_doubt() -> None:
    """Nothing in the app that no slide asked for, besides the questions, the seeds, the checks and the closing stop."""
    listed = {(row.page, row.stop) for row in rows()}
    ours = {QUESTION.name, CLOSING.name, "seeds", "check", "curve", "film", "loss", "descent"}
    assert [
        (entry.name, section.name)
        for entry in ENTRIES.values()
        for section in entry.sections
        if (entry.name, section.name) not in listed and section.name not in ours
    ] == []
