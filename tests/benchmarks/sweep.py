"""How fast a sweep is: 10,000 models of 5 -> 2, in one process and by the workers of a local cluster of Dask.

    python -m tests.benchmarks.sweep                 100 densities from 100 seeds, 16 starts each
    python -m tests.benchmarks.sweep --seeds 10      a tenth of it
    python -m tests.benchmarks.sweep --kills 10      instead: a worker, and the whole sweep, killed so many times

Each worker trains on one thread, so the ratio of two workers to one is what a second worker is worth. With --kills the
command `toymodels sweep` is killed at random moments and started again until it ends; then every run must be there
once and readable, and a last sweep must train none of them.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from distributed import Client, LocalCluster

import toymodels as tm

SPEC = tm.Autoencoder(5, 2, 20 ** -np.linspace(0, 1, 100), 0.9)

EXPERIMENT = """
[model]
n_features = 20
n_hidden = 5
feature_probability = { from = 1.0, to = 0.01, count = 4 }
importance = 0.7

[vary]
importance = [0.6, 0.7, 0.8, 0.9]

[sweep]
seeds = 100
store = "runs"
PROCESSES
"""


RUNS = 400
"""Of that experiment."""

COMMAND = [sys.executable, "-m", "toymodels.command_line", "sweep"]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path.cwd())}


def measured(name: str, seeds: int, workers: int) -> dict[int, tm.Run]:
    """The runs of the sweep by seed, once it is timed; workers: of Dask, 0 for this process."""
    if workers:
        with (
            LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None) as cluster,  # type: ignore[no-untyped-call]
            Client(cluster) as client,  # type: ignore[no-untyped-call]
        ):
            client.run(tm.warm_up)
            return timed(name, seeds, client)
    tm.warm_up()
    return timed(name, seeds, None)


def timed(name: str, seeds: int, client: Client | None) -> dict[int, tm.Run]:
    began = time.perf_counter()
    executor = None if client is None else client.get_executor()  # type: ignore[no-untyped-call]
    runs = {run.seed: run for run in tm.sweep(SPEC, range(seeds), executor=executor)}
    took, models = time.perf_counter() - began, seeds * SPEC.n_instances
    print(f"{name}: {models:,} models in {took:.1f} s, {models / took:,.0f} a second", flush=True)
    return runs


def killed(times: int) -> None:
    """Kill the command, and workers of it, at random moments, and look at what is stored."""
    for processes in ("", "processes = 2"):
        with tempfile.TemporaryDirectory() as folder:
            file, store = Path(folder) / "experiment.toml", Path(folder) / "runs"
            file.write_text(EXPERIMENT.replace("PROCESSES", processes), encoding="utf-8")
            for _ in range(times):
                interrupted(file, bool(processes))
                print(f"killed with {len(list(store.glob('*.npz')))} of {RUNS} runs stored", flush=True)
            print(finished(file).splitlines()[-2], flush=True)
            files = sorted(store.glob("*.npz"))
            assert len({(run.spec, run.seed) for run in map(tm.load_run, files)}) == len(files) == RUNS
            written = [one.stat().st_mtime_ns for one in files]
            assert f"({RUNS} from the store)" in finished(file)
            assert written == [one.stat().st_mtime_ns for one in files]
            print(
                f"{processes or 'one process'}: every run is there once and readable, none was trained again",
                flush=True,
            )


def interrupted(file: Path, worker_first: bool) -> None:
    """Start the sweep of a file and kill it after some seconds; one of its workers a little earlier."""
    going = subprocess.Popen([*COMMAND, file.name], cwd=file.parent, env=ENVIRONMENT, start_new_session=True,
                             stdout=subprocess.DEVNULL)  # fmt: skip
    time.sleep(random.uniform(1, 8))
    if worker_first:
        found = subprocess.run(["pgrep", "-P", str(going.pid)], capture_output=True, text=True).stdout.split()
        if found:
            os.kill(int(random.choice(found)), signal.SIGKILL)
        time.sleep(random.uniform(0.5, 2))
    os.killpg(going.pid, signal.SIGKILL)
    going.wait()


def finished(file: Path) -> str:
    """What the sweep of a file prints when nobody kills it."""
    return subprocess.run(
        [*COMMAND, file.name], cwd=file.parent, env=ENVIRONMENT, capture_output=True, text=True, check=True
    ).stdout


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.sweep")
    parser.add_argument("--seeds", type=int, default=100)
    parser.add_argument("--kills", type=int, default=0)
    options = parser.parse_args()
    if options.kills:
        killed(options.kills)
        return
    sweeps = [measured(f"{workers or 'no'} workers", options.seeds, workers) for workers in (0, 1, 2)]
    for runs in sweeps[1:]:
        for seed, run in runs.items():
            np.testing.assert_array_equal(run.W, sweeps[0][seed].W)
    print("the same weights to the bit from all of them")


if __name__ == "__main__":
    main()
