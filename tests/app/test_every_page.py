"""What every page promises."""

import pytest

from tests.app.pages import ROOT, notes, open_home, open_page, shown_alt, words
from toymodels.app.places import COMPARE, GLOSSARY, TALK

NAMES = [place.name for place in TALK]


def test_the_menu_knows_every_page() -> None:
    places = [place.name for place in (*TALK, GLOSSARY, COMPARE)]
    assert sorted(places) == sorted(file.stem for file in (ROOT / "pages").glob("*.py"))


def test_home_runs_and_leads_to_every_page() -> None:
    home = open_home()
    linked = {element.proto.page for element in home.get("page_link")}
    assert linked >= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_page_shows_a_result_on_arrival_and_says_what_it_means(name: str) -> None:
    page = open_page(name)
    assert notes(page) == []
    labels = [expander.label for expander in page.expander]
    assert "What you should see" in labels
    assert "What this does not show" in labels
    assert [heading.value for heading in page.header].count("Paper check") == 1
    assert "**This run:**" in words(page)
    assert all(len(alt) > 40 for alt in shown_alt(page))
    assert {"Data (CSV)", "Weights (.npz)", "Python"} <= {button.label for button in page.download_button}
    assert any("Trained in" in str(caption.value) for caption in page.caption)


@pytest.mark.parametrize("name", NAMES)
def test_the_code_on_a_page_is_python_that_compiles(name: str) -> None:
    for block in open_page(name).code:
        if block.language == "python":
            compile(block.value, name, "exec")
