"""The command `toymodels`: sweep, train, app.

toymodels sweep experiment.toml [--dry-run]   all specs of the file from all seeds
toymodels train experiment.toml --save run.npz [--seed 0]   the first spec of the file, once
toymodels app                                 the exploration app, from a clone of the repository
"""

from __future__ import annotations

import argparse
import math
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from multiprocessing import get_context
from pathlib import Path

from toymodels.extras import extra
from toymodels.models import parameter_shapes
from toymodels.spec import Spec
from toymodels.sweeps.experiment_file import Experiment, experiment_from_toml
from toymodels.sweeps.results import ResultsTable
from toymodels.sweeps.sweep import SweepProgress, sweep
from toymodels.training.loop import train
from toymodels.training.run_time import rounded, seconds

FILE_BYTES = 1500
"""What a file of a run takes besides its numbers."""

SECONDS_BETWEEN_LINES = 1.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; what is wrong with a file or an argument is one sentence, and exit code 2."""
    parser = argparse.ArgumentParser(
        prog="toymodels", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(required=True)
    of_sweep = commands.add_parser("sweep", help="train all specs of an experiment file from all its seeds")
    of_sweep.add_argument("experiment", type=Path)
    of_sweep.add_argument("--dry-run", action="store_true", help="only say how many models, how long, how much disk")
    of_sweep.set_defaults(run=lambda options: _sweep(_experiment(options.experiment), options.dry_run))
    of_train = commands.add_parser("train", help="train the first spec of an experiment file once")
    of_train.add_argument("experiment", type=Path)
    of_train.add_argument("--seed", type=int, default=0)
    of_train.add_argument("--save", type=Path, help="file for the run, .npz")
    of_train.set_defaults(run=lambda options: _train(_experiment(options.experiment), options.seed, options.save))
    of_app = commands.add_parser("app", help="start the exploration app, from a clone of the repository")
    of_app.set_defaults(run=lambda options: _app())
    options = parser.parse_args(arguments)
    try:
        code: int = options.run(options)
    except (ValueError, OSError, ImportError) as error:
        print(f"toymodels: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("toymodels: interrupted; what is stored will not be trained again", file=sys.stderr)
        return 130
    return code


def cost(experiment: Experiment) -> str:
    """How many models an experiment has, and about how long they take and how much disk, in a sentence."""
    models = sum(spec.n_instances for spec in experiment.specs) * len(experiment.seeds)
    configs = [(spec, experiment.config(spec)) for spec in experiment.specs]
    needed = sum(seconds([spec], len(experiment.seeds), config.steps, config.restarts) for spec, config in configs)
    runs = len(experiment.specs) * len(experiment.seeds)
    size = sum(_file_bytes(spec) for spec in experiment.specs) * len(experiment.seeds)
    return (
        f"{models:,} models in {runs:,} runs: about {rounded(needed)} on two cores; "
        f"at most {size / 1e6:,.3g} MB in the store."
    )


def _file_bytes(spec: Spec) -> int:
    numbers = sum(math.prod(shape) for shape in parameter_shapes(spec).values())
    return FILE_BYTES + spec.n_instances * (4 * numbers + 16)


def _experiment(file: Path) -> Experiment:
    return experiment_from_toml(file.read_text(encoding="utf-8"))


def _sweep(experiment: Experiment, dry_run: bool) -> int:
    print(cost(experiment), flush=True)
    if dry_run:
        return 0
    began, told = time.perf_counter(), 0.0

    def tell(progress: SweepProgress) -> None:
        nonlocal told
        if progress.seconds - told >= SECONDS_BETWEEN_LINES or progress.done == progress.total:
            told = progress.seconds
            left = (
                ""
                if progress.done == progress.total or math.isnan(progress.seconds_left)
                else f", about {rounded(progress.seconds_left)} left"
            )
            found = f" ({progress.stored:,} from the store)" if progress.stored else ""
            print(f"{progress.done:,} of {progress.total:,} runs{found}{left}", flush=True)

    with ExitStack() as stack:
        executor = stack.enter_context(_executor(experiment))
        table = None if experiment.table is None else stack.enter_context(ResultsTable(experiment.table))
        for run in sweep(
            experiment.specs, experiment.seeds, executor=executor, store=experiment.store, on_progress=tell,
            config=experiment.config,
        ):  # fmt: skip
            if table is not None:
                table.add(run)
    print(f"done in {time.perf_counter() - began:.1f} s", flush=True)
    return 0


@contextmanager
def _executor(experiment: Experiment) -> Iterator[Executor | Callable[[], Executor] | None]:
    if experiment.dask is not None:
        with extra("cluster", "dask"):
            from distributed import Client
        with Client(experiment.dask) as client:  # type: ignore[no-untyped-call]
            yield client.get_executor()
    elif experiment.processes is not None:
        count = experiment.processes
        yield lambda: ProcessPoolExecutor(count, get_context("spawn"))
    else:
        yield None


def _train(experiment: Experiment, seed: int, save: Path | None) -> int:
    spec = experiment.specs[0]
    run = train(spec, seed, config=experiment.config(spec), progress=sys.stderr.isatty())
    print(run.summary())
    if save is not None:
        run.save(save)
    return 0


def _app() -> int:
    script = Path(__file__).parents[1] / "streamlit_app.py"
    if not script.exists():
        raise ValueError("the app is not in the installed library: clone the repository and run `make app` there")
    return subprocess.run([sys.executable, "-m", "streamlit", "run", str(script)], cwd=script.parent).returncode


if __name__ == "__main__":
    sys.exit(main())
