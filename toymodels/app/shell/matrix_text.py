"""W as people write it: typed in rows, pasted from NumPy or a spreadsheet, or in a file. Strict, and safe on anything.

Every refusal is a ValueError whose message is one plain sentence for the person who typed: it names the row and the
number, repeats what stands there, and says what is allowed.
"""

from __future__ import annotations

import io
import math
import re
import zipfile
from collections.abc import Callable
from functools import partial
from typing import IO, TypeVar

import numpy as np
import numpy.typing as npt

from toymodels.arrays import Array, floats
from toymodels.experiments.arrangements import DIGITS, arrangement_of
from toymodels.run import Run, load_run, saved_spec
from toymodels.run_file import checked_shape, read_archive, unpacked

MAX_FEATURES = 20
MAX_HIDDEN = 20
"""Twenty features in five dimensions are those of the density sweep; a link bears no W that is much larger."""

MAX_INSTANCES = 256
"""Models of a file among which one may choose; the library itself takes as many as memory bears."""

MAX_ENTRY = 10.0
MAX_TEXT = 5_000
"""Characters; twenty times twenty numbers as `write_rows` writes them need fewer. They all stand in the address, of
which servers on the way take 8 kB."""

MAX_FILE = 500_000
"""Bytes; the films of this app's runs take a tenth of it."""

Read = TypeVar("Read")

SHAPE = f"1 to {MAX_HIDDEN} rows of 1 to {MAX_FEATURES} numbers"


def read_rows(text: str) -> Array:
    """W (hidden, features) from rows of numbers.

    Rows end at a new line, "/" or ";"; numbers are separated by spaces or commas. Brackets as Python and NumPy print
    them, and the typographer's minus, are understood. A W that agrees with a named arrangement to four digits is taken
    as exactly that arrangement.

    Raises:
        ValueError: with one sentence, if it is not such a matrix of finite numbers from -10 to 10.
    """
    if len(text) > MAX_TEXT:
        raise ValueError(f"W is at most {MAX_TEXT:,} characters long, not {len(text):,}.")
    unbracketed = re.sub(r"[\[\](){}]", " ", re.sub(r"[\])}]\s*,?\s*[\[({]", "\n", text))
    lines = [line.strip() for line in re.split(r"[\n\r/;]", unbracketed) if line.strip()]
    return matrix_of([re.split(r"\s*,\s*|\s+", line) for line in lines])


def read_run(data: bytes) -> Run:
    """The autoencoder run in an .npz that this app or `Run.save` wrote, small enough for W to be typed; no film.

    Only the description is unpacked before its sizes are known to be small.

    Raises:
        ValueError: with one sentence, if it is something else or larger.
    """
    check_size(data)
    spec = _of_ours(saved_spec, data)
    if not spec.tied:
        raise ValueError("The file holds an absolute-value model: two matrices, W1 and W2, and no single W.")
    if spec.n_hidden > MAX_HIDDEN or spec.n_features > MAX_FEATURES:
        raise ValueError(f"The file holds a W of {spec.n_hidden} × {spec.n_features}; at most {MAX_HIDDEN} × "
                         f"{MAX_FEATURES} fits into a link.")  # fmt: skip
    if spec.n_instances > MAX_INSTANCES:
        raise ValueError(f"The file holds {spec.n_instances} models; at most {MAX_INSTANCES} fit here.")
    run = _of_ours(partial(load_run, film=False), data)
    if not all(np.isfinite(W).all() and np.abs(W).max() <= MAX_ENTRY for W in run.W):
        raise ValueError(f"The file holds a weight that is not a number from {-MAX_ENTRY:g} to {MAX_ENTRY:g}.")
    return run


