"""How a run was made: in its file, in its repr, and as values from anybody's file."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_array_equal

import toymodels as tm
from toymodels.arrays import Array
from toymodels.provenance import MAX_SETTINGS, MAX_TEXT, Provenance, digest, provenance_from_dict

SPEC = tm.Autoencoder(4, 2, (1.0, 0.1), (1.0, 1.0, 0.5, 0.5))
MADE = Provenance("9.8.7", "toymodels", {"steps": 20, "learning_rate": 0.1, "known_arrangements": True})


def run_with(provenance: Provenance | None) -> tm.Run:
    W, b = np.arange(16, dtype=np.float32).reshape(2, 2, 4) / 10, np.zeros((2, 4), np.float32)
    return tm.Run(
        SPEC, 7, 20, 3, {"W": W, "b": b}, np.array([0.5, 0.25]), np.array([0.0, 0.001]), 1.5, provenance=provenance
    )


def loaded(run: tm.Run) -> tm.Run:
    file = io.BytesIO()
    run.save(file)
    return tm.load_run(file)


@pytest.mark.parametrize(
    "made",
    [
        None,
        MADE,
        Provenance("1.0", "paper", {"device": "cpu"}, digest({"W": np.zeros(2)}), stopped_at=5, rounded=True),
    ],
)
def test_the_file_keeps_it(made: Provenance | None) -> None:
    assert loaded(run_with(made)).provenance == made


def test_a_file_of_the_first_version_has_none_and_says_so(tmp_path: Path) -> None:
    path = tmp_path / "old.npz"
    run_with(None).save(path)
    with zipfile.ZipFile(path) as archive, archive.open("about.npy") as member:
        assert "provenance" not in json.loads(np.lib.format.read_array(member).item())
    assert "unknown: the file does not say" in tm.load_run(path).summary()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"version": 3}, "texts"),
        ({"recipe": "x" * (MAX_TEXT + 1)}, "texts"),
        ({"stopped_at": -1}, "stopped_at"),
        ({"stopped_at": True}, "stopped_at"),
        ({"stopped_at": 2**63}, "stopped_at"),
        ({"rounded": 1}, "rounded"),
        ({"settings": {str(k): k for k in range(MAX_SETTINGS + 1)}}, "settings"),
        ({"settings": {"a": [1]}}, "settings"),
        ({"settings": {"a": "x" * (MAX_TEXT + 1)}}, "settings"),
        ({"settings": {"a": 10**300}}, "settings"),
        ({"settings": None}, "settings"),
        ({"more": 1}, "entries"),
    ],
)
def test_a_damaged_one_is_refused_with_what_is_wrong(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        provenance_from_dict(MADE.to_dict() | change)


@pytest.mark.parametrize("values", [None, [], "toymodels", 1, {}])
def test_what_is_no_provenance_is_refused(values: object) -> None:
    with pytest.raises(ValueError, match="entries"):
        provenance_from_dict(values)


def test_the_digest_names_values_shapes_and_names() -> None:
    W, b = np.arange(6.0).reshape(2, 3), np.zeros(3)
    assert digest({"W": W, "b": b}) == digest({"b": b.astype(np.float32), "W": W.tolist()})
    others = [{"W": W + 1e-3, "b": b}, {"W": W.reshape(3, 2), "b": b}, {"b": W, "W": b}]
    assert len({digest(start) for start in [{"W": W, "b": b}, *others]}) == 4


def test_repr_is_one_line_and_says_how_to_make_it_again() -> None:
    text = repr(run_with(MADE))
    assert "\n" not in text
    assert repr(SPEC) in text
    for part in ("seed 7", "20 steps", "3 starts", "loss 0.25 to 0.5", "toymodels 9.8.7"):
        assert part in text


def test_summary_names_every_setting_and_every_loss() -> None:
    rows = dict(
        line.split(maxsplit=1) for line in run_with(MADE).summary().replace("loss at 1 - S = ", "loss@").splitlines()
    )
    assert rows["learning_rate"] == "0.1"
    assert rows["known_arrangements"] == "True"
    assert rows["loss@1"] == "0.5 (exact)"
    assert rows["loss@0.1"] == "0.25 +- 0.001"


def test_at_gives_one_instance() -> None:
    run = run_with(MADE)
    one = run.at(0.1)
    assert one.spec == tm.Autoencoder(4, 2, 0.1, SPEC.importance)
    assert_array_equal(one.W, run.W[1:])
    assert_array_equal(one.loss, run.loss[1:])
    with pytest.raises(ValueError, match=r"feature_probability must be one of 1, 0.1, got 0.2"):
        run.at(0.2)


def test_a_cell_of_a_grid_is_a_run_and_a_grid_is_told_in_few_words() -> None:
    cells = 400
    grid = tm.Autoencoder(2, 1, [0.1] * cells, np.linspace(0.1, 1, 2 * cells).reshape(cells, 2))
    parameters = {"W": np.ones((cells, 1, 2), np.float32), "b": np.zeros((cells, 2), np.float32)}
    run = tm.Run(grid, 0, 1, 1, parameters, np.arange(cells) / cells, np.zeros(cells), 0.0)
    cell = run.instance(7)
    assert cell.spec == grid.at(7)
    assert cell.loss == [7 / cells]
    with pytest.raises(ValueError, match=r"^number must be a whole number from 0 to 399, got 400"):
        run.instance(cells)
    assert len(repr(run)) < 800
    assert "(400 instances)" in repr(run)


def test_calls_are_the_forward_pass() -> None:
    run = run_with(MADE)
    x = run.sample(5, seed=1)
    assert x.shape == (2, 5, 4)
    assert (x[1] != 0).mean() < (x[0] != 0).mean()
    assert (x >= 0).all()
    h = run.encode(x)
    assert h.shape == (2, 5, 2)
    for k in range(2):
        assert np.allclose(h[k], x[k] @ run.W[k].T)
        assert np.allclose(run(x)[k], np.maximum(h[k] @ run.W[k] + run.b[k], 0), atol=1e-6)
    assert np.allclose(run(x[0])[0], run(x)[0])
    with pytest.raises(ValueError, match=r"x must be of shape \(samples, 4\) or \(2, samples, 4\), got \(5, 3\)"):
        run(np.zeros((5, 3)))


def test_an_absolute_value_model_has_neurons_that_are_not_negative() -> None:
    spec = tm.AbsMLP(3, 2, 0.5, 1.0)
    rng = np.random.default_rng(0)
    parameters: dict[str, Array] = {
        "W1": rng.normal(size=(1, 2, 3)),
        "W2": rng.normal(size=(1, 3, 2)),
        "b": np.zeros((1, 3)),
    }
    run = tm.Run(spec, 0, 1, 1, parameters, np.ones(1), np.zeros(1), 0.0)
    x = run.sample(50)
    assert (x < 0).any()
    assert (run.encode(x) >= 0).all()
    assert np.allclose(run(x)[0], np.maximum(run.encode(x)[0] @ run.parameters["W2"][0].T, 0))


def test_the_table_has_a_row_for_every_instance_and_feature() -> None:
    table = run_with(MADE).to_dataframe()
    assert len(table) == 8
    assert table.feature.tolist() == [1, 2, 3, 4] * 2
    row = table[(table.feature_probability == 0.1) & (table.feature == 3)].iloc[0]
    assert pytest.approx(1.4) == row.W_2
    assert row.importance == 0.5
    assert row.loss == 0.25
