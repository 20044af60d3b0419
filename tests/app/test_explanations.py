"""Every figure of every page has an explanation, and every explanation a figure; in the browser they are followed."""

import re
from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Block

from tests.app.pages import open_home, open_page
from tests.app.states import short_trainings
from toymodels.app.explanations import EXPLANATIONS
from toymodels.app.shell.figures import PREFIX
from toymodels.app.shell.page_registry import HOME, PAGES

FIGURES = ("vega_lite_chart", "bidi_component")
FRAME = {"presenter", "figures", "copy_link", "file_field", "thumbnail"}
"""Components that draw no figure; a thumbnail is a link to one."""

STATES: dict[str, list[dict[str, str]]] = {
    "faces": [{}, {"seeds": "true"}],
    "pentagon": [{}, {"seeds": "true"}],
    "measure": [{"seeds": "true"}, {"W": "1,0,0,1;0,1,0,1;0,0,1,1"}],
    "ladder": [{}, {"zoom": "0.1"}, {"seeds": "true"}],
    "why": [{"seeds": "true"}],
    "geometry": [{}, {"group": "10"}],
    "absolute_value": [{}],
    "good_or_bad": [{}],
    "phase_change": [{}],
    "correlated": [{"seeds": "true"}],
}
"""What to ask of a page so that all its figures are seen."""

ON_DEMAND = {"faces": {"recipe", "one_sparsity"}, "pentagon": {"recipe", "one_sparsity"},
             "ladder": {"recipe", "linear_row"}, "why": {"pairs", "one_sparsity"},
             "geometry": {"own_graph", "own_bars"}}  # fmt: skip
"""Figures that come when a visitor trains, or waits for a training of others."""


def figures(block: Block, inside: str = "") -> Iterator[tuple[str, str]]:
    """What is drawn below a block: the kind of each figure, and the name of the container that it lies in, or ""."""
    key = re.search(rf"{PREFIX}(\w+)", getattr(block.proto, "id", "") or "") if block.proto is not None else None
    inside = key[1] if key else inside
    for child in block.children.values():
        if isinstance(child, Block):
            yield from figures(child, inside)
        elif child.type in FIGURES and getattr(child.proto, "component_name", "") not in FRAME:
            yield child.type, inside


def opened(page: str) -> Iterator[AppTest]:
    with short_trainings():
        for state in STATES[page]:
            yield open_page(page, **state)


@pytest.mark.parametrize("page", STATES)
def test_every_figure_of_a_page_has_an_explanation(page: str) -> None:
    drawn = {name for app in opened(page) for _, name in figures(app.main)}
    assert "" not in drawn
    assert drawn == set(EXPLANATIONS[page]) - ON_DEMAND.get(page, set())


def test_so_has_the_home_page() -> None:
    assert {name for _, name in figures(open_home().main)} == set(EXPLANATIONS[""]) == {"hero"}


def test_all_pages_are_looked_at() -> None:
    assert {page.name for page in PAGES} == set(STATES)
    assert set(EXPLANATIONS) == {HOME.name, *STATES}


WORDS = [
    (page, name, step.says)
    for page, those in EXPLANATIONS.items()
    for name, explained in those.items()
    for step in explained.steps
]


@pytest.mark.parametrize(("page", "name", "says"), WORDS, ids=lambda value: value[:30])
def test_a_label_is_short_and_whole(page: str, name: str, says: str) -> None:
    assert len(says) <= 260, "more than a phone shows beside its figure"
    assert says[0].isupper() or says[0] in "“|0123456789", says
    assert says.endswith((".", "…")), says


@pytest.mark.parametrize("page", EXPLANATIONS)
def test_a_figure_is_told_in_several_steps(page: str) -> None:
    for name, explained in EXPLANATIONS[page].items():
        assert len(explained.steps) >= 2, name
        assert explained.caption.strip(".") == explained.caption != "", name
        assert len({step.says for step in explained.steps}) == len(explained.steps), name
