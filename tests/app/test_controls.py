"""What a link may say, and what the page makes of it: any text gives a legal value, and at most one short sentence."""

import math
import re
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from toymodels.app.shell.address import Control, shown
from toymodels.app.shell.controls import ACTIVATION, EIGHT_SEEDS, SEED, SPARSITY, Choice, Slider, Switch, Whole

CENTRED = Slider("w", "Weight", -2, 2, 0.25, 1)
UNEVEN = Slider("u", "An end between two steps", 0, 1, 0.3, 0.6)
SHIFTED = Whole("n", "Number", 3, 8, 5)
SLIDERS = [SPARSITY, CENTRED, UNEVEN]
WHOLES = [SEED, SHIFTED]
CONTROLS: list[Control[Any]] = [*SLIDERS, *WHOLES, ACTIVATION, EIGHT_SEEDS]

numbers = st.one_of(
    st.floats().map(repr),
    st.integers().map(str),
    st.integers(-20, 10_020).map(str),
    st.floats(-3, 3).map(lambda value: f"{value:.3f}"),
    st.integers(1, 400).map(lambda digits: "9" * digits),
)
near_misses = st.sampled_from(
    ["", " ", "nan", "-inf", "1e999", "0x10", "0,9", "½", "٣", "1_0", "+5", "-0", "007", "0.9 ", "TRUE", "ReLU", "None"]
)
texts = st.text() | numbers | near_misses | st.text(alphabet="[]()*_~`#<>:/!|$\\ a.\n-", max_size=40)


def legal(control: Control[Any], value: object) -> bool:
    if isinstance(control, Slider):
        steps = (value - control.low) / control.step if isinstance(value, float | int) else math.nan
        on_a_step = math.isclose(steps, round(steps), abs_tol=1e-6) if math.isfinite(steps) else False
        return isinstance(value, float | int) and control.low <= value <= control.high and (
            on_a_step or value == control.high
        )  # fmt: skip
    if isinstance(control, Whole):
        return type(value) is int and control.low <= value <= control.high
    if isinstance(control, Choice):
        return value in control.options.values()
    return type(value) is bool


@pytest.mark.parametrize("control", CONTROLS, ids=lambda control: control.key)
@given(text=texts)
@example(text="9" * 10_000)
@example(text="[x](http://example.org)")
@example(text="<b>bold</b>")
@example(text="\x00\u202e\ud800")
def test_any_text_gives_a_legal_value_and_at_most_one_short_plain_sentence(control: Control[Any], text: str) -> None:
    value, note = control.read(text)
    assert legal(control, value)
    if note is not None:
        assert note.startswith(f"{control.key} = ")
        assert note.endswith(f"; showing {control.write(value)}.")
        assert len(note) <= 120
        assert not re.search(r"[\[\]()*~`#<>:/!|$\\\n\r\t\u202e\ud800]", note.replace("(nothing)", ""))


@pytest.mark.parametrize("control", CONTROLS, ids=lambda control: control.key)
@given(text=texts)
def test_the_value_that_is_shown_is_itself_a_legal_link(control: Control[Any], text: str) -> None:
    value, _ = control.read(text)
    assert control.read(control.write(value)) == (value, None)


@pytest.mark.parametrize("slider", SLIDERS, ids=lambda control: control.key)
@given(wanted=st.floats(-1e6, 1e6))
def test_a_slider_goes_no_further_than_half_a_step(slider: Slider, wanted: float) -> None:
    value, _ = slider.read(repr(wanted))
    assert abs(value - min(max(wanted, slider.low), slider.high)) <= slider.step / 2 + 1e-6


@given(st.integers(0, 99))
def test_every_step_of_the_sparsity_is_taken_as_it_is(hundredths: int) -> None:
    for text in (f"{hundredths / 100:g}", f"{hundredths / 100:.2f}"):
        assert SPARSITY.read(text) == (hundredths / 100, None)


@pytest.mark.parametrize(
    ("text", "value", "sentence"),
    [
        ("0.904", 0.9, "S = 0.904 is not a step of 0.01; showing 0.9."),
        ("1", 0.99, "S = 1 is not from 0 to 0.99; showing 0.99."),
        ("-3", 0.0, "S = -3 is not from 0 to 0.99; showing 0."),
        ("1e300", 0.99, "S = 1e300 is not from 0 to 0.99; showing 0.99."),
        ("nan", 0.9, "S = nan is not a number from 0 to 0.99; showing 0.9."),
        ("inf", 0.9, "S = inf is not a number from 0 to 0.99; showing 0.9."),
        ("sparse", 0.9, "S = sparse is not a number from 0 to 0.99; showing 0.9."),
        ("", 0.9, "S = (nothing) is not a number from 0 to 0.99; showing 0.9."),
        ("9" * 10_000, 0.9, "S = 99999999999999999999… is not a number from 0 to 0.99; showing 0.9."),
    ],
)
def test_a_slider_shows_the_nearest_value_or_the_default_and_says_so(text: str, value: float, sentence: str) -> None:
    assert SPARSITY.read(text) == (value, sentence)


@pytest.mark.parametrize(
    ("text", "value", "sentence"),
    [
        ("7", 7, None),
        ("9999", 9999, None),
        ("10000", 9999, "seed = 10000 is not from 0 to 9999; showing 9999."),
        ("-1", 0, "seed = -1 is not from 0 to 9999; showing 0."),
        ("7.5", 0, "seed = 7.5 is not a whole number from 0 to 9999; showing 0."),
        ("seven", 0, "seed = seven is not a whole number from 0 to 9999; showing 0."),
        ("1e3", 0, "seed = 1e3 is not a whole number from 0 to 9999; showing 0."),
    ],
)
def test_a_whole_number_shows_the_nearest_value_or_the_default_and_says_so(
    text: str, value: int, sentence: str | None
) -> None:
    assert SEED.read(text) == (value, sentence)


def test_a_choice_takes_its_words_exactly_and_otherwise_the_first() -> None:
    assert ACTIVATION.read("linear") == ("linear", None)
    assert ACTIVATION.read("ReLU") == ("relu", None)
    assert ACTIVATION.read("Linear") == ("linear", "activation = Linear is none of ReLU, linear; showing linear.")


def test_a_switch_is_off_unless_the_link_says_true() -> None:
    switch = Switch("talk", "Talk")
    assert switch.read("true") == (True, None)
    assert switch.read("false") == (False, None)
    assert switch.read("1") == (False, "talk = 1 is neither true nor false; showing false.")


# ---- a stranger's text, repeated ----


@given(texts)
def test_a_repeated_text_is_short_and_of_one_line(text: str) -> None:
    repeated = shown(text)
    assert 0 < len(repeated) <= 21
    assert len(repeated.splitlines()) == 1
    assert re.fullmatch(r"[\w.+\- ?…]+|\(nothing\)", repeated)


def test_a_repeated_address_is_no_link() -> None:
    assert not re.search(r"(?i)(^|[\s*_~(])www\.", shown("www.example.org"))


def test_a_repeated_text_in_underscores_is_not_emphasised() -> None:
    assert not re.search(r"(^|[^\w])_+\w", shown("_x_"))
