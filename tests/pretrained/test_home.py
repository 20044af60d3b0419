"""The runs of the home page: what is in the file, and that the command would make it again."""

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest

import toymodels as tm
from toymodels.experiments.pentagon import pentagon_spec
from toymodels.pretrained.home import FILE, RECIPES, shipped
from toymodels.pretrained.make import rounded, trained_for_home, write


def test_the_file_holds_exactly_the_runs_of_the_command() -> None:
    with zipfile.ZipFile(FILE) as archive:
        assert archive.namelist() == [f"{name}.npz" for name in RECIPES]
    for name, recipe in RECIPES.items():
        run = shipped(name)
        assert (run.spec, run.seed) == (recipe.spec, recipe.seed)
        assert (0 if run.snapshots is None else len(run.snapshots.step)) == recipe.snapshots


def test_all_shipped_runs_are_small_and_need_no_pickle() -> None:
    # Each run also says how it was made.
    assert FILE.stat().st_size < 80_000
    assert sum(file.stat().st_size for file in FILE.parent.glob("*.zip")) < 4_000_000
    with zipfile.ZipFile(FILE) as archive:
        for name in archive.namelist():
            with np.load(io.BytesIO(archive.read(name)), allow_pickle=False) as data:
                assert {data[array].dtype.kind for array in data.files} <= {"U", "f", "i"}


@pytest.mark.parametrize("name", ["faces", "ladder-relu", "absolute-0.01"])
def test_the_loss_in_the_file_is_that_of_the_weights_in_the_file(name: str) -> None:
    run = shipped(name)
    estimate = tm.losses.estimate(run.spec, run.parameters, seed=99)
    assert (abs(run.loss - estimate.loss) < 5 * np.hypot(run.loss_error, estimate.error) + 1e-9).all()
    with pytest.raises(ValueError, match="read-only"):
        next(iter(run.parameters.values()))[0] = 1


def test_the_loss_of_the_linear_models_is_exact() -> None:
    run = shipped("ladder-linear")
    assert np.all(run.loss_error == 0)
    assert run.loss == pytest.approx(tm.losses.exact_loss(run.spec, run.parameters))


def same_products(one: tm.Run, other: tm.Run) -> float:
    """How far apart W^T W of two runs are at most."""
    return float(np.abs(tm.gram(one.W) - tm.gram(other.W)).max())


@pytest.mark.parametrize("name", ["faces", "pentagon-0", "pentagon-0.8", "pentagon-0.9", "ladder-linear"])
def test_training_again_gives_the_same_model(name: str) -> None:
    assert same_products(trained_for_home(name)[1], shipped(name)) < 0.01


def test_the_thumbnail_is_the_model_that_its_page_trains() -> None:
    # The page asks for more frames, which does not change the training.
    page = tm.train(pentagon_spec(0.1), 0, snapshots=401)
    assert same_products(page, shipped("pentagon-0.9")) < 0.01


def test_a_film_is_rounded_like_its_end(tmp_path: Path) -> None:
    name, run = trained_for_home("faces")
    write([(name, run)], tmp_path / "some.zip")
    assert run.snapshots is not None
    film = rounded(run).snapshots
    assert film is not None
    assert film.parameters["W"].dtype == np.float16
    np.testing.assert_allclose(film.parameters["W"], run.snapshots.parameters["W"], rtol=1e-3, atol=1e-6)
