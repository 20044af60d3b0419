"""How well `toymodels.training.run_time` foretells a training: `python -m tests.benchmarks.costs`."""

import time

import numpy as np

import toymodels as tm
from toymodels.experiments.ladder import DENSITIES
from toymodels.training.run_time import seconds

SPECS = (
    tm.Autoencoder(5, 2, DENSITIES, 0.9),
    tm.Autoencoder(20, 5, DENSITIES, 0.7),
    tm.Autoencoder(80, 20, DENSITIES, 0.9),
    tm.Autoencoder(100, 50, DENSITIES, 0.95),
    tm.Autoencoder(400, 30, (0.1, 0.01), 1.0),
    tm.AbsMLP(100, 40, DENSITIES[:5], 0.8),
    tm.Autoencoder(5, 2, tuple(np.linspace(1, 0.01, 100)), 0.9),
    tm.Autoencoder(2, 1, tuple(np.linspace(1, 0.01, 1600)), 0.9),
    tm.Autoencoder(4, 3, tuple(np.linspace(1, 0.01, 1600)), 0.9),
)


def main() -> None:
    """Print estimate and measurement of every spec."""
    tm.warm_up()
    for spec in SPECS:
        clock, processor = time.perf_counter(), time.process_time()
        tm.train(spec)
        took, used = time.perf_counter() - clock, time.process_time() - processor
        size = f"{type(spec).__name__} {spec.n_features} -> {spec.n_hidden} x {spec.n_instances}"
        print(
            f"{size:32} estimated {seconds([spec]):6.2f} s, took {took:6.2f} s, {used:6.2f} s of one core", flush=True
        )


if __name__ == "__main__":
    main()
