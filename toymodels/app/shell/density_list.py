"""A control for a list of densities, typed as text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from toymodels.analysis.density_sweep import MOST_DENSITIES, read_densities
from toymodels.app.shell.address import bound, shown


def write_densities(densities: Sequence[float]) -> str:
    """Densities as the URL and the text field spell them."""
    return ", ".join(f"{density:g}" for density in densities)


@dataclass(frozen=True)
class DensityList:
    """Some densities 1 - S, typed as a list; see `density_sweep.read_densities`."""

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
