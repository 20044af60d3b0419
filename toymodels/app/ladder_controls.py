"""Controls that the ladder adds to those of all pages: a list of densities, and a choice that depends on the run."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from toymodels.app.controls import bound, shown
from toymodels.ladder import MOST_DENSITIES, read_densities


def write_densities(densities: Sequence[float]) -> str:
    """Densities as the URL and the text field spell them."""
    return ", ".join(f"{density:g}" for density in densities)


@dataclass(frozen=True)
class DensityList:
    """Some densities 1 - S, typed as a list; see `ladder.read_densities`."""

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
            self.label, write_densities(self.default), max_chars=20 * MOST_DENSITIES,
            help=self.help, **bound(self.key),
        )  # fmt: skip
        value, note = self.read(text)
        if note:
            st.warning(note)
        return value


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
