"""The Python that redoes a run at home."""

from textwrap import indent

import numpy as np

from toymodels.run import Run
from toymodels.spec import USUAL, Spec

IMPORTS = "import numpy as np\n\nimport toymodels as tm\n"

ABOUT = f'''"""Redo this run, with toymodels installed: from a clone, or from the wheel in the zip of the page."""

{IMPORTS}'''
"""How every program begins."""


def constructor(spec: Spec) -> str:
    """The expression that makes a spec, as one writes it after `import toymodels as tm`."""
    probability = spec.feature_probability
    if probability == spec.densities[:1]:
        probability = probability[0]
    arguments = [
        f"n_features={spec.n_features}",
        f"n_hidden={spec.n_hidden}",
        f"feature_probability={probability!r}",
        f"importance={spec.importance!r}",
    ]
    if spec.tied:
        arguments.append(f'activation="{spec.activation}"')
    if spec.tied and spec.hidden_activation != "linear":
        arguments.append(f'hidden_activation="{spec.hidden_activation}"')
    if spec.data != USUAL:
        arguments.append(f"data=tm.data.{spec.data!r}")
    return f"tm.{type(spec).__name__}({', '.join(arguments)})"


def snippet(run: Run) -> str:
    """A file that trains the run's spec again and prints the loss, in the digits that pages show."""
    return program(run.spec, run.seed, run.steps, run.restarts, run.start_numbers)


def program(
    spec: Spec, seed: int, steps: int, restarts: int, start_numbers: tuple[int, ...] | None = None
) -> str:  # fmt: skip
    """A file that trains a spec, such as one that a server refuses."""
    chosen = "" if start_numbers is None else f", start_numbers={list(start_numbers)}"
    return f"""{ABOUT}
spec = {constructor(spec)}
run = tm.train(spec, seed={seed}, steps={steps}, restarts={restarts}{chosen})

{_printed("run", spec)}"""


def snippet_by_hand(start: Run, run: Run, samples: int) -> str:
    """A file that measures the W of a run written by hand, on so many samples, and trains it as the second run was."""
    W, b = (np.array2string(start.parameters[name][0], separator=", ", threshold=1000) for name in ("W", "b"))
    return f"""{ABOUT}
W = np.array({W})
b = np.array({b})
print("W^T W", np.round(tm.gram(W), 2), sep="\\n")
{_measures()}
spec = {constructor(start.spec)}
start = {{"W": W[None], "b": b[None]}}
loss, error = tm.losses.estimate(spec, start, samples={samples}, seed={run.seed})
print(f"by hand: loss {{loss[0]:.3g}} +- {{error[0]:.1g}}")

run = tm.train(spec, seed={run.seed}, steps={run.steps}, start=start)
print(f"after gradient descent: loss {{run.loss[0]:.3g}} +- {{run.loss_error[0]:.1g}}")
print("dimensionality", np.round(tm.feature_dimensionality(run.W[0]), 2))
"""


def snippet_with_weights(code: str, run: Run, file: str) -> str:
    """A file that prints the numbers of saved weights, then runs code that trains them again, and compares the two.

    Args:
        code: what one of the functions above gives, perhaps with more lines after it; it leaves its result in `run`.
        run: whose weights are saved.
        file: their name, in the folder of the program.
    """
    if not code.startswith(ABOUT):
        raise ValueError(f"code must begin as the snippets of this module do, got {code[:60]!r}")
    return f'''"""The numbers of the page, from its weights, and the same training again; see README.txt."""

from pathlib import Path

{IMPORTS}
saved = tm.load_run(Path(__file__).with_name("{file}"))
print("The weights of the page:")
{_printed("saved", run.spec)}
print("\\nOnce more, from the settings alone:")
{code.removeprefix(ABOUT)}
difference = max(np.abs(run.parameters[name] - saved.parameters[name]).max() for name in saved.parameters)
print(f"\\nGreatest difference of a weight or bias between the two: {{difference:.1g}}")
'''


def _printed(run: str, spec: Spec) -> str:
    """Lines that print the losses and measures of the run that has this name in a program."""
    weights = "W" if spec.tied else "W1"
    values = ", ".join(f"{run}.{value}" for value in ("spec.densities", "loss", "loss_error", weights))
    return f"""for p, loss, error, W in zip({values}):
    print(f"1 - S = {{p:g}}: loss {{loss:.3g}} +- {{error:.1g}}")
{indent(_measures(), "    ")}"""


def _measures() -> str:
    """Lines that print the measures of W; what shares the direction of a feature without an arrow is chance."""
    return """kept = tm.represented(W)
print("represented   ", *np.flatnonzero(kept) + 1)
print("superposition ", np.round(tm.superposition(W)[kept], 2), "of these")
print("dimensionality", np.round(tm.feature_dimensionality(W), 2))
"""