def read_weights(data: bytes) -> Array:
    """W (hidden, features) in an .npz that `np.savez(file, W=W)` wrote, or in an .npy.

    Raises:
        ValueError: with one sentence, if it is something else or larger.
    """
    check_size(data)
    if data.startswith(b"\x93NUMPY"):
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as packed:
            packed.writestr("W.npy", data)
        data = archive.getvalue()
    try:
        W = read_archive(io.BytesIO(data), _plain_weights)
    except ValueError:
        raise ValueError("The file is neither an .npz saved here nor a W of real numbers saved by NumPy.") from None
    if W.shape[0] > MAX_HIDDEN or W.shape[1] > MAX_FEATURES:
        raise ValueError(f"The file holds a W of {W.shape[0]} × {W.shape[1]}; at most {MAX_HIDDEN} × "
                         f"{MAX_FEATURES} fits into a link.")  # fmt: skip
    if not W.size or not np.isfinite(W).all() or np.abs(W).max() > MAX_ENTRY:
        raise ValueError(f"The file holds a weight that is not a number from {-MAX_ENTRY:g} to {MAX_ENTRY:g}.")
    return W


def _plain_weights(archive: zipfile.ZipFile) -> Array:
    checked_shape(archive, "W", (None, None))
    return unpacked(archive, "W").astype(np.float64)


def _of_ours(read: Callable[[IO[bytes]], Read], data: bytes) -> Read:
    try:
        return read(io.BytesIO(data))
    except ValueError:
        raise ValueError("The file is not an .npz of weights saved here.") from None


def write_rows(W: npt.ArrayLike) -> str:
    """W (hidden, features) as `read_rows` reads it, with four significant digits: short enough for a link."""
    matrix = floats("W", W)
    return "\n".join(" ".join(_short(value) for value in row) for row in matrix)


def _short(value: float) -> str:
    # Numbers that four digits of an entry of ordinary size would not show are zero.
    return f"{value:.{DIGITS}g}" if abs(value) >= 10.0**-DIGITS else "0"


def check_size(data: bytes) -> None:
    """Refuse a file that is too large to be read, with one sentence."""
    if len(data) > MAX_FILE:
        raise ValueError(f"The file has {len(data) / 1e6:.3g} MB; at most {MAX_FILE / 1e6:g} MB is read.")


def matrix_of(rows: list[list[str]]) -> Array:
    """W (hidden, features) from the texts of its numbers, row by row; a named arrangement to four digits is that one.

    Raises:
        ValueError: as `read_rows`.
    """
    if not rows:
        raise ValueError(f"W is empty; it needs {SHAPE}.")
    if len(rows) > MAX_HIDDEN:
        raise ValueError(f"W has {len(rows)} rows; it needs {SHAPE}.")
    for r, cells in enumerate(rows, start=1):
        if len(cells) > MAX_FEATURES:
            raise ValueError(f"Row {r} has {len(cells)} numbers; W needs {SHAPE}.")
    values = [[_number(cell, r, c) for c, cell in enumerate(cells, 1)] for r, cells in enumerate(rows, 1)]
    for r, cells in enumerate(rows, start=1):
        if len(cells) != len(rows[0]):
            raise ValueError(f"Row {r} has {_count(len(cells))}, row 1 has {len(rows[0])}; all rows need as many.")
    W = np.array(values)
    arrangement = arrangement_of(W)
    return W if arrangement is None else arrangement.W


def _number(cell: str, row: int, column: int) -> float:
    place = f"Row {row}, number {column}"
    allowed = f"a number from {-MAX_ENTRY:g} to {MAX_ENTRY:g}"
    if not cell:
        raise ValueError(f"{place} is missing; it must be {allowed}.")
    try:
        # Only as people write numbers: float() alone would also take "1_0" and "٣".
        value = float(cell.replace("−", "-")) if re.fullmatch(r"[-+−0-9.eE]{1,40}", cell) else math.nan
    except ValueError:
        value = math.nan
    if not abs(value) <= MAX_ENTRY:
        raise ValueError(f"{place} is {_repeated(cell)}, not {allowed}.")
    return value + 0.0


def _repeated(cell: str) -> str:
    """A stranger's text, fit to stand in a sentence: short, and nothing in it that a page would act on."""
    plain = re.sub(r"(?i)www\.|_|[^\w.+\-]", "?", cell)
    return f"“{plain if len(plain) <= 12 else plain[:12] + '…'}”"


def _count(numbers: int) -> str:
    return "1 number" if numbers == 1 else f"{numbers} numbers"
