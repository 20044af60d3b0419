"""Sweeps on a real local cluster of Dask: two worker processes, one of which is killed."""

import os
import signal

import numpy as np
from distributed import Client, LocalCluster

import toymodels as tm
from tests.sweeps.test_sweep import CONFIG, key
from toymodels.sweeps import SweepProgress


def test_a_cluster_gives_the_same_runs_and_outlives_a_worker() -> None:
    specs = [tm.Autoencoder(n, m, 0.1, 0.9) for n in (4, 5, 6) for m in (1, 2, 3)]
    alone = {key(run): run for run in tm.sweep(specs, range(3), config=CONFIG)}
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster, Client(cluster) as client:  # type: ignore[no-untyped-call]
        workers: list[int] = list(client.run(os.getpid).values())

        def kill_one(progress: SweepProgress) -> None:
            if progress.done == 2:
                os.kill(workers[0], signal.SIGKILL)

        runs = list(tm.sweep(specs, range(3), executor=client.get_executor(), config=CONFIG, on_progress=kill_one))
    assert sorted(map(key, runs)) == sorted(alone)
    for run in runs:
        np.testing.assert_array_equal(run.W, alone[key(run)].W)
