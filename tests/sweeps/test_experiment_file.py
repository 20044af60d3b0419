"""Experiment files, the table of results, and the command that runs them."""

import csv
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import toymodels as tm
from toymodels.command_line import main
from toymodels.sweeps.experiment_file import experiment_from_toml
from toymodels.sweeps.results import ResultsTable

MANY = "{ from = 0.5, to = 1, count = 2000 }"

EXAMPLE = """
[model]
n_features = 3
n_hidden = 2
feature_probability = { from = 1.0, to = 0.01, count = 3 }
importance = 0.9

[vary]
importance = [0.8, [1, 1, 0.5]]
n_hidden = [1, 2]

[sweep]
seeds = 2
store = "runs"
table = "results.csv"

[training]
steps = 30
restarts = 2
held_out = 4096
"""


def test_every_combination_is_a_spec() -> None:
    experiment = experiment_from_toml(EXAMPLE)
    assert experiment.specs == tuple(
        tm.Autoencoder(3, m, (1.0, 0.1, 0.01), importance) for importance in (0.8, (1.0, 1.0, 0.5)) for m in (1, 2)
    )
    assert experiment.seeds == (0, 1)
    config = experiment.config(experiment.specs[0])
    assert (config.steps, config.restarts) == (30, 2)
    other = experiment_from_toml(
        '[model]\nkind = "AbsMLP"\nn_features = 2\nn_hidden = 4\nimportance = 1\n'
        'feature_probability = { from = 0.5, to = 1, count = 2, scale = "linear" }\n'
    )
    assert other.specs == (tm.AbsMLP(2, 4, (0.5, 1.0), 1.0),)
    assert (other.seeds, other.settings, other.processes, other.dask) == ((0,), {}, None, None)


