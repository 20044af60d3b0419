"""The program for PyTorch that a visitor takes home runs where this library is not, and trains the same weights."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import matplotlib.image
import numpy as np
import pytest
import torch

import toymodels as tm
from toymodels.pytorch_files import pytorch_program
from toymodels.spec import Spec
from toymodels.training.recipe import RecipeConfig

ROOT = Path(__file__).parent.parent
CONFIG = RecipeConfig(steps=12, batch=64)

# By what the figure shows: arrows, heat maps, neuron stacks.
SPECS: dict[str, Spec] = {
    "arrows": tm.Autoencoder(5, 2, (1, 0.3, 0.1), 0.9),
    "one linear plane, a feature without importance": tm.Autoencoder(4, 2, 0.2, (1, 1, 0.5, 0), "linear"),
    "heat maps": tm.Autoencoder(9, 4, np.geomspace(1, 0.01, 7), 0.7, "gelu", "relu"),
    "one dimension, a row for every model": tm.Autoencoder(2, 1, [(1 / 3, 0.2), (0.5, 0.5)], [(1, 0.5), (1, 1)]),
    "stacks": tm.AbsMLP(6, 4, (1, 0.2), 0.8),
}

ALONE = """
import contextlib
import os
import runpy
import sys

class Refused:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] == "toymodels":
            raise ImportError(f"{name} is not here")

sys.meta_path.insert(0, Refused())
for folder in sys.argv[1:]:
    os.chdir(folder)
    with open("printed.txt", "w", encoding="utf-8") as printed, contextlib.redirect_stdout(printed):
        runpy.run_path("program.py", run_name="__main__")
"""


@pytest.fixture(scope="module")
def at_home(tmp_path_factory: pytest.TempPathFactory) -> dict[Spec, Path]:
    """The folder in which the program of a spec has run, with what it printed, and with this library out of reach.

    All run in one process: importing PyTorch takes longer than the programs do.
    """
    home = tmp_path_factory.mktemp("home")
    folders = {spec: home / str(number) for number, spec in enumerate(SPECS.values())}
    for spec, folder in folders.items():
        folder.mkdir()
        (folder / "program.py").write_text(pytorch_program(spec, 3, CONFIG), encoding="utf-8")
    environment = {**os.environ, "MPLBACKEND": "agg", "OMP_NUM_THREADS": "1", "MPLCONFIGDIR": str(home)}
    command = [sys.executable, "-W", "error", "-c", ALONE, *map(str, folders.values())]
    answer = subprocess.run(command, cwd=home, env=environment, capture_output=True, text=True)
    assert answer.returncode == 0, answer.stderr
    assert answer.stderr == ""
    return folders


@pytest.mark.parametrize("spec", SPECS.values(), ids=list(SPECS))
def test_the_program_trains_the_weights_of_the_recipe_and_draws_them(spec: Spec, at_home: dict[Spec, Path]) -> None:
    folder = at_home[spec]
    printed = (folder / "printed.txt").read_text(encoding="utf-8")
    run = tm.torch.train(spec, 3, CONFIG.steps, CONFIG.batch)
    weights = torch.load(folder / "weights.pt", weights_only=True)
    assert set(weights) == set(run.parameters)
    for name, value in run.parameters.items():
        np.testing.assert_allclose(weights[name].numpy(), value, atol=1e-5)
    lines = [line for line in printed.splitlines() if line.startswith("1 - S")]
    assert len(lines) == spec.n_instances
    for line, p, loss, error in zip(lines, spec.densities, run.loss, run.loss_error, strict=True):
        told = line.split()
        assert told[4] == f"{p:g}:"
        assert abs(float(told[6]) - loss) < 5 * (float(told[8]) + error) + 0.001 * loss
    picture = matplotlib.image.imread(folder / "superposition.png")[..., :3]
    # Something is drawn, in colour.
    assert (picture.max(axis=-1) - picture.min(axis=-1) > 0.2).sum() > 500


@pytest.mark.parametrize("spec", SPECS.values(), ids=list(SPECS))
def test_the_program_is_clean_python(spec: Spec, tmp_path: Path) -> None:
    program = pytorch_program(spec)
    imports = [node for node in ast.walk(ast.parse(program)) if isinstance(node, (ast.Import, ast.ImportFrom))]
    assert sorted(ast.unparse(node) for node in imports) == [
        "import matplotlib.pyplot as plt",
        "import numpy as np",
        "import torch",
    ]
    assert max(map(len, program.splitlines())) <= 120
    checked = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--isolated", "--select", "E4,E7,E9,F,I,W", "-"],
        input=program, capture_output=True, text=True,
    )  # fmt: skip
    assert checked.returncode == 0, checked.stdout


def test_every_constant_stands_at_the_top_and_is_explained() -> None:
    config = RecipeConfig(steps=1234, batch=77, learning_rate=0.002, weight_decay=0.03)
    top = pytorch_program(tm.Autoencoder(5, 2, (1, 0.3), (1, 1, 0.5, 0.5, 0.25)), 42, config).split("def ")[0]
    names: dict[str, object] = {}
    exec(top.split("import torch\n")[1], names)
    expected = {
        "N_FEATURES": 5, "N_HIDDEN": 2, "FEATURE_PROBABILITY": [1.0, 0.3], "IMPORTANCE": [1.0, 1.0, 0.5, 0.5, 0.25],
        "ACTIVATION": "relu", "SEED": 42, "STEPS": 1234, "BATCH": 77, "LEARNING_RATE": 0.002, "WEIGHT_DECAY": 0.03,
        "DEVICE": "cpu",
    }  # fmt: skip
    assert {name: names[name] for name in expected} == expected
    assert "STEPS = 10_000  #" in pytorch_program(SPECS["arrows"])


def test_a_program_and_a_file_of_weights_are_made_without_pytorch() -> None:
    program = (
        "import sys, toymodels as tm; from toymodels.pytorch_files import pytorch_program, state_dict_file;"
        "spec = tm.Autoencoder(5, 2, 0.1, 0.9); pytorch_program(spec); state_dict_file(tm.train(spec, steps=5));"
        "print('torch' in sys.modules)"
    )
    answer = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "False"
