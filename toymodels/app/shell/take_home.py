"""What a visitor can take away from every page: the data, the weights, the code, and all of it as one zip that runs."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

import numpy as np
import pandas as pd
import streamlit as st

from toymodels.app.compute.shared_cache import kept
from toymodels.app.shell.library_wheel import NAME as WHEEL
from toymodels.app.shell.library_wheel import archive, library_wheel
from toymodels.app.shell.visited_pages import FRAME_KEYS
from toymodels.pytorch_files import pytorch_program, state_dict_file
from toymodels.run import Run
from toymodels.snippets import constructor, snippet, snippet_with_weights
from toymodels.version import __version__

LONGEST_NAME = 80
"""Characters of a file's name before its ending; what is longer ends in a digest."""

ABOUT_PROGRAM = (
    "One file that trains this model by the recipe of the paper's notebook and draws it. It needs PyTorch, NumPy and "
    "Matplotlib, and not this library."
)

ABOUT_STATE_DICT = (
    "A state dict for `load_state_dict`, read by `safetensors.torch.load_file`; a zip with a file for each "
    "instance where there are several."
)

ABOUT_TRAINER = (
    "The default trainer, `toymodels`, searches for a good optimum: several starts, of which successive halving keeps "
    "the best; a straight-through gradient for outputs that are always 0; a learning rate that falls. It is not the "
    "recipe of the paper's notebook."
)


@dataclass(frozen=True)
class More:
    """More files of a page: a download of their own, and a folder of the zip.

    Attributes:
        label: of the download.
        name: of the folder.
        about: what they are, for the zip's README.
        files: makes them, content by name, when they are asked for.
    """

    label: str
    name: str
    about: str
    files: Callable[[], Mapping[str, bytes]]

    def packed(self) -> bytes:
        """The files as a zip."""
        return archive(self.files())


def take_home(name: str, run: Run, table: pd.DataFrame, code: str | None = None, more: Sequence[More] = ()) -> None:
    """Downloads, the code, and how the run on the screen was made.

    Args:
        name: of the page.
        run: whose weights and code they are.
        table: the data of the page's figure.
        code: what redoes the run, where training its spec from random weights does not; see `snippet_with_weights`.
        more: what else the page has shown.
    """
    st.header("Take it home")
    code = kept(snippet, run) if code is None else code
    state = {key: value for key, value in st.query_params.items() if key not in FRAME_KEYS}
    stem = file_name(name, state)
    with st.container(horizontal=True):
        st.download_button(
            "All, ready to run (zip)", lambda: everything(name, state, run, table, code, more), f"{stem}.zip",
            "application/zip", on_click="ignore", icon=":material/folder_zip:",
        )  # fmt: skip
        st.download_button(
            "Data (CSV)", lambda: csv_file(table, name, state, run), f"{stem}.csv", "text/csv",
            on_click="ignore", icon=":material/table:",
        )  # fmt: skip
        st.download_button(
            "Weights (.npz)", lambda: npz(run), f"{stem}.npz", "application/octet-stream",
            on_click="ignore", icon=":material/database:",
        )  # fmt: skip
        st.download_button(
            "Python", code, f"{stem}.py", "text/x-python", on_click="ignore", icon=":material/code:"
        )  # fmt: skip
        st.download_button(
            "Python (PyTorch)", lambda: pytorch_program(run.spec, run.seed), f"{stem}_pytorch.py", "text/x-python",
            on_click="ignore", icon=":material/code:", help=ABOUT_PROGRAM,
        )  # fmt: skip
        several = run.spec.n_instances > 1
        st.download_button(
            "Weights (safetensors)", lambda: state_dicts(run), f"{stem}_safetensors.zip" if several else
            f"{stem}.safetensors", "application/octet-stream", on_click="ignore", icon=":material/database:",
            help=ABOUT_STATE_DICT,
        )  # fmt: skip
        for one in more:
            st.download_button(
                f"{one.label} (zip)", one.packed, f"{stem}_{one.name}.zip", "application/zip", on_click="ignore",
                icon=":material/folder_zip:",
            )  # fmt: skip
    with st.expander("The code that redoes this run"):
        st.code(code, language="python")
    with st.expander("How this run was made"):
        st.caption(ABOUT_TRAINER)
        st.code(kept(Run.summary, run), language=None)
    st.caption(
        "The zip holds data (CSV), weights (.npz), the Python program and the library. Unpacked into an empty folder, "
        "`python -m pip install toymodels-*.whl` and `python run.py` print the numbers of these weights and train "
        "them again. The address of this page holds its whole state: copy it to share exactly this experiment."
    )


