"""What a stranger's query becomes before it is put into a frame."""

from urllib.parse import parse_qs

from hypothesis import given
from hypothesis import strategies as st

from toymodels.app.frame import FRAME_KEYS
from toymodels.app.side_by_side import MOST_CHARACTERS, clean


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
