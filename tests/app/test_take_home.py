"""The zip of a page runs where there is nothing else, and prints the numbers of the page."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import pandas as pd
import pytest
import streamlit as st
from hypothesis import given, settings, strategies
from safetensors.numpy import load

import toymodels as tm
from tests.app.pages import captions, open_page
from tests.app.states import short_trainings
from tests.app.test_every_page import NAMES, SHIPPED
from tests.compiled import lend_kernels
from tests.empty_environment import EmptyEnvironment
from toymodels.app.shell.library_wheel import NAME as WHEEL
from toymodels.app.shell.library_wheel import library_wheel
from toymodels.app.shell.page_registry import TALK
from toymodels.app.shell.take_home import LONGEST_NAME, file_name, npz, state_dicts
from toymodels.snippets import snippet_with_weights

ZIP = "All, ready to run (zip)"
MORE = {"absolute_value": {"large"}, "good_or_bad": {"curves"}}
"""Folders in the zips of some pages."""


def downloads(name: str, **query: str) -> tuple[dict[str, tuple[str, bytes]], str]:
    """What the buttons of a page give, by their label: a file's name and content; and the page's small print."""
    offered: dict[str, tuple[str, str | Callable[[], str | bytes]]] = {}
    shown = st.download_button

    def listening(label: str, data: Any, file_name: str, *arguments: Any, **options: Any) -> bool:
        offered[label] = file_name, data
        return shown(label, data, file_name, *arguments, **options)

    with patch.object(st, "download_button", listening):
        page = open_page(name, **query)
    assert callable(offered[ZIP][1])  # nothing is packed before the click
    taken = {}
    for label, (file, data) in offered.items():
        content = data() if callable(data) else data
        taken[label] = file, content if isinstance(content, bytes) else content.encode()
    return taken, captions(page)


def unpack(content: bytes, folder: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        packed.extractall(folder)


def losses(printed: str) -> list[str]:
    return [line.split("loss ")[1].split()[0] for line in printed.splitlines() if line.startswith("1 - S")]


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> EmptyEnvironment:
    """Has the wheel of a zip installed, as the page says."""
    folder = tmp_path_factory.mktemp("zip")
    files, _ = downloads("faces")
    unpack(files[ZIP][1], folder)
    made = EmptyEnvironment(tmp_path_factory.mktemp("take_home") / "environment")
    (wheel,) = folder.glob("toymodels-*.whl")
    made.run("-m", "pip", "install", "--no-index", wheel.name, folder=folder)
    lend_kernels(Path(made.run("-c", "import toymodels; print(toymodels.__path__[0])").strip()))
    return made


@pytest.mark.parametrize("name", NAMES)
def test_the_zip_of_every_page_holds_the_files_of_the_page_and_a_program_that_prints_its_losses(
    name: str, environment: EmptyEnvironment, tmp_path: Path
) -> None:
    files, small_print = downloads(name)
    assert files[ZIP][0] == f"{name}.zip"
    unpack(files[ZIP][1], tmp_path)
    usual = {"README.txt", "run.py", f"{name}.npz", f"{name}.csv", WHEEL}
    assert {path.name for path in tmp_path.iterdir()} == usual | MORE.get(name, set())
    assert (tmp_path / f"{name}.npz").read_bytes() == files["Weights (.npz)"][1]
    assert (tmp_path / f"{name}.csv").read_bytes() == files["Data (CSV)"][1]
    assert (tmp_path / WHEEL).read_bytes() == library_wheel()
    assert len(pd.read_csv(tmp_path / f"{name}.csv", comment="#"))
    run = tm.load_run(tmp_path / f"{name}.npz")
    told = (tmp_path / "README.txt").read_text(encoding="utf-8")
    assert f"seed      {run.seed}\n" in told
    assert f"steps     {run.steps}\n" in told
    assert f"toymodels {tm.__version__}" in told

    program, training = (tmp_path / "run.py").read_text(encoding="utf-8").split('print("\\nOnce more')
    compile(training.partition("\n")[2], "run.py", "exec")
    if name == SHIPPED:  # training it again takes most of a minute
        (tmp_path / "run.py").write_text(program, encoding="utf-8")
    printed, _, again = environment.run("run.py", folder=tmp_path).partition("Once more")
    assert losses(printed) == [f"{loss:.3g}" for loss in run.loss]
    if "Loss " in small_print:
        # To as many decimal places as its error has.
        on_the_page = small_print.split("Loss ")[1].split()[0]
        places = len(on_the_page.partition(".")[2])
        assert on_the_page in [f"{loss:.{places}f}" for loss in run.loss]
    if name != SHIPPED:
        assert again.splitlines()[-1].startswith("Greatest difference")
    if losses(again):
        assert [float(loss) for loss in losses(again)] == pytest.approx([*map(float, losses(printed))], rel=0.01)


@pytest.mark.parametrize("name", NAMES)
def test_every_page_gives_a_program_and_weights_for_pytorch_and_says_how_its_run_was_made(name: str) -> None:
    with short_trainings():
        files, _ = downloads(name)
        page = open_page(name)
    run = tm.load_run(io.BytesIO(files["Weights (.npz)"][1]))
    file, program = files["Python (PyTorch)"]
    assert file == f"{name}_pytorch.py"
    assert "toymodels" not in program.decode()
    assert f"SEED = {run.seed} " in program.decode()
    assert f"N_FEATURES = {run.spec.n_features} " in program.decode()
    compile(program, file, "exec")

    file, content = files["Weights (safetensors)"]
    if run.spec.n_instances == 1:
        assert file == f"{name}.safetensors"
        dicts = [content]
    else:
        assert file == f"{name}_safetensors.zip"
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            assert packed.namelist() == [
                f"instance={instance}_feature_probability={p:.6g}.safetensors"
                for instance, p in enumerate(run.spec.feature_probability)
            ]
            dicts = [packed.read(one) for one in packed.namelist()]
    for instance, packed_dict in enumerate(dicts):
        state = load(packed_dict)
        assert state.keys() == run.parameters.keys()
        for key, value in state.items():
            np.testing.assert_array_equal(value, run.parameters[key][instance])

    (made,) = [expander for expander in page.expander if expander.label == "How this run was made"]
    assert "not the recipe of the paper's notebook" in made.caption[0].value
    assert f"seed {run.seed}" in " ".join(made.code[0].value.split())
    assert "made by" in made.code[0].value


def test_a_table_says_of_which_state_and_run_it_is() -> None:
    with short_trainings():
        files, _ = downloads("pentagon", S="0.7", seed="3")
        comments = [line for line in files["Data (CSV)"][1].decode().splitlines() if line.startswith("# ")]
    run = tm.load_run(io.BytesIO(files["Weights (.npz)"][1]))
    assert comments[0] == "# The run on the page /pentagon?S=0.7&seed=3"
    assert "# seed      3" in comments
    assert f"# steps     {run.steps}" in comments
    assert any(line.startswith("# spec      tm.Autoencoder(n_features=5, n_hidden=2") for line in comments)
    assert f"toymodels {tm.__version__}" in " ".join(comments)


@pytest.mark.parametrize(
    ("name", "query"),
    [("ladder", {}), ("measure", {"W": "1 0 -1 0.3\n0 1 0 0.2"}), ("phase_change", {"cells": "10", "starts": "1"})],
)
def test_in_a_table_a_feature_that_is_not_represented_has_no_superposition(name: str, query: dict[str, str]) -> None:
    files, _ = downloads(name, **query)
    content = files["Data (CSV)"][1]
    assert b"\n# superposition is empty where a feature is not represented, |W_i| < 1/2" in content
    table = pd.read_csv(io.BytesIO(content), comment="#")
    columns = [column for column in map(str, table) if column.startswith("superposition")]
    assert columns == (["superposition_by_hand", "superposition_trained"] if name == "measure" else ["superposition"])
    for column in columns:
        which = column.removeprefix("superposition")
        length = table["norm"] if "norm" in table else np.hypot(table[f"W1{which}"], table[f"W2{which}"])
        np.testing.assert_array_equal(table[column].notna(), length >= 0.5)
    assert table[columns[0]].isna().any()
    if name == "ladder":
        W = tm.load_run(io.BytesIO(files["Weights (.npz)"][1])).W
        last = table[table["output"] == "relu"]["superposition"].to_numpy().reshape(W.shape[0], W.shape[2])
        np.testing.assert_allclose(last, np.where(tm.represented(W), tm.superposition(W), np.nan), rtol=1e-6)


def test_a_table_without_superposition_does_not_explain_it() -> None:
    with short_trainings():
        files, _ = downloads("pentagon")
    assert b"superposition is empty" not in files["Data (CSV)"][1]


def test_the_page_on_computing_gives_the_weights_of_its_large_models() -> None:
    with short_trainings():
        files, _ = downloads("absolute_value")
    file, content = files["Weights 100 → 40 (zip)"]
    assert file == "absolute_value_large.zip"
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        runs = [tm.load_run(io.BytesIO(packed.read(one))) for one in packed.namelist()]
        assert packed.namelist() == [f"feature_probability={run.spec.feature_probability[0]:g}.npz" for run in runs]
    assert {run.W1.shape for run in runs} == {(1, 40, 100)}
    assert len(runs) == 5


def test_the_last_page_gives_all_its_curves() -> None:
    with short_trainings():
        files, _ = downloads("good_or_bad")
    file, content = files["All curves (zip)"]
    assert file == "good_or_bad_curves.zip"
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        tables = {one: pd.read_csv(io.BytesIO(packed.read(one))) for one in packed.namelist()}
    columns = {name.removesuffix(".csv"): list(table.columns)[:3] for name, table in tables.items()}
    assert columns == {
        "storage": ["m", "loss", "equivalent_dimensions"],
        "storage_by_density": ["density", "equivalent_dimensions"],
        "computation": ["density", "features_per_neuron", "equivalent_neurons"],
        "observation": ["step", "loss", "in_drop"],
        "neurons": ["density", "r2", "unit"],
        "directions": ["density", "feature", "alone"],
    }
    assert len(tables["computation.csv"]) == 7
    assert len(tables["neurons.csv"]) == 7 * 40


@pytest.mark.parametrize(("name", "query"), [("pentagon", {"S": "0.7", "seed": "3"}), ("faces", {"S": "0.5"})])
def test_trained_again_the_weights_of_a_link_are_the_same_to_the_last_bit(
    name: str, query: dict[str, str], environment: EmptyEnvironment, tmp_path: Path
) -> None:
    files, _ = downloads(name, **query)
    stem = "_".join([name, *(f"{key}={value}" for key, value in query.items())])
    endings = (".zip", ".csv", ".npz", ".py", "_pytorch.py", ".safetensors")
    assert {file for file, _ in files.values()} == {f"{stem}{ending}" for ending in endings}
    unpack(files[ZIP][1], tmp_path)
    printed = environment.run("run.py", folder=tmp_path)
    assert printed.endswith("between the two: 0\n")
    where = Path(environment.run("-c", "import toymodels; print(toymodels.__file__)").strip())
    assert where.is_relative_to(environment.folder)


def test_a_difference_is_told(environment: EmptyEnvironment, tmp_path: Path) -> None:
    files, _ = downloads("faces", S="0.5")
    unpack(files[ZIP][1], tmp_path)
    (weights,) = tmp_path.glob("*.npz")
    run = tm.load_run(weights)
    run.parameters["W"][0, 0, 0] += 0.5
    weights.write_bytes(npz(run))
    assert environment.run("run.py", folder=tmp_path).endswith("between the two: 0.5\n")


@settings(max_examples=200, deadline=None)
@given(strategies.dictionaries(strategies.text(max_size=30), strategies.text(max_size=300), max_size=4))
def test_a_file_name_is_short_and_fit_for_any_file_system_whatever_the_address_says(state: dict[str, str]) -> None:
    for place in TALK:
        name = file_name(place.name, state)
        assert name.startswith(place.name)
        assert len(name) <= LONGEST_NAME
        assert set(name) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_=.+-")


def test_long_states_that_begin_alike_have_names_of_their_own() -> None:
    one, other = (file_name("measure", {"W": "1,0;" * 40 + end}) for end in ("1,0", "0,1"))
    assert one != other


def test_a_program_that_is_no_snippet_is_refused() -> None:
    with pytest.raises(ValueError, match="must begin as the snippets"):
        snippet_with_weights("import os", tm.train(tm.Autoencoder(2, 1, 1.0, 1.0), steps=1), "a.npz")


def test_weights_of_features_of_unequal_densities_are_named_by_the_mean() -> None:
    spec = tm.Autoencoder(2, 1, ((0.1, 0.3), (0.5, 0.5)), 0.9)
    parameters = {"W": np.ones((2, 1, 2), np.float32), "b": np.zeros((2, 2), np.float32)}
    run = tm.Run(spec, 0, 1, 1, parameters, np.zeros(2), np.zeros(2), 0.0)
    with zipfile.ZipFile(io.BytesIO(state_dicts(run))) as packed:
        assert packed.namelist() == [
            f"instance={instance}_feature_probability={p}.safetensors" for instance, p in enumerate(("0.2", "0.5"))
        ]
