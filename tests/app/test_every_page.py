"""What every page promises."""

import re
from unittest.mock import patch

import pytest

from tests.app.pages import ROOT, component_data, notes, open_home, open_page, shown_alt, words
from tests.app.states import short_trainings
from toymodels.app.compute import visitor_training
from toymodels.app.shell.page_registry import COMPARE, GLOSSARY, PAGES
from toymodels.pretrained.claims import FAILS, HOLDS, counted_claims

NAMES = [entry.name for entry in PAGES]

SHIPPED = "geometry"
"""The page whose models are trained beforehand."""


def test_the_menu_knows_every_page() -> None:
    names = [entry.name for entry in (*PAGES, GLOSSARY, COMPARE)]
    assert sorted(names) == sorted(file.stem for file in (ROOT / "pages").glob("*.py"))


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
    # Every claim stands with its number of seeds, and nothing was counted that the page does not claim.
    counted = [claim for claim in counted_claims() if claim.page == name]
    if counted:
        assert words(page).count("**This run:**") == words(page).count(" seeds**") == len(counted)
        assert words(page).count("check: holds]") == sum(claim.verdicts[0] == HOLDS for claim in counted)
        assert words(page).count("does not hold]") == sum(claim.verdicts[0] == FAILS for claim in counted)
    assert all(len(alt) > 40 for alt in shown_alt(page))
    (present,) = [link.proto for link in page.main.get("page_link") if link.proto.label == "Present"]
    assert (present.page, present.query_string) == (name, "talk=1")
    assert {"Data (CSV)", "Weights (.npz)", "Python"} <= {button.label for button in page.download_button}
    assert any(re.match(r"Trained\b.*in [0-9.]+ s", str(caption.value)) for caption in page.caption)


@pytest.mark.parametrize("name", NAMES)
def test_the_code_on_a_page_is_python_that_compiles(name: str) -> None:
    blocks = [block.value for block in open_page(name).code if block.language == "python"]
    assert blocks
    for block in blocks:
        compile(block, name, "exec")


@pytest.mark.parametrize("name", [name for name in NAMES if name != SHIPPED])
def test_every_training_of_a_page_starts_from_its_seed(name: str) -> None:
    with short_trainings(), patch.object(visitor_training, "train", wraps=vars(visitor_training)["train"]) as train:
        open_page(name, seed="7")
    assert {call.args[1] for call in train.call_args_list} == {7}


def test_the_seed_of_the_shipped_models_chooses_among_them() -> None:
    one, other = (open_page(SHIPPED, seed=seed) for seed in ("0", "1"))
    assert component_data(one) != component_data(other)
