"""Kinds of controls (slider, number, choice, switch, selection), and the controls that many pages share.

A control is declared once, as a value. Its `read` turns any text into a legal value and, where the text was not
legal, a sentence for the visitor; `draw` shows the widget. A page's state consists of the values of its controls.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Generic

import streamlit as st

from toymodels.app.shell.address import Value, bound, shown
from toymodels.spec import Activation


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
class SelectSlider:
    """One number of a rising list, whose steps may differ. Text that is no finite number gives the default."""

    key: str
    label: str
    values: tuple[float, ...]
    default: float
    help: str | None = None

    def read(self, text: str) -> tuple[float, str | None]:
        """See `Control`."""
        wanted = _finite(text)
        span = f"from {self.values[0]:g} to {self.values[-1]:g}"
        if wanted is None:
            return self.default, f"{self.key} = {shown(text)} is not a number {span}; showing {self.default:g}."
        value = min(self.values, key=lambda value: abs(value - wanted))
        if abs(value - wanted) <= 1e-9:
            return value, None
        return value, f"{self.key} = {shown(text)} is not among the values {span}; showing {value:g}."

    def write(self, value: float) -> str:
        """See `Control`."""
        return f"{value:g}"

    def held(self, value: float) -> float:
        """See `Control`."""
        return value

    def draw(self) -> float:
        """See `Control`."""
        value = st.select_slider(
            self.label, self.values, self.default, format_func=self.write,
            help=self.help, **bound(self.key),
        )  # fmt: skip
        return value if value in self.values else self.default


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


@dataclass(frozen=True)
class Pick:
    """One of the things on the screen, or none of them; which there are is known when the widget is drawn.

    `pattern` is what one of them looks like in a URL, `nothing` the word for none, `kind` what a visitor calls one.
    """

    key: str
    label: str
    nothing: str
    pattern: str
    kind: str
    help: str

    def read(self, text: str) -> tuple[str, str | None]:
        """See `Control`."""
        if text == self.nothing or re.fullmatch(self.pattern, text, re.ASCII):
            return text, None
        return self.nothing, f"{self.key} = {shown(text)} is no {self.kind}; showing {self.nothing}."

    def write(self, value: str) -> str:
        """See `Control`."""
        return value

    def held(self, value: str) -> str:
        """See `Control`."""
        return value

    def draw(self, options: Sequence[str] = ()) -> str | None:
        """Show the widget with these options; the chosen one, or None. What is not among them gets a sentence."""
        choices = [self.nothing, *options]
        wanted = st.session_state.get(self.key) or st.query_params.get(self.key, self.nothing)
        if wanted not in choices:
            st.session_state[self.key] = self.nothing
        value = st.selectbox(
            self.label, choices, help=self.help, **bound(self.key),
        )  # fmt: skip
        if wanted not in choices:
            st.info(f"There is no {self.kind} {shown(str(wanted))} here.", icon=":material/link:")
        return value if value in options else None


def importance_decay(low: float, step: float, default: float) -> Slider:
    """The control of r, where feature i counted from one has importance r^(i - 1); from `low` to 1."""
    return Slider("r", "Importance decay r", low, 1.0, step, default, help="Feature i weighs Iᵢ = rⁱ⁻¹ in the loss.")


SPARSITY = Slider(
    "S",
    "Sparsity S",
    0.0,
    0.99,
    0.01,
    0.9,
    help="The probability that a feature is zero. With probability 1 − S, its density, it is not.",
)
FEATURES = Slider("n", "Features n", 3, 8, 1, 5)
IMPORTANCE_DECAY = importance_decay(0.5, 0.05, 0.9)
ACTIVATION: Choice[Activation] = Choice("activation", "Output", {"ReLU": "relu", "linear": "linear"})
SEED = Whole("seed", "Seed", 0, 9999, 0, help="The number from which all random numbers of the training follow.")
EIGHT_SEEDS = Switch("seeds", "Try 8 seeds", help="Trains this very model from eight other seeds.")