def test_what_is_not_set_is_as_usual_for_each_spec() -> None:
    text = EXAMPLE.replace("steps = 30\n", "").replace("n_hidden = [1, 2]", "n_hidden = [1, 2]\nn_features = [3, 40]")
    text = text.replace("[0.8, [1, 1, 0.5]]", "[0.8]")
    experiment = experiment_from_toml(text)
    assert {spec.n_features for spec in experiment.specs} == {3, 40}
    for spec in experiment.specs:
        assert experiment.config(spec) == replace(tm.default_config(spec), restarts=2, held_out=4096)


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        ("[model]", "[modle]", r"parts \[model\], \[vary\], \[sweep\] and \[training\], got modle"),
        ("n_features = 3", "", r"\[model\] lacks n_features"),
        ("n_features = 3", "n_feature = 3", "model has n_feature; it may have n_features, n_hidden"),
        ("n_features = 3", "n_features = 0", "n_features must be a whole number from 1"),
        ("count = 3", "count = 0", "count of feature_probability must be a whole number from 1"),
        ("count = 3", 'count = 3, scale = "cubic"', "feature_probability must have scale linear, or log"),
        ("to = 0.01", "to = 0", "scale linear, or log with from and to above 0"),
        ("to = 0.01", 'to = "x"', "must have numbers as from and to"),
        ("n_hidden = [1, 2]", "n_hidden = 1", r"\[vary\] n_hidden must be a list or a range"),
        ("seeds = 2", "seeds = 0", "seeds must be a whole number from 1"),
        ("seeds = 2", "seeds = [-1]", "seeds must be a whole number from 0"),
        ("seeds = 2", 'processes = 2\ndask = "tcp://x"', "takes processes or dask, got both"),
        ('store = "runs"', "store = 3", "store must be a text, got 3"),
        ("steps = 30", "step = 30", "training has step; it may have steps"),
        ("steps = 30", "steps = 0", "steps must be a whole number from 1"),
        ("[model]", "[model", "the experiment is not TOML"),
        ("[0.8, [1, 1, 0.5]]", f"{MANY}\nfeature_probability = {MANY}", r"makes .* specs; at most 1,000,000"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_file_is_said_in_a_sentence(before: str, after: str, sentence: str) -> None:
    assert before in EXAMPLE
    with pytest.raises(ValueError, match=sentence):
        experiment_from_toml(EXAMPLE.replace(before, after, 1))


@pytest.fixture
def experiment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file of the example in a folder of its own, where relative names lead."""
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "experiment.toml"
    file.write_text(EXAMPLE, encoding="utf-8")
    return file


def test_a_sweep_writes_store_and_table_and_goes_on_from_the_store(
    experiment: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["sweep", str(experiment), "--dry-run"]) == 0
    assert "24 models in 8 runs: about a second" in capsys.readouterr().out
    assert not Path("runs").exists()
    assert main(["sweep", str(experiment)]) == 0
    assert "8 of 8 runs" in capsys.readouterr().out
    assert len(list(Path("runs").iterdir())) == 8
    with Path("results.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == 24
    specs = experiment_from_toml(EXAMPLE).specs
    run = tm.train(specs[1], 1, config=experiment_from_toml(EXAMPLE).config(specs[1]))
    wanted = ("1", "2", "0.8", "0.1")
    (row,) = (
        one
        for one in rows
        if tuple(one[name] for name in ("seed", "n_hidden", "importance", "feature_probability")) == wanted
    )
    assert float(row["loss"]) == pytest.approx(run.loss[1], rel=1e-9)
    assert int(row["features_represented"]) == int(tm.represented(run.W[1]).sum())
    assert main(["sweep", str(experiment)]) == 0
    assert "8 of 8 runs (8 from the store)" in capsys.readouterr().out


def test_the_table_in_parquet_and_two_processes(experiment: Path) -> None:
    text = EXAMPLE.replace("results.csv", "results.parquet").replace("seeds = 2", "seeds = [5]\nprocesses = 2")
    experiment.write_text(text, encoding="utf-8")
    assert main(["sweep", str(experiment)]) == 0
    table = pd.read_parquet("results.parquet")
    assert len(table) == 12
    assert set(table.seed) == {5}


@pytest.mark.parametrize(("ending", "read"), [("csv", pd.read_csv), ("parquet", pd.read_parquet)])
def test_a_model_that_represents_nothing_has_no_superposition(
    ending: str, read: Callable[[Path], pd.DataFrame], tmp_path: Path
) -> None:
    spec = tm.Autoencoder(2, 1, (0.5, 0.1), 1.0)
    run = tm.train(spec, steps=1, restarts=1)
    W = np.array([[[1.0, 0.4]], [[0.3, 0.4]]], dtype=np.float32)
    for weights, mean in ((W, [0.16, np.nan]), (W[::-1] / 2, [np.nan, 0.04]), (W / 10, [np.nan, np.nan])):
        file = tmp_path / f"results.{ending}"
        with ResultsTable(file) as table:
            table.add(replace(run, parameters={**run.parameters, "W": weights}))
        found = read(file)["mean_superposition"]
        assert found.dtype == float
        np.testing.assert_allclose(found, mean, rtol=1e-6)


def test_one_spec_is_trained_and_saved(experiment: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", str(experiment), "--seed", "3", "--save", "run.npz"]) == 0
    assert "seed" in capsys.readouterr().out
    run = tm.load_run("run.npz")
    example = experiment_from_toml(EXAMPLE)
    again = tm.train(example.specs[0], 3, config=example.config(example.specs[0]))
    np.testing.assert_array_equal(run.W, again.W)


def test_what_is_wrong_is_one_sentence_and_exit_code_2(tmp_path: Path) -> None:
    for content, sentence in (("[model]", "lacks"), (None, "No such file")):
        file = tmp_path / "wrong.toml"
        file.unlink(missing_ok=True)
        if content is not None:
            file.write_text(content, encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-m", "toymodels.command_line", "sweep", str(file)], capture_output=True, text=True
        )
        assert done.returncode == 2
        assert done.stderr.startswith("toymodels: ")
        assert sentence in done.stderr
        assert done.stderr.count("\n") == 1
