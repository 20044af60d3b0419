"""The code that a visitor takes home redoes the run."""

import subprocess
import sys
from pathlib import Path

import pytest

import toymodels as tm
from toymodels.snippets import constructor, snippet

ROOT = Path(__file__).parent.parent
SPECS: list[tm.Spec] = [
    tm.Autoencoder(4, 2, 0.1, (1, 1, 0.5, 0.5)),
    tm.Autoencoder(5, 2, (1, 0.2), 0.9, "linear"),
    tm.AbsMLP(3, 6, 0.5, 1.0),
    tm.Autoencoder(3, 2, [(0.1, 0.2, 0.3), (0.5, 0.5, 0.5)], [(1, 1, 0.5), (1, 1, 0.25)]),
    tm.Autoencoder(3, 2, [(0.1, 0.2, 0.3)], 0.9),
    tm.Autoencoder(3, 2, 0.1, 0.9, "gelu", "relu", tm.data.Correlated(((0, 1),))),
]


@pytest.mark.parametrize("spec", SPECS)
def test_the_constructor_makes_the_spec(spec: tm.Spec) -> None:
    assert eval(constructor(spec), {"tm": tm}) == spec


@pytest.mark.parametrize("spec", SPECS)
def test_the_file_prints_the_losses_of_the_run(spec: tm.Spec) -> None:
    run = tm.train(spec, seed=3, steps=120)
    printed = subprocess.run(
        [sys.executable, "-c", snippet(run)], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    losses = [line.split("loss ")[1].split()[0] for line in printed.splitlines() if "loss" in line]
    assert losses == [f"{loss:.3g}" for loss in run.loss]


def test_naming_the_defaults_changes_nothing() -> None:
    by_default = tm.train(SPECS[0])
    by_name = tm.train(SPECS[0], steps=by_default.steps, restarts=by_default.restarts)
    assert (by_default.W == by_name.W).all()
