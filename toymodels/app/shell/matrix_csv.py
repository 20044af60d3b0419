"""W from a CSV file as people's programs write it: any of the usual delimiters, decimal points or decimal commas.

What a file could mean in two ways is refused. Every refusal is a ValueError with one plain sentence.
"""

from __future__ import annotations

import csv
import re
from typing import NamedTuple

from toymodels.app.shell.matrix_text import check_size, matrix_of
from toymodels.arrays import Array

MAX_CSV = 15_000
"""Characters of a CSV; twenty times twenty numbers at full precision need half of them."""

DELIMITERS = {";": "semicolons", "\t": "tabs", ",": "commas", " ": "spaces"}
"""In the order of trust: a semicolon or a tab is never part of a number."""

_NUMBER = re.compile(r"[-+−]?(\d+([.,]\d*)?|[.,]\d+)([eE][-+]?\d+)?")


class CsvMatrix(NamedTuple):
    """A matrix from a file.

    Attributes:
        W: (hidden, features).
        understood: how the file was read, in a sentence.
    """

    W: Array
    understood: str


def read_csv(data: bytes) -> CsvMatrix:
    """W from a CSV file with one row per hidden dimension and one column per feature.

    Lines that begin with # are comments. A heading, and a column of row names or of row numbers, are left out; numbers
    may stand in quotes.

    Raises:
        ValueError: with one sentence, if the file is too large, is not text, could be read in two ways, or holds no
            matrix of finite numbers from -10 to 10.
    """
    check_size(data)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError("The file is not a CSV of numbers: it is not text.") from None
    if len(text) > MAX_CSV:
        raise ValueError(f"A CSV of W is at most {MAX_CSV:,} characters long, not {len(text):,}.")
    lines = [line.strip(" \r\f\v") for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    delimiter = _delimiter(lines)
    rows = _cells(lines, delimiter)
    rows, left_out = _without_names(rows)
    decimal_comma = _decimal_comma(rows)
    if decimal_comma:
        rows = [[cell.replace(",", ".") for cell in row] for row in rows]
    W = matrix_of(rows)
    marks = f"separated by {DELIMITERS[delimiter]}" + (", with decimal commas" if decimal_comma else "")
    also = f"; {' and '.join(left_out)} left out" if left_out else ""
    return CsvMatrix(W, f"Read {W.shape[0]} × {W.shape[1]} numbers {marks}{also}.")


def _delimiter(lines: list[str]) -> str:
    bare = [re.sub(r'"[^"]*"', '""', line) for line in lines]
    for delimiter in (";", "\t"):
        if any(delimiter in line for line in bare):
            return delimiter
    if not any("," in line for line in bare):
        return " "
    for line in bare:
        if re.search(r"\d,\d", line) and re.search(r"\d[ ]+[-+−.\d]", line):
            raise ValueError("Commas in this file may separate numbers or be decimal marks: separate by semicolons.")
    return ","


def _cells(lines: list[str], delimiter: str) -> list[list[str]]:
    try:
        read = csv.reader(lines, delimiter=delimiter, skipinitialspace=True, strict=True)
        return [[cell.strip() for cell in row] for row in read]
    except csv.Error:
        raise ValueError("The file is not a CSV of numbers: a quotation mark is not closed.") from None


def _without_names(rows: list[list[str]]) -> tuple[list[list[str]], list[str]]:
    """The rows without a heading and without a column of names, and what was left out."""
    left_out = []
    # The first cell of a heading may be anything: it stands above the names of the rows.
    headed = len(rows) > 1 and not any(map(_is_number, rows[0][1:] or rows[0]))
    heading = rows[0] if headed else None
    if heading is not None:
        rows = rows[1:]
        left_out.append("the heading")
    first = [row[0] for row in rows if row]
    named = len(first) == len(rows) > 0 and all(len(row) > 1 for row in rows)
    if named and (
        not any(map(_is_number, first))
        or (heading is not None and heading[0].lower() in ("", "index") and _counts(first))
    ):
        rows = [row[1:] for row in rows]
        left_out.append("the names of the rows")
    return rows, left_out


def _counts(cells: list[str]) -> bool:
    return any(cells == [str(start + k) for k in range(len(cells))] for start in (0, 1))


def _is_number(cell: str) -> bool:
    return _NUMBER.fullmatch(cell) is not None


def _decimal_comma(rows: list[list[str]]) -> bool:
    cells = [cell for row in rows for cell in row]
    if not any("," in cell for cell in cells):
        return False
    if any("." in cell for cell in cells):
        raise ValueError("This file has both points and commas in its numbers: use one decimal mark.")
    return True
