"""W as a control of a page: a field to type it in, arrangements to choose from, files to load, all of it in the URL."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st

from toymodels.analysis.polytopes import Polytope
from toymodels.app.shell.address import bound_text, forget_note
from toymodels.app.shell.file_field import file_field
from toymodels.app.shell.matrix_csv import read_csv
from toymodels.app.shell.matrix_text import (
    MAX_ENTRY,
    MAX_FEATURES,
    MAX_FILE,
    MAX_HIDDEN,
    MAX_TEXT,
    read_rows,
    read_run,
    read_weights,
    write_rows,
)
from toymodels.arrays import Array
from toymodels.experiments.arrangements import ARRANGEMENTS, DECK, arrangement_of

OWN = "your own"

LOADER_TAKES = (
    f"**Taken**: weights of this app (.npz), also those of the density sweep, of which you choose one model; what "
    f"`np.savez(file, W=W)` or `np.save(file, W)` wrote; a CSV. One row per hidden dimension, one column per feature, "
    f"up to {MAX_HIDDEN} × {MAX_FEATURES} numbers from {-MAX_ENTRY:g} to {MAX_ENTRY:g}. Four digits of every number "
    "are kept, so that the link holds this W.  \n"
    "**Not taken**: a larger W, such as the 30 × 400 of the geometry page, which no link could hold; absolute-value "
    "models, which have two matrices and no single W; a bias, since here b is the one that goes with W; .pt, .pkl and "
    ".safetensors: the first two may hold programs, and for the last the same page offers an .npz."
)
"""What the loader takes, what it does not take, and why."""


@dataclass(frozen=True, eq=False)
class _Models:
    """What is kept of a run that was loaded.

    Attributes:
        W: (instances, hidden, features).
        feature_probability: one per instance.
    """

    W: Array
    feature_probability: tuple[float, ...]


@dataclass(frozen=True)
class MatrixText:
    """W (hidden, features), typed in rows. The text is the whole state: arrangements and files only write it."""

    key: str
    label: str
    default: Polytope = DECK
    help: str | None = None

    def read(self, text: str) -> tuple[Array, str | None]:
        """See `Control`."""
        try:
            return read_rows(text), None
        except ValueError as error:
            return self.default.W, f"{self.key} in the link: {error} Showing the deck's W."

    def write(self, value: Array) -> str:
        """See `Control`."""
        return write_rows(value)

    def held(self, value: Array) -> str:
        """See `Control`."""
        return self.write(value)

    def draw(self) -> Array:
        """See `Control`. While the text is no W, one sentence says why, and the last good W stays."""
        text = st.text_area(
            self.label, write_rows(self.default.W), height=146, help=self.help,
            **bound_text(self.key, MAX_TEXT, self._forget_notes),
        )  # fmt: skip
        try:
            W = read_rows(text)
        except ValueError as error:
            W = st.session_state.get(self._good_key, self.default.W)
            st.error(f"{error} The last good W stays below.", icon=":material/edit:")
        else:
            st.session_state[self._good_key] = W
        if note := st.session_state.get(self._file_note_key):
            st.error(f"{note} W stays as it is.", icon=":material/upload_file:")
        return W

    def draw_arrangements(self, W: Array) -> None:
        """A list of named arrangements; choosing one writes it into the field. Draw it after the field."""
        current = arrangement_of(W)
        key = f"_{self.key}_arrangement"
        st.session_state[key] = OWN if current is None else current.name
        names = [arrangement.name for arrangement in ARRANGEMENTS]
        st.selectbox(
            "Arrangement", [*names, OWN] if current is None else names,
            key=key, on_change=self._take_arrangement, args=(key,),
        )  # fmt: skip

    def draw_loader(self) -> None:
        """A place to drop a CSV or a saved run, whose W is written into the field."""
        key = f"_{self.key}_file"
        # Not a popover: Streamlit draws its content at the end of the document, where the Tab key comes last.
        with st.expander("Load a file", icon=":material/upload_file:"):
            file_field(
                key,
                "A CSV with one row per hidden dimension, or an .npz or .npy with a W",
                (".csv", ".txt", ".npz", ".npy"),
                MAX_FILE,
                self._take_file,
            )
            models: _Models | None = st.session_state.get(self._models_key)
            if models is not None and len(models.W) > 1:
                instance = f"_{self.key}_instance"
                st.selectbox(
                    "Which of its models", range(len(models.W)), key=instance,
                    format_func=lambda k: f"1 − S = {models.feature_probability[k]:.3g}",
                    on_change=self._take_instance, args=(instance,),
                )  # fmt: skip
            if understood := st.session_state.get(self._understood_key):
                st.caption(understood)
            st.caption(LOADER_TAKES)

    def set(self, W: Array) -> None:
        """Write W into the field; only from a callback, before the page runs again."""
        st.session_state[self.key] = write_rows(W)
        self._forget_notes()

    @property
    def _good_key(self) -> str:
        return f"_{self.key}_good"

    @property
    def _file_note_key(self) -> str:
        return f"_{self.key}_file_note"

    @property
    def _understood_key(self) -> str:
        return f"_{self.key}_understood"

    @property
    def _models_key(self) -> str:
        return f"_{self.key}_models"

    def _forget_notes(self) -> None:
        """Drop what was said about the link and about a file, because W has changed since."""
        forget_note(self.key)
        st.session_state[self._file_note_key] = st.session_state[self._understood_key] = None

    def _take_arrangement(self, key: str) -> None:
        for arrangement in ARRANGEMENTS:
            if arrangement.name == st.session_state[key]:
                self.set(arrangement.W)

    def _take_file(self, name: str, data: bytes) -> None:
        st.session_state[self._file_note_key] = st.session_state[self._models_key] = None
        try:
            if name.lower().endswith((".npz", ".npy")):
                self._take_weights(data)
            else:
                W, understood = read_csv(data)
                self.set(W)
                st.session_state[self._understood_key] = understood
        except ValueError as error:
            st.session_state[self._file_note_key] = str(error)

    def _take_weights(self, data: bytes) -> None:
        try:
            run = read_run(data)
        except ValueError as error:
            try:
                self.set(read_weights(data))
            except ValueError:
                # What is wrong with a run says more than that it is no other kind of file.
                raise error from None
        else:
            st.session_state[self._models_key] = _Models(run.W, run.spec.densities)
            self.set(run.W[0])

    def _take_instance(self, key: str) -> None:
        self.set(np.asarray(st.session_state[self._models_key].W[st.session_state[key]]))
