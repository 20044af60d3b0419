"""Table of the results of a sweep: one row for each model."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from toymodels.analysis.weights import dimensions_per_feature, represented, superposition
from toymodels.extras import extra
from toymodels.run import Run

COLUMNS = (
    "model", "n_features", "n_hidden", "activation", "hidden_activation", "data", "feature_probability", "importance",
    "seed", "steps", "restarts", "loss", "loss_error", "dimensions_per_feature", "features_represented",
    "mean_superposition",
)  # fmt: skip


def rows(run: Run) -> Iterator[dict[str, object]]:
    """A row by column for each instance of a run. Measures are those of W, or of W1."""
    spec = run.spec
    W = run.W if spec.tied else run.W1
    kept, shared, dimensions = represented(W), superposition(W), dimensions_per_feature(W)
    for k in range(spec.n_instances):
        one = spec.at(k)
        yield {
            "model": type(spec).__name__,
            "n_features": spec.n_features,
            "n_hidden": spec.n_hidden,
            "activation": spec.activation,
            "hidden_activation": spec.hidden_activation,
            "data": repr(spec.data),
            "feature_probability": _written(one.feature_probability[0]),
            "importance": _written(one.importance),
            "seed": run.seed,
            "steps": run.steps,
            "restarts": run.restarts,
            "loss": float(run.loss[k]),
            "loss_error": float(run.loss_error[k]),
            "dimensions_per_feature": float(dimensions[k]),
            "features_represented": int(kept[k].sum()),
            # Of features without an arrow there is none: an empty cell.
            "mean_superposition": float(shared[k][kept[k]].mean()) if kept[k].any() else None,
        }


class ResultsTable:
    """The table while it grows: CSV is written row by row, Parquet at the end.

    Args:
        file: ending in .csv or .parquet.

    Raises:
        ValueError: if it ends in anything else.
        ImportError: for Parquet without pandas.
    """

    def __init__(self, file: str | Path) -> None:
        self._file = Path(file)
        if self._file.suffix not in (".csv", ".parquet"):
            raise ValueError(f"table must end in .csv or .parquet, got {self._file.name!r}")
        self._parquet = self._file.suffix == ".parquet"
        if self._parquet:
            with extra("plots", "a table in Parquet"):
                import pandas  # noqa: F401  (before hours of training, not after)
        self._rows: list[dict[str, object]] = []

    def __enter__(self) -> Self:
        if not self._parquet:
            self._stream = self._file.open("w", newline="", encoding="utf-8")
            self._csv = csv.DictWriter(self._stream, COLUMNS)
            self._csv.writeheader()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._parquet:
            import pandas as pd

            table = pd.DataFrame(self._rows, columns=list(COLUMNS))
            table.astype({"mean_superposition": float}).to_parquet(self._file)
        else:
            self._stream.close()

    def add(self, run: Run) -> None:
        """Write the rows of a run."""
        if self._parquet:
            self._rows += rows(run)
        else:
            self._csv.writerows(rows(run))
            self._stream.flush()


def _written(value: object) -> str:
    """A number, or several with spaces between them."""
    return " ".join(f"{number:g}" for number in (value if isinstance(value, tuple) else (value,)))
