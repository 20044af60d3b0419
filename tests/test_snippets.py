"""The code that a visitor takes home redoes the run."""

import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import toymodels as tm
from toymodels.snippets import constructor, snippet, snippet_by_hand

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


def test_the_file_prints_superposition_for_what_is_represented_alone(capsys: pytest.CaptureFixture[str]) -> None:
    # Dense features: the first two have an arrow each, the others none.
    run = tm.train(tm.Autoencoder(4, 2, 1.0, (1, 0.9, 0.1, 0.1)))
    W = np.array([[1, -1, 0, 0.1], [0, 0, 1, 0.1]])
    start = run.instance(0)
    by_hand = replace(start, parameters={"W": W[None], "b": np.zeros((1, 4))})
    for code, kept in ((snippet(run), "1 2"), (snippet_by_hand(by_hand, run, 1024), "1 2 3")):
        exec(code, {})
        printed = capsys.readouterr().out
        assert re.search(rf"^represented +{kept}$", printed, re.MULTILINE)
        numbers = re.search(r"^superposition +\[([^]]*)\] of these$", printed, re.MULTILINE)
        assert numbers is not None
        assert len(numbers[1].split()) == len(kept.split())


def test_naming_the_defaults_changes_nothing() -> None:
    by_default = tm.train(SPECS[0])
    by_name = tm.train(SPECS[0], steps=by_default.steps, restarts=by_default.restarts)
    assert (by_default.W == by_name.W).all()