def csv_file(table: pd.DataFrame, name: str, state: Mapping[str, str], run: Run) -> bytes:
    """A table as CSV; above it, in comments that begin with #, the page, its state and the settings of the run."""
    lines = [
        f"The run on the page {_path(name, state)}",
        *_settings(run),
        "Features, neurons and hidden dimensions have the numbers of the page, from 1; arrays begin at 0.",
        'pandas.read_csv(file, comment="#") reads this.',
    ]
    if any(str(column).startswith("superposition") for column in table):
        lines.append("superposition is empty where a feature is not represented, |W_i| < 1/2: its direction is chance.")
    head = "".join(f"# {line}\n" for line in lines)
    return (head + table.to_csv(index=False)).encode()


def _path(name: str, state: Mapping[str, str]) -> str:
    query = urlencode(state)
    return f"/{name}{'?' + query if query else ''}"


def npz(run: Run) -> bytes:
    """The run as the bytes of the file that `Run.save` writes."""
    buffer = io.BytesIO()
    run.save(buffer)
    return buffer.getvalue()


def state_dicts(run: Run) -> bytes:
    """The weights as a safetensors file; of several instances as a zip of a file each, named by place and density."""
    # Two instances may have the same density, so the density alone does not name one.
    files = {
        f"instance={instance}_feature_probability={p:.6g}.safetensors": state_dict_file(run, instance)
        for instance, p in enumerate(run.spec.densities)
    }
    return archive(files, zipfile.ZIP_STORED) if len(files) > 1 else next(iter(files.values()))


def file_name(page: str, state: Mapping[str, str]) -> str:
    """The name of a page's files, without ending: the page, and what its address says, as in `pentagon_S=0.7`.

    Whatever stands in the address, the name has at most `LONGEST_NAME` characters, all of them fit for any file system.
    """
    settings = (re.sub(r"[^A-Za-z0-9=.+-]+", "-", f"{key}={value}") for key, value in state.items())
    full = "_".join([page, *settings])
    if len(full) <= LONGEST_NAME:
        return full
    digest = hashlib.sha256(urlencode(state).encode()).hexdigest()[:8]
    return f"{full[: LONGEST_NAME - 1 - len(digest)]}_{digest}"


def everything(
    name: str, state: Mapping[str, str], run: Run, table: pd.DataFrame, code: str, more: Sequence[More] = ()
) -> bytes:
    """The zip of a page: a program, the weights, the data, the library, and a text that says what to do with them.

    Args:
        name: of the page.
        state: what its address says.
        run: whose weights they are.
        table: the data of the page's figure.
        code: what redoes the run.
        more: what else the page has shown, each in a folder.
    """
    stem = file_name(name, state)
    files = {
        "README.txt": _readme(name, state, run, more).encode(),
        "run.py": snippet_with_weights(code, run, f"{stem}.npz").encode(),
        f"{stem}.npz": npz(run),
        f"{stem}.csv": csv_file(table, name, state, run),
        WHEEL: library_wheel(),
    } | {f"{one.name}/{file}": content for one in more for file, content in one.files().items()}
    # Nearly all of it is packed already.
    return archive(files, zipfile.ZIP_STORED)


def _settings(run: Run) -> list[str]:
    """How a run was made, line by line."""
    kept = "the best by held-out loss kept, for each density by itself"
    if run.start_numbers is not None:
        kept = "start " + ", ".join(map(str, run.start_numbers)) + " kept, counted from 0"
    losses = ", ".join(f"{loss:.6g} +- {error:.1g}" for loss, error in zip(run.loss, run.loss_error, strict=True))
    return [
        f"spec      {constructor(run.spec)}",
        f"seed      {run.seed}",
        f"steps     {run.steps}",
        f"restarts  {run.restarts}, {kept}",
        f"loss      {losses}",
        f"made with toymodels {__version__}, NumPy {np.__version__}",
    ]


def _readme(name: str, state: Mapping[str, str], run: Run, more: Sequence[More]) -> str:
    stem = file_name(name, state)
    again = f"{run.seconds:.1f} s" if run.seconds < 90 else f"{run.seconds / 60:.0f} min"
    folders = "".join(f"    {one.name + '/':33} {one.about}\n" for one in more)
    settings = "\n".join(f"    {line}" for line in _settings(run))
    return f"""The run on the page {_path(name, state)}

In this folder, with Python 3.11 or newer:

    python -m pip install {WHEEL}
    python run.py

pip fetches NumPy, Numba and tqdm if they are not there. run.py prints the losses and measures of the weights that
were on the page, trains again from the settings below (the page's training took {again}), and says how far the two are
apart: nothing on an equal machine with equal libraries; shipped weights may be rounded.

    run.py                            the program
    {stem + ".npz":33} the weights: tm.load_run("{stem}.npz")
    {stem + ".csv":33} the data of the figure, below comments that begin with #
    {WHEEL:33} the library toymodels, without the app (MIT licence)
{folders}
Settings

{settings}

After Elhage et al., "Toy Models of Superposition" (2022): https://transformer-circuits.pub/2022/toy_model/index.html
"""
