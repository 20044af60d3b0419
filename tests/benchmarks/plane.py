"""How good the optima of equal features in the plane are, beside the best regular polygon with the rest left out.

`python -m tests.benchmarks.plane` takes some minutes. For n = 6 to 12 and four densities, every polygon of 3 to n
corners is trained from where it stands, from two sizes. The least of their losses is the measure, on the samples that
our loss is measured on too. A ratio below 1 is an arrangement that is no polygon and better than all of them.
"""

import numpy as np

import toymodels as tm
from toymodels.analysis.losses import estimate
from toymodels.analysis.polytopes import polygon
from toymodels.run import Run

DENSITIES = (0.3, 0.1, 0.03, 0.01)
SEEDS = range(4)


def loss_of(run: Run) -> float:
    """Held-out loss on the samples that all runs here share."""
    return float(estimate(run.spec, run.parameters, 1 << 17, seed=99).loss[0])


def best_polygon(spec: tm.Autoencoder) -> tuple[float, int]:
    """The least loss of a polygon, and its corners."""
    found = []
    for corners in range(3, spec.n_features + 1):
        for radius in (1.0, 1.2):
            W, b = np.zeros((2, spec.n_features)), np.full(spec.n_features, spec.feature_probability[0] / 2)
            W[:, :corners], b[:corners] = radius * polygon(corners), 0.0
            found.append((loss_of(tm.train(spec, start={"W": W, "b": b}, steps=1500)), corners))
    return min(found)


def main() -> None:
    for n in range(6, 13):
        for p in DENSITIES:
            spec = tm.Autoencoder(n, 2, p, 1.0)
            best, corners = best_polygon(spec)
            ratios = [loss_of(tm.train(spec, seed)) / best for seed in SEEDS]
            print(f"n = {n}, p = {p}: {corners} corners; ours over it", " ".join(f"{one:.4f}" for one in ratios))


if __name__ == "__main__":
    main()
