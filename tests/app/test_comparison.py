"""What a stranger's query becomes before it is put into a frame."""

from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlencode

import pytest
import streamlit
from hypothesis import given
from hypothesis import strategies as st

from tests.app.pages import component_data, open_page
from toymodels.app.shell import comparison
from toymodels.app.shell.comparison import KEY, MOST_CHARACTERS, clean
from toymodels.app.shell.page_registry import TALK
from toymodels.app.shell.visited_pages import FRAME_KEYS


def test_a_state_of_ours_stays_as_it_is() -> None:
    assert clean("S=0.8&seed=3") == "S=0.8&seed=3"


def test_what_only_the_frame_may_say_is_left_out() -> None:
    assert clean("S=0.8&talk=1&pane=1&stop=film") == "S=0.8"


def test_a_query_that_is_longer_than_any_state_is_not_taken() -> None:
    assert clean("W=" + "1" * MOST_CHARACTERS) == ""


@given(st.text(max_size=300))
def test_whatever_comes_cleaning_twice_changes_nothing_more(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    assert not set(parse_qs(once)) & set(FRAME_KEYS)
    assert all(character.isascii() and character not in "\"'<> #" for character in once)


def test_the_page_gives_its_frames_only_clean_queries() -> None:
    page = open_page("compare", page="faces", a="S=0.5&talk=1&pane=0", b='stop=check&S=0.6"><b>')
    (drawn,) = [data for data in component_data(page) if "panes" in data]
    assert [pane["query"] for pane in drawn["panes"]] == ["S=0.5", clean('S=0.6"><b>')]


def test_what_the_visitor_moved_to_is_cleaned_before_the_page_takes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    given: dict[str, Any] = {}
    monkeypatch.setattr(comparison, "_PANES", lambda **arguments: given.update(arguments))
    monkeypatch.setattr(streamlit, "session_state", {KEY: SimpleNamespace(moved="S=0.7&talk=1")})
    taken: list[str] = []
    comparison.side_by_side(TALK[0], TALK[0].sections[1], "", "", taken.append)
    given["on_moved_change"]()
    assert taken == ["S=0.7"]


def test_the_way_back_leads_to_the_state_on_the_right() -> None:
    page = open_page("compare", page="measure", b=urlencode({"W": "1 0\n0 -1"}))
    link = next(one.proto for one in page.main.get("page_link") if one.proto.label == "Back to the page")
    assert parse_qs(link.query_string) == {"W": ["1 0\n0 -1"]}
