"""The runs that ship with the library: what is in the file, and that the command would make it again."""

import io
import re
import zipfile
from pathlib import Path

import numpy as np
import pytest

import toymodels as tm
from toymodels.experiments.geometry import INVERSE_DENSITIES, geometry_spec, geometry_steps
from toymodels.pretrained import geometry, make
from toymodels.pretrained.geometry import FILE, member, shipped, unfinished
from toymodels.pretrained.make import jobs, rounded, write


def test_the_ladder_has_24_densities_and_more_evenly_spread_and_closer_where_the_geometry_changes() -> None:
    assert len(INVERSE_DENSITIES) >= 24
    assert INVERSE_DENSITIES[0] == 1
    assert INVERSE_DENSITIES[-1] == 100
    steps = np.diff(np.log(INVERSE_DENSITIES))
    assert (steps > 0).all()
    inside = (np.array(INVERSE_DENSITIES[:-1]) >= 1.5) & (np.array(INVERSE_DENSITIES[1:]) <= 12)
    assert steps[inside].max() < steps[~inside].max()


def test_the_file_holds_exactly_the_runs_of_the_command() -> None:
    with zipfile.ZipFile(FILE) as archive:
        assert sorted(archive.namelist()) == sorted(member(*one) for one in jobs())
    for inverse_density, seed, half in jobs():
        run = shipped(inverse_density, seed, half)
        assert run.spec == geometry_spec(inverse_density)
        assert run.spec == tm.Autoencoder(400, 30, 1 / inverse_density, 1.0)
        assert (run.seed, run.steps, run.restarts) == (
            seed,
            geometry_steps(inverse_density) // 2 if half else geometry_steps(inverse_density),
            1,
        )


def test_it_is_small_and_needs_no_pickle() -> None:
    assert FILE.stat().st_size < 4_000_000
    with zipfile.ZipFile(FILE) as archive, np.load(io.BytesIO(archive.read(member(1, 0))), allow_pickle=False) as data:
        assert {name: data[name].dtype.kind for name in data.files} == {
            "about": "U", "loss": "f", "loss_error": "f", "W": "f", "b": "f"
        }  # fmt: skip


@pytest.mark.parametrize(("inverse_density", "seed"), [(1, 0), (3.2, 1), (6.5, 2), (100, 0)])
def test_the_loss_in_the_file_is_that_of_the_weights_in_the_file(inverse_density: float, seed: int) -> None:
    run = shipped(inverse_density, seed)
    estimate = tm.losses.estimate(run.spec, run.parameters, seed=99)
    assert abs(run.loss[0] - estimate.loss[0]) < 5 * np.hypot(run.loss_error[0], estimate.error[0])
    assert run.W.dtype == np.float32
    with pytest.raises(ValueError, match="read-only"):
        run.W[0, 0, 0] = 1


def test_a_run_that_is_not_shipped_is_refused() -> None:
    with pytest.raises(ValueError, match=re.escape("no run is shipped for 1 / (1 - S) = 7.3, seed 0")):
        shipped(7.3)
    with pytest.raises(ValueError, match="seed 1, half = True"):
        shipped(1, 1, half=True)


def test_training_was_over() -> None:
    loss, _, _ = unfinished()
    assert loss < 0.02


def test_the_command_writes_what_the_library_reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = tm.train(geometry_spec(2), 1, steps=2)
    write([(member(2, 1), rounded(run))], tmp_path / "some.zip")
    monkeypatch.setattr(geometry, "FILE", tmp_path / "some.zip")
    again = geometry.shipped.__wrapped__(2, 1)
    np.testing.assert_allclose(again.W, run.W, rtol=1e-3, atol=1e-6)
    np.testing.assert_array_equal(again.loss, rounded(run).loss)
    assert (again.spec, again.seed, again.steps) == (run.spec, 1, 2)


@pytest.mark.parametrize(("inverse_density", "steps"), [(1.1, 300), (3.2, 1500)])
def test_a_fresh_short_run_lands_on_the_shipped_size(inverse_density: float, steps: int) -> None:
    fresh = tm.train(geometry_spec(inverse_density), seed=7, steps=steps)
    sizes = [float(tm.dimensions_per_feature(run.W[0])) for run in (fresh, shipped(inverse_density))]
    assert sizes[0] == pytest.approx(sizes[1], rel=0.05)


def test_the_command_trains_every_job_once_as_train_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(make, "geometry_steps", lambda inverse_density: 4)
    wanted = [(2.0, 0, False), (2.0, 1, False), (5.0, 0, False), (2.0, 0, True)]
    monkeypatch.setattr(make, "jobs", lambda: iter(wanted))
    runs = dict(make.geometry_runs(None))
    assert sorted(runs) == sorted(member(*job) for job in wanted)
    for inverse_density, seed, half in wanted:
        run = runs[member(inverse_density, seed, half)]
        alone = tm.train(geometry_spec(inverse_density), seed, steps=2 if half else 4)
        np.testing.assert_array_equal(run.W, alone.W)
        assert run.provenance == alone.provenance
