"""Controls that are bound to the URL: what a link may say, what the page makes of it, and the sentence that says so.

A control is declared once, as a value. Its `read` turns any text into a legal value and, where the text was not
legal, a sentence for the visitor; `draw` shows the widget. A page's state is exactly what its controls say.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, Protocol, TypeVar

import streamlit as st

from toymodels.specs import Activation

Value = TypeVar("Value")

_DRAWN = "_drawn"


class Control(Protocol[Value]):
    """A piece of a page's state: its name in the URL, the values it may take, and its widget."""

    @property
    def key(self) -> str:
        """Its name in the URL and in the session."""

    def read(self, text: str) -> tuple[Value, str | None]:
        """The legal value nearest to any text, and a sentence for the visitor if the text was not legal itself."""

    def write(self, value: Value) -> str:
        """The value as the URL spells it."""

    def held(self, value: Value) -> object:
        """The value as the widget holds it."""

    def draw(self) -> Value:
        """Show the widget; its value, which is legal whatever the browser sent."""


def shown(text: str) -> str:
    """A stranger's text, fit to be repeated: short, and without any character that Markdown would act on."""
    if not text.strip():
        return "(nothing)"
    plain = re.sub(r"(?i)www\.|_|[^\w.+\- ]", "?", text)
    return plain if len(plain) <= 20 else plain[:20] + "…"


def _finite(text: str) -> float | None:
    """The number that a text spells, None if it spells none or one without an end."""
    try:
        number = float(text) if len(text) <= 40 else math.nan
    except ValueError:
        return None
    return number if math.isfinite(number) else None


@dataclass(frozen=True)
class Slider:
    """A number from `low` to `high` in steps. Text that is no finite number gives the default."""

    key: str
    label: str
    low: float
    high: float
    step: float
    default: float
    help: str | None = None

    def read(self, text: str) -> tuple[float, str | None]:
        """See `Control`."""
        wanted = _finite(text)
        span = f"from {self.low:g} to {self.high:g}"
        if wanted is None:
            return self.default, f"{self.key} = {shown(text)} is not a number {span}; showing {self.default:g}."
        value = self._nearest(wanted)
        if not self.low <= wanted <= self.high:
            return value, f"{self.key} = {shown(text)} is not {span}; showing {value:g}."
        if abs(value - wanted) > 1e-9:
            return value, f"{self.key} = {shown(text)} is not a step of {self.step:g}; showing {value:g}."
        return value, None

    def write(self, value: float) -> str:
        """See `Control`."""
        return f"{value:g}"

    def held(self, value: float) -> float:
        """See `Control`."""
        return value

    def draw(self) -> float:
        """See `Control`."""
        value = st.slider(
            self.label, self.low, self.high, self.default, self.step,
            help=self.help, **bound(self.key),
        )  # fmt: skip
        return self._nearest(float(value))

    def _nearest(self, value: float) -> float:
        steps = round((min(max(value, self.low), self.high) - self.low) / self.step)
        return round(min(self.low + steps * self.step, self.high), 6)


@dataclass(frozen=True)
class Rung:
    """One number of a ladder, which rises in steps of any size. Text that is no finite number gives the default."""

    key: str
    label: str
    ladder: tuple[float, ...]
    default: float
    help: str | None = None

    def read(self, text: str) -> tuple[float, str | None]:
        """See `Control`."""
        wanted = _finite(text)
        span = f"from {self.ladder[0]:g} to {self.ladder[-1]:g}"
        if wanted is None:
            return self.default, f"{self.key} = {shown(text)} is not a number {span}; showing {self.default:g}."
        value = min(self.ladder, key=lambda rung: abs(rung - wanted))
        if abs(value - wanted) <= 1e-9:
            return value, None
        return value, f"{self.key} = {shown(text)} is not on the ladder {span}; showing {value:g}."

    def write(self, value: float) -> str:
        """See `Control`."""
        return f"{value:g}"

    def held(self, value: float) -> float:
        """See `Control`."""
        return value

    def draw(self) -> float:
        """See `Control`."""
        value = st.select_slider(
            self.label, self.ladder, self.default, format_func=self.write,
            help=self.help, **bound(self.key),
        )  # fmt: skip
        return value if value in self.ladder else self.default


@dataclass(frozen=True)
class Whole:
    """A whole number from `low` to `high`, typed or stepped, such as a seed."""

    key: str
    label: str
    low: int
    high: int
    default: int
    help: str | None = None

    def read(self, text: str) -> tuple[int, str | None]:
        """See `Control`."""
        span = f"from {self.low} to {self.high}"
        if not re.fullmatch(r"[+-]?[0-9]{1,20}", text):
            return self.default, f"{self.key} = {shown(text)} is not a whole number {span}; showing {self.default}."
        value = self._nearest(int(text))
        return value, None if value == int(text) else f"{self.key} = {shown(text)} is not {span}; showing {value}."

    def write(self, value: int) -> str:
        """See `Control`."""
        return str(value)

    def held(self, value: int) -> int:
        """See `Control`."""
        return value

    def draw(self) -> int:
        """See `Control`."""
        # Floats, because a field of integers fails on the infinity that a very long number in the URL becomes.
        value = st.number_input(
            self.label, float(self.low), float(self.high), float(self.default), 1.0, format="%.0f",
            help=self.help, **bound(self.key),
        )  # fmt: skip
        return self._nearest(int(value))

    def _nearest(self, value: int) -> int:
        return min(max(value, self.low), self.high)


