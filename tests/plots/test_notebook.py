"""Charts in a notebook: from a run or from arrays, without a theme, and Altair stays as it was."""

import ast
import subprocess
import sys
from pathlib import Path

import toymodels.plots

ROOT = Path(__file__).parents[2]

CELL = """
import toymodels as tm

run = tm.train(tm.Autoencoder(5, 2, (1, 0.3, 0.1), importance=0.9), seed=0, steps=40)
first = tm.plots.gram_with_measures(run.W[0])
second = tm.plots.dimensionality_strip(run)
first.to_dict(), second.to_dict()

import altair as alt

try:
    alt.Chart().mark_point().encode(x=alt.X("a:Q", axis=alt.Axis(title=alt.Scale()))).to_dict()
except alt.utils.schemapi.SchemaValidationError:
    print("refused:", end=" ")
try:
    alt.Chart().encode(colr="a")
except TypeError as error:
    print(error)
"""

EVERY_CHART = """
import numpy as np, pandas as pd
import toymodels as tm
from toymodels.analysis.interference import monte_carlo

runs = [tm.train(tm.Autoencoder(5, 2, (1, 0.3, 0.1), importance=0.9), seed=seed, steps=40) for seed in (0, 1)]
run, plots = runs[0], tm.plots
W, b, importance = run.W[2], run.b[2], run.spec.importances
loss = tm.losses.one_active(W, b, importance)
sampled = monte_carlo("one active", W, b, importance, 0.1, np.random.default_rng(0), 50)
W1, W2, _ = tm.neurons.simple_solution(3)
density = pd.DataFrame({"density": [1, 0.1], "value": [2.0, 3], "label": ["2", "3"]}).assign(r2=[1, 0.5], unit="a")
curve = pd.DataFrame({"S": [0, 0.5], "relative": [1, 0.5], "loss": [1, 0.1]})
series = tuple(plots.Series(code, (1, 0), 0.2, True) for code in "abc")
marks = pd.DataFrame({"angle": [180], "bias": [0], "relative": [0.5], "mark": ["pair"]})
charts = {
    "represented_over_seeds": plots.represented_over_seeds(runs, 2),
    "dimensions_curve": plots.dimensions_curve(runs),
    "dimensionality_strip": plots.dimensionality_strip(runs, chosen=10),
    "dimensionality_bars": plots.dimensionality_bars(tm.feature_dimensionality(W), tm.represented(W)),
    "cosine_histogram": plots.cosine_histogram([-1, 0, 0.5]),
    "gram_with_measures": plots.gram_with_measures(W),
    "pair_matrix": plots.pair_matrix(tm.gram(W), loss.interference + np.diag(loss.benefit)),
    "term_bars": plots.term_bars(loss.benefit, loss.interference.sum(axis=0), sampled=sampled),
    "neuron_stacks": plots.neuron_stacks(W1, [1, 0.8, 0.6]),
    "neuron_weights": plots.neuron_weights(W1, W2),
    "partner_cosine_chart": plots.partner_cosine_chart(
        pd.concat([pd.DataFrame({"density": [1, 0.1], "cosine": [1.0, 0], "kind": k, "pair": "1, 2"}) for k in "abc"]),
        tuple("abc"),
    ),
    "relative_loss": plots.relative_loss(pd.concat([curve.assign(code=code) for code in "abc"]), series, 0.3),
    "storage_curve": plots.storage_curve(
        np.linspace(1, 0, 9),
        pd.DataFrame({"m": range(8), "loss": np.linspace(0.9, 0, 8), "equivalent_dimensions": np.arange(8) + 0.5}), 2,
    ),
    "against_density": plots.against_density(density, "value", 1.0, "without"),
    "explained_variance": plots.explained_variance(density, "one", density, "all"),
    "loss_map": plots.loss_map(
        np.linspace(0, 180, 5), np.linspace(-1, 1, 5), np.linspace(0.5, 2, 25).reshape(5, 5), marks, "ReLU"
    ),
}
for name, chart in charts.items():
    chart.to_dict(validate=True)
missing = {name for name in plots.__all__ if name.islower()} - set(charts)
print(missing or "all")
"""


def printed(program: str) -> str:
    command = [sys.executable, "-c", program]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()


def test_after_two_charts_in_a_notebook_cell_a_wrong_altair_channel_is_still_refused() -> None:
    answer = printed(CELL)
    assert answer.startswith("refused: ")
    assert "colr" in answer


def test_every_chart_is_drawn_in_the_default_theme_and_is_vega_lite() -> None:
    assert printed(EVERY_CHART) == "all"


def test_plots_are_reached_from_the_library_and_imported_with_their_first_use_alone() -> None:
    program = (
        "import sys, toymodels as tm; before = 'toymodels.plots' in sys.modules; light = tm.plots.LIGHT; "
        "print(before, 'altair' in sys.modules, tm.plots.cosine_histogram.__name__, 'altair' in sys.modules)"
    )
    assert printed(program) == "False False cosine_histogram True"


def test_what_the_library_does_not_have_is_an_attribute_error() -> None:
    program = "import toymodels as tm\nfor place in (tm, tm.plots):\n  print(hasattr(place, 'no_such_thing'))"
    assert printed(program).split() == ["False", "False"]


def test_every_name_of_the_package_is_found_in_its_module() -> None:
    source = ast.parse(Path(toymodels.plots.__file__).read_text(encoding="utf-8"))
    (imports,) = [node for node in source.body if isinstance(node, ast.If)]
    typed = {alias.name for node in imports.body if isinstance(node, ast.ImportFrom) for alias in node.names}
    assert typed == set(toymodels.plots.__all__)
    assert set(toymodels.plots.__all__) <= set(dir(toymodels.plots))
    for name in toymodels.plots.__all__:
        assert getattr(toymodels.plots, name) is not None
