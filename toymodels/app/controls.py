"""Controls that are bound to the URL: what a link may say, what the page makes of it, and the sentence that says so.

A control is declared once, as a value. Its `read` turns any text into a legal value and, where the text was not
legal, a sentence for the visitor; `draw` shows the widget. A page's state is exactly what its controls say.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

import streamlit as st

Value = TypeVar("Value", float, int, str, bool)


def shown(text: str) -> str:
    """A stranger's text, fit to be repeated: short, and without any character that Markdown would act on."""
    plain = re.sub(r"[^\w.+\- ]", "?", text)
    return plain if len(plain) <= 20 else plain[:20] + "…"


@dataclass(frozen=True)
class Slider:
    """A number from `low` to `high` in steps. `key` is its name in the URL and in the session."""

    key: str
    label: str
    low: float
    high: float
    step: float
    default: float
    help: str | None = None

    def read(self, text: str) -> tuple[float, str | None]:
        """The legal value nearest to a text, and a sentence if the text was not legal itself.

        Text that is no finite number gives the default.
        """
        try:
            wanted = float(text) if len(text) <= 40 else math.nan
        except ValueError:
            wanted = math.nan
        span = f"from {self.low:g} to {self.high:g}"
        if not math.isfinite(wanted):
            return self.default, f"{self.key} = {shown(text)} is not a number {span}; showing {self.default:g}."
        value = self._nearest(wanted)
        if not self.low <= wanted <= self.high:
            return value, f"{self.key} = {shown(text)} is not {span}; showing {value:g}."
        if abs(value - wanted) > 1e-9:
            return value, f"{self.key} = {shown(text)} is not a step of {self.step:g}; showing {value:g}."
        return value, None

    def draw(self) -> float:
        """Show the slider; its value, which is legal whatever the browser sent."""
        value = st.slider(
            self.label, self.low, self.high, self.default, self.step,
            key=self.key, help=self.help, bind="query-params", on_change=forget_note, args=(self.key,),
        )  # fmt: skip
        return self._nearest(float(value))

    def _nearest(self, value: float) -> float:
        steps = round((min(max(value, self.low), self.high) - self.low) / self.step)
        return round(min(self.low + steps * self.step, self.high), 6)


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
        """As `Slider.read`."""
        span = f"from {self.low} to {self.high}"
        if not re.fullmatch(r"[+-]?[0-9]{1,20}", text):
            return self.default, f"{self.key} = {shown(text)} is not a whole number {span}; showing {self.default}."
        value = self._nearest(int(text))
        return value, None if value == int(text) else f"{self.key} = {shown(text)} is not {span}; showing {value}."

    def draw(self) -> int:
        """Show the field; its value, which is legal whatever the browser sent."""
        value = st.number_input(
            self.label, self.low, self.high, self.default, 1,
            key=self.key, help=self.help, bind="query-params", on_change=forget_note, args=(self.key,),
        )  # fmt: skip
        return self._nearest(int(value))

    def _nearest(self, value: int) -> int:
        return min(max(value, self.low), self.high)


@dataclass(frozen=True)
class Choice:
    """One of a few options. `options` maps the word in the URL to the words on the page; the first is the default."""

    key: str
    label: str
    options: Mapping[str, str]
    help: str | None = None

    @property
    def default(self) -> str:
        """The first option."""
        return next(iter(self.options))

    def read(self, text: str) -> tuple[str, str | None]:
        """As `Slider.read`; text that is none of the options gives the default."""
        if text in self.options:
            return text, None
        names = ", ".join(self.options)
        return self.default, f"{self.key} = {shown(text)} is none of {names}; showing {self.default}."

    def draw(self) -> str:
        """Show the options side by side; the chosen word, which is legal whatever the browser sent."""
        value = st.segmented_control(
            self.label, list(self.options), default=self.default, required=True, format_func=self._name,
            key=self.key, help=self.help, bind="query-params", on_change=forget_note, args=(self.key,),
        )  # fmt: skip
        return value if value in self.options else self.default

    def _name(self, option: str) -> str:
        return self.options.get(option, option)


@dataclass(frozen=True)
class Switch:
    """On or off; off unless the link says otherwise."""

    key: str
    label: str
    help: str | None = None

    def read(self, text: str) -> tuple[bool, str | None]:
        """As `Slider.read`."""
        if text in ("true", "false"):
            return text == "true", None
        return False, f"{self.key} = {shown(text)} is neither true nor false; showing false."

    def draw(self) -> bool:
        """Show the switch."""
        return bool(
            st.toggle(self.label, key=self.key, help=self.help, bind="query-params",
                      on_change=forget_note, args=(self.key,))
        )  # fmt: skip


Control = Slider | Whole | Choice | Switch


def take_from_url(control: Control) -> str | None:
    """Bring what the URL says of a control within its range before the widget reads it; the sentence if it was not.

    The sentence stays until the visitor moves the control.
    """
    note_key = f"_note_{control.key}"
    text = st.query_params.get(control.key)
    if text is not None:
        value, note = control.read(text)
        if note is not None:
            st.session_state[control.key] = value
            st.session_state[note_key] = note
    kept = st.session_state.get(note_key)
    return str(kept) if kept is not None else None


def forget_note(key: str) -> None:
    """Drop the sentence about a control, because the visitor has moved it."""
    st.session_state.pop(f"_note_{key}", None)


SPARSITY = Slider(
    "S", "Sparsity S", 0.0, 0.99, 0.01, 0.9, help="The probability that a feature is zero. 1 − S is its density."
)
ACTIVATION = Choice("activation", "Output", {"relu": "ReLU", "linear": "linear"})
SEED = Whole("seed", "Seed", 0, 9999, 0, help="Where the random numbers of the training start.")
EIGHT_SEEDS = Switch("seeds", "Try 8 seeds", help="Trains this very model from eight other seeds.")
