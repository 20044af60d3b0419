"""A control for a list of densities, typed as text."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from toymodels.app.shell.address import bound_text, shown

LOWEST_DENSITY = 0.0001
MOST_DENSITIES = 20


def read_densities(text: str) -> tuple[float, ...]:
    """The densities that a text lists, from dense to sparse, each once: "1, .3 .1" gives (1.0, 0.3, 0.1).

    Raises:
        ValueError: with a sentence, if an entry is no number from `LOWEST_DENSITY` to 1, or if there is no entry or
            more than `MOST_DENSITIES`.
    """
    # A text this long cannot be a legal list; it is not even taken apart.
    entries = text.replace(",", " ").split() if len(text) <= 20 * MOST_DENSITIES else []
    try:
        # Four digits, so that every density has a name of its own.
        numbers = {float(f"{float(entry):.4g}") for entry in entries}
    except ValueError:
        numbers = {math.nan}
    span = f"1 to {MOST_DENSITIES} numbers from {LOWEST_DENSITY:g} to 1, such as 1, 0.3, 0.1"
    if not 1 <= len(numbers) <= MOST_DENSITIES or not all(LOWEST_DENSITY <= number <= 1 for number in numbers):
        raise ValueError(f"densities must be {span}")
    return tuple(sorted(numbers, reverse=True))


def write_densities(densities: Sequence[float]) -> str:
    """Densities as the URL and the text field spell them."""
    return ", ".join(f"{density:g}" for density in densities)


@dataclass(frozen=True)
class DensityList:
    """Some densities 1 - S, typed as a list; see `read_densities`."""

    key: str
    label: str
    default: tuple[float, ...]
    help: str

    def read(self, text: str) -> tuple[tuple[float, ...], str | None]:
        """See `Control`."""
        try:
            return read_densities(text), None
        except ValueError as error:
            return self.default, f"{error}, not {shown(text)}; showing the deck’s."

    def write(self, value: Sequence[float]) -> str:
        """See `Control`."""
        return write_densities(value)

    def held(self, value: Sequence[float]) -> str:
        """See `Control`."""
        return self.write(value)

    def draw(self) -> tuple[float, ...]:
        """See `Control`. What is typed and not legal is answered by a sentence below the field."""
        text = st.text_input(
            self.label, write_densities(self.default), help=self.help,
            **bound_text(self.key, 20 * MOST_DENSITIES),
        )  # fmt: skip
        value, note = self.read(text)
        if note:
            st.warning(note)
        return value
