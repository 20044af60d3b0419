"""The Python that redoes a run at home."""

import numpy as np

from toymodels.run import Run
from toymodels.spec import Autoencoder, Spec
from toymodels.training import default_config


def constructor(spec: Spec) -> str:
    """The expression that makes a spec, as one writes it after `import toymodels as tm`."""
    probability = spec.feature_probability[0] if spec.n_instances == 1 else spec.feature_probability
    arguments = [
        f"n_features={spec.n_features}",
        f"n_hidden={spec.n_hidden}",
        f"feature_probability={probability!r}",
        f"importance={spec.importance!r}",
    ]
    if isinstance(spec, Autoencoder):
        arguments.append(f'activation="{spec.activation}"')
    return f"tm.{type(spec).__name__}({', '.join(arguments)})"


def snippet(run: Run) -> str:
    """A file that trains the run's spec again and prints the loss, in the digits that pages show."""
    return program(run.spec, run.seed, run.steps, run.restarts)


def program(spec: Spec, seed: int, steps: int, restarts: int) -> str:
    """A file that trains a spec, such as one that a server refuses."""
    weights = "W" if isinstance(spec, Autoencoder) else "W1"
    return f'''"""Redo this run. Keep the file beside the folder `toymodels` (or set PYTHONPATH to where that is)."""

import numpy as np

import toymodels as tm

spec = {constructor(spec)}
run = tm.train(spec, seed={seed}, steps={steps}, restarts={restarts})

for p, loss, error, W in zip(spec.feature_probability, run.loss, run.loss_error, run.{weights}):
    print(f"1 - S = {{p:g}}: loss {{loss:.3g}} +- {{error:.1g}}")
    print("superposition ", np.round(tm.superposition(W), 2))
    print("dimensionality", np.round(tm.feature_dimensionality(W), 2))
'''


def snippet_by_hand(start: Run, run: Run) -> str:
    """A file that measures the W of a run written by hand, and trains it as the second run was."""
    W, b = (np.array2string(start.parameters[name][0], separator=", ", threshold=1000) for name in ("W", "b"))
    return f'''"""Redo this run. Keep the file beside the folder `toymodels` (or set PYTHONPATH to where that is)."""

import numpy as np

import toymodels as tm

W = np.array({W})
b = np.array({b})
print("W^T W", np.round(tm.gram(W), 2), sep="\\n")
print("superposition ", np.round(tm.superposition(W), 2))
print("dimensionality", np.round(tm.feature_dimensionality(W), 2))

spec = {constructor(start.spec)}
start = {{"W": W[None], "b": b[None]}}
loss, error = tm.losses.estimate(spec, start, samples={default_config(run.spec).held_out}, seed={run.seed})
print(f"by hand: loss {{loss[0]:.3g}} +- {{error[0]:.1g}}")

run = tm.train(spec, seed={run.seed}, steps={run.steps}, start=start)
print(f"after gradient descent: loss {{run.loss[0]:.3g}} +- {{run.loss_error[0]:.1g}}")
print("dimensionality", np.round(tm.feature_dimensionality(run.W[0]), 2))
'''
