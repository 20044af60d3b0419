"""A few of the links of `tests.app.fuzz`."""

import pytest

from tests.app import fuzz
from tests.app.fuzz import NAMES, open_link

LINKS = 4


@pytest.mark.parametrize("name", NAMES)
def test_no_link_breaks_a_page_or_costs_more_than_the_budget(name: str) -> None:
    assert fuzz.fuzz(name, LINKS, seed=1) == []


def test_what_a_ladder_of_a_thousand_dimensions_would_cost_is_refused() -> None:
    dense = ", ".join(f"{k / 20:g}" for k in range(1, 21))
    assert open_link("ladder", {"n": "100", "m": "100", "densities": dense}, short=True) is None


def test_a_training_beyond_the_budget_would_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fuzz, "BUDGET_SECONDS", 0.01)
    assert "would train for" in str(open_link("faces", {"S": "0.31"}, short=True))
