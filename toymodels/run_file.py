"""The .npz file of a run, below its meaning: arrays in a zip archive, read safely from anybody's file.

Nothing is unpickled, and the headers of all arrays are compared with what is wanted, and with what the file can hold,
before any of them is unpacked.
"""

from __future__ import annotations

import io
import math
import struct
import tokenize
import zipfile
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, TypeVar

import numpy as np

MAX_SNAPSHOTS = 1000
MAX_DESCRIPTION = 32_000_000
"""Bytes of the text that holds the spec: four for each character, some twenty characters for each number."""

# Weights hardly compress. A file that would unpack to far more than itself is not a run but a trap.
MAX_UNPACKED = 64_000_000
MAX_COMPRESSION = 20
PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""What `Run.save` and NumPy write. A few bytes of LZMA may ask for a dictionary of any size."""

NUMBERS = {"f": "real numbers", "i": "whole numbers"}

Read = TypeVar("Read")


def read_archive(file: str | Path | IO[bytes], read: Callable[[zipfile.ZipFile], Read]) -> Read:
    """What a function reads from the archive of a run, whose sizes and packing are checked first.

    Args:
        file: its path, or the open file.
        read: gets the open archive.

    Raises:
        OSError: if the file cannot be opened.
        ValueError: if the file is not the archive of a run, or is damaged.
    """
    if isinstance(file, (str, Path)):
        with Path(file).open("rb") as stream:
            return read_archive(stream, read)
    try:
        size = file.seek(0, io.SEEK_END)
        with zipfile.ZipFile(file) as archive:
            _check_members(archive, size)
            return read(archive)
    except ValueError as error:
        raise ValueError(f"not a run saved by toymodels: {error}") from None
    except KeyError as error:
        raise ValueError(f"not a run saved by toymodels: {error.args[0]}") from None
    except _DAMAGE as error:
        raise ValueError(f"not a run saved by toymodels: the file is damaged ({str(error) or 'cut short'})") from None


# What zipfile and NumPy raise, besides ValueError, on bytes that they cannot make sense of; RuntimeError stands for a
# member that is encrypted, OverflowError for sizes and offsets beyond the machine's.
_DAMAGE = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, RuntimeError, OverflowError)


def write_archive(file: str | Path | IO[bytes], arrays: Mapping[str, np.ndarray]) -> None:
    """Write arrays to one compressed .npz file, as `read_archive` reads it."""
    # np.savez appends ".npz" to a bare path; writing through a buffer keeps the name that was asked for,
    # and a disk that fills up half-way leaves no valid-looking file.
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)  # type: ignore[arg-type]
    if isinstance(file, (str, Path)):
        Path(file).write_bytes(buffer.getvalue())
    else:
        file.write(buffer.getvalue())


def _check_members(archive: zipfile.ZipFile, size: int) -> None:
    """Refuse a file that unpacks to much more than itself, or is packed in an unusual way.

    zipfile itself never gives more than is announced.
    """
    unusual = [member for member in archive.infolist() if member.compress_type not in PACKINGS]
    if unusual:
        raise ValueError(f"packed neither as it is nor by deflate: {unusual[0].filename!r:.40}")
    unpacked = sum(member.file_size for member in archive.infolist())
    if unpacked > MAX_UNPACKED + MAX_COMPRESSION * size:
        raise ValueError(f"{size:,} bytes that unpack to {unpacked:,}")


def checked_shape(
    archive: zipfile.ZipFile, name: str, shape: tuple[int | None, ...], kind: str = "f"
) -> tuple[int, ...]:
    """The shape of an array, refused by its header if it is another (None: of any length) or not of the kind."""
    with archive.open(f"{name}.npy") as member:
        try:
            version = np.lib.format.read_magic(member)
            if version != (1, 0):
                raise ValueError(f"{name} is in format {version}")
            found, _, dtype = np.lib.format.read_array_header_1_0(member)
        except (ValueError, SyntaxError, tokenize.TokenError, RecursionError, MemoryError):
            # NumPy's own sentence repeats the header, which may be thousands of characters of anything.
            raise ValueError(f"{name} is not an array that NumPy can read") from None
        size = MAX_DESCRIPTION if kind == "U" else 8
        fits = dtype.kind == kind and dtype.itemsize <= size and len(found) == len(shape)
        # A bool counts as a whole number in a header.
        fits = fits and all(
            type(length) is int and (0 <= length <= MAX_SNAPSHOTS if expected is None else length == expected)
            for length, expected in zip(found, shape, strict=True)
        )
        if not fits:
            wanted = "text" if kind == "U" else f"{NUMBERS[kind]} of shape {_axes(shape)}"
            raise ValueError(f"{name} must be {wanted}, got {dtype!s:.20} of shape {_axes(found)}")
        if archive.getinfo(f"{name}.npy").file_size < math.prod(found) * dtype.itemsize:
            raise ValueError(f"{name} is cut short")
        return tuple(found)


def unpacked(archive: zipfile.ZipFile, name: str) -> np.ndarray:
    """One array, once its header was checked."""
    with archive.open(f"{name}.npy") as member:
        try:
            return np.lib.format.read_array(member, allow_pickle=False)
        except ValueError:
            raise ValueError(f"{name} is cut short") from None


def _axes(shape: tuple[int | None, ...]) -> str:
    lengths = ["any" if length is None else f"{length:.6g}" for length in shape]
    return "(" + ", ".join(lengths[:6]) + (", ..." if len(lengths) > 6 else "") + ")"
