"""Reader of files of pretrained runs: one file holds many, each as `Run.save` writes it, some in half precision."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from pathlib import Path

import numpy as np

from toymodels.run import Run, load_run
from toymodels.spec import Spec

DAMAGE = (KeyError, ValueError, OSError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error, struct.error)
"""What reading a damaged file raises."""


class MissingRunError(ValueError):
    """A run that should have been shipped is not there, or its file is damaged."""


def read_shipped(file: Path, name: str, spec: Spec, seed: int, snapshots: int = 0) -> Run:
    """As `read`, for a run that must be one of this spec and seed, with or without a film.

    Raises:
        MissingRunError: also if the file holds another run under this name.
    """
    run = read(file, name)
    if (run.spec, run.seed, run.snapshots is not None) != (spec, seed, snapshots > 0):
        raise MissingRunError(f"{file.name} holds no run {name}: what is there is another one")
    return run


def read(file: Path, name: str) -> Run:
    """A run of a file, its weights in single precision and read-only.

    Raises:
        MissingRunError: if there is no such file, if it is damaged, or has no run of that name.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            run = load_run(io.BytesIO(archive.read(name)))
    except DAMAGE as error:
        raise MissingRunError(f"{file.name} holds no run {name}: {error}") from error
    for parameters in (run.parameters, run.snapshots.parameters if run.snapshots else {}):
        for parameter, value in parameters.items():
            parameters[parameter] = value.astype(np.float32)
            parameters[parameter].setflags(write=False)
    return run


def names(file: Path) -> frozenset[str]:
    """The names of all runs of a file.

    Raises:
        MissingRunError: if there is no such file, or it is damaged.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            found = frozenset(archive.namelist())
            # Of a file that was cut, the last run alone may look like the whole.
            if not all(name.endswith(".npz") for name in found):
                raise ValueError("it was cut, or is another file")
            return found
    except DAMAGE as error:
        raise MissingRunError(f"{file.name} holds no runs: {error}") from error
