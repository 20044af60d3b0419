"""Reader of files of pretrained runs: one file holds many, each as `Run.save` writes it, some in half precision."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import numpy as np

from toymodels.run import Run, load_run


def read(file: Path, name: str) -> Run:
    """A run of a file, its weights in single precision and read-only.

    Raises:
        KeyError: if the file has no run of that name.
    """
    with zipfile.ZipFile(file) as archive:
        run = load_run(io.BytesIO(archive.read(name)))
    for parameters in (run.parameters, run.snapshots.parameters if run.snapshots else {}):
        for parameter, value in parameters.items():
            parameters[parameter] = value.astype(np.float32)
            parameters[parameter].setflags(write=False)
    return run