@dataclass(frozen=True)
class Choice(Generic[Value]):
    """One of a few options. `options` maps the word on the page, which is the word in the URL, to what it means.

    They are one word because a bound widget writes what it shows. The first is the default.
    """

    key: str
    label: str
    options: Mapping[str, Value]
    help: str | None = None

    def read(self, text: str) -> tuple[Value, str | None]:
        """See `Control`."""
        if text in self.options:
            return self.options[text], None
        nearest = next((word for word in self.options if word.casefold() == text.casefold()), self._default)
        names = ", ".join(self.options)
        return self.options[nearest], f"{self.key} = {shown(text)} is none of {names}; showing {nearest}."

    def write(self, value: Value) -> str:
        """See `Control`."""
        return next(word for word, meaning in self.options.items() if meaning == value)

    def held(self, value: Value) -> str:
        """See `Control`."""
        return self.write(value)

    def draw(self) -> Value:
        """See `Control`."""
        word = st.segmented_control(
            self.label, list(self.options), default=self._default, required=True,
            help=self.help, **bound(self.key),
        )  # fmt: skip
        return self.options.get(word, self.options[self._default])

    @property
    def _default(self) -> str:
        return next(iter(self.options))


@dataclass(frozen=True)
class Switch:
    """On or off; off unless the link says otherwise."""

    key: str
    label: str
    help: str | None = None

    def read(self, text: str) -> tuple[bool, str | None]:
        """See `Control`."""
        if text in ("true", "false"):
            return text == "true", None
        return False, f"{self.key} = {shown(text)} is neither true nor false; showing false."

    def write(self, value: bool) -> str:
        """See `Control`."""
        return "true" if value else "false"

    def held(self, value: bool) -> bool:
        """See `Control`."""
        return value

    def draw(self) -> bool:
        """See `Control`."""
        return bool(st.toggle(self.label, help=self.help, **bound(self.key)))


def take_from_link(controls: Sequence[Control[Any]], told: Mapping[str, str]) -> None:
    """Give the controls of a page that was reached by a link within the app what the link says, or their defaults.

    Streamlit knows a widget by its name: a slider S of the page before hands its value on to the S of this one, and
    drops what the link says of S.
    """
    changes = {}
    for control in controls:
        # No text is legal nowhere, and gives the value on arrival.
        value, note = control.read(told.get(control.key, ""))
        st.session_state[control.key] = control.held(value)
        if note is not None and control.key in told:
            st.session_state[_note_key(control.key)] = note
            changes[control.key] = control.write(value)
    _put_right(changes)


def take_from_url(controls: Sequence[Control[Any]]) -> list[str]:
    """Make what the URL says of controls legal before any widget reads it; a sentence for each that was not.

    The sentences stay until the visitor moves the control. Where the URL had to be changed, the script starts anew:
    a bound widget reads the URL that the run began with.
    """
    changes = {}
    for control in controls:
        texts = st.query_params.get_all(control.key)
        # Once the widget lives, the URL is the widget's: Streamlit forbids to write it, and drops what is not legal.
        if not texts or control.key in st.session_state:
            continue
        value, note = control.read(texts[-1])
        if len(texts) > 1:
            note = note or f"{control.key} is given {len(texts)} times; showing the last, {shown(texts[-1])}."
        if note is not None:
            st.session_state[_note_key(control.key)] = note
            changes[control.key] = control.write(value)
    _put_right(changes)
    notes = [st.session_state.get(_note_key(control.key)) for control in controls]
    return [str(note) for note in notes if note is not None]


def _put_right(changes: Mapping[str, str]) -> None:
    """Write what was not legal anew into the URL. A bound widget reads the URL that the run began with: start anew."""
    if changes:
        st.query_params.update(changes)
        st.rerun()


def bound(key: str, on_change: Callable[[], None] | None = None) -> dict[str, Any]:
    """What makes a widget a control: its key, in the session and in the URL. It counts as drawn in this run.

    Args:
        key: its name.
        on_change: to be called when the visitor moves it; by default what forgets the note about its link.
    """
    st.session_state[_DRAWN] = [*st.session_state.get(_DRAWN, []), key]
    return {"key": key, "bind": "query-params", "on_change": on_change or partial(forget_note, key)}


def forget_drawn() -> None:
    """A run begins: nothing is drawn yet."""
    st.session_state[_DRAWN] = []


def undrawn(controls: Sequence[Control[Any]]) -> list[Control[Any]]:
    """The controls that this run has not drawn. Streamlit forgets the state of a widget that is not drawn."""
    return [control for control in controls if control.key not in st.session_state.get(_DRAWN, [])]


def _note_key(key: str) -> str:
    return f"_note_{key}"


def forget_note(key: str) -> None:
    """Drop the sentence about a control, because the visitor has moved it."""
    st.session_state.pop(_note_key(key), None)


SPARSITY = Slider(
    "S", "Sparsity S", 0.0, 0.99, 0.01, 0.9, help="The probability that a feature is zero. 1 − S is its density."
)
ACTIVATION: Choice[Activation] = Choice("activation", "Output", {"ReLU": "relu", "linear": "linear"})
SEED = Whole("seed", "Seed", 0, 9999, 0, help="Where the random numbers of the training start.")
EIGHT_SEEDS = Switch("seeds", "Try 8 seeds", help="Trains this very model from eight other seeds.")
