"""A run: the weights that training a spec gave, and the file that keeps them."""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np

from toymodels.arrays import Array
from toymodels.specs import Autoencoder, Spec, spec_from_json

FORMAT = "toymodels run 1"
MAX_SNAPSHOTS = 1000
MAX_DESCRIPTION = 1_000_000


@dataclass(frozen=True, eq=False)
class Snapshots:
    """The training as a film.

    Attributes:
        step: (frames,) int, optimiser steps done at each frame; the first is 0, the last is the end.
        parameters: name -> (frames, instances, ...) float32, the weights at each frame.
        loss: (frames, instances) held-out estimate of the loss at each frame.
    """

    step: np.ndarray
    parameters: dict[str, Array]
    loss: Array


@dataclass(frozen=True, eq=False)
class Run:
    """What `train` returns. Two runs of the same spec, seed, steps and restarts hold the same weights.

    Attributes:
        spec: what was trained.
        seed: where the random numbers started.
        steps: optimiser steps done.
        restarts: how many starts were tried; the best by held-out loss was kept, for each instance by itself.
        parameters: name -> (instances, ...) float32. "W" and "b" of an `Autoencoder`; "W1", "W2" and "b" of an `AbsMLP`.
        loss: (instances,) held-out estimate of E sum_i I_i (target_i - x'_i)^2, on data the training never saw.
        loss_error: (instances,) standard error of that estimate.
        seconds: wall-clock time that the training took.
        snapshots: the training as a film, if it was asked for.
    """

    spec: Spec
    seed: int
    steps: int
    restarts: int
    parameters: dict[str, Array]
    loss: Array
    loss_error: Array
    seconds: float
    snapshots: Snapshots | None = None

    @property
    def W(self) -> Array:
        """(instances, hidden, features) of an `Autoencoder`; column i is the direction of feature i."""
        return self._parameter("W")

    @property
    def W1(self) -> Array:
        """(instances, hidden, features) of an `AbsMLP`."""
        return self._parameter("W1")

    @property
    def W2(self) -> Array:
        """(instances, features, hidden) of an `AbsMLP`."""
        return self._parameter("W2")

    @property
    def b(self) -> Array:
        """(instances, features), the bias of the output."""
        return self._parameter("b")

    @property
    def n_bytes(self) -> int:
        """Memory that the arrays take."""
        arrays = [self.loss, self.loss_error, *self.parameters.values()]
        if self.snapshots is not None:
            arrays += [self.snapshots.step, self.snapshots.loss, *self.snapshots.parameters.values()]
        return sum(array.nbytes for array in arrays)

    def _parameter(self, name: str) -> Array:
        if name not in self.parameters:
            raise AttributeError(f"a run of {type(self.spec).__name__} has {', '.join(self.parameters)}, not {name}")
        return self.parameters[name]

    def save(self, file: str | Path | IO[bytes]) -> None:
        """Write the run to one .npz file that holds the spec as text and the arrays; no pickle."""
        about = {"format": FORMAT, "spec": self.spec.to_json(), "seed": self.seed, "steps": self.steps,
                 "restarts": self.restarts, "seconds": self.seconds}  # fmt: skip
        arrays: dict[str, np.ndarray] = {
            "about": np.array(json.dumps(about)),
            "loss": self.loss,
            "loss_error": self.loss_error,
        }
        arrays |= self.parameters
        if self.snapshots is not None:
            arrays |= {"snapshots.step": self.snapshots.step, "snapshots.loss": self.snapshots.loss}
            arrays |= {f"snapshots.{name}": value for name, value in self.snapshots.parameters.items()}
        # np.savez appends ".npz" to a bare path; writing through a buffer keeps the name that was asked for,
        # and a disk that fills up half-way leaves no valid-looking file.
        buffer = io.BytesIO()
        np.savez_compressed(buffer, **arrays)  # type: ignore[arg-type]
        if isinstance(file, (str, Path)):
            Path(file).write_bytes(buffer.getvalue())
        else:
            file.write(buffer.getvalue())


def load_run(file: str | Path | IO[bytes]) -> Run:
    """The run that `Run.save` wrote.

    Safe on files from strangers: nothing is unpickled, and every array's header is compared with what the spec
    calls for before memory is given to it.

    Raises:
        ValueError: if the file is not a saved run, or is damaged, or its arrays do not fit its spec.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            return _read(archive)
    except FileNotFoundError:
        raise
    except (
        zipfile.BadZipFile,
        zlib.error,
        KeyError,
        EOFError,
        OSError,
        UnicodeDecodeError,
        NotImplementedError,
    ) as error:
        raise ValueError(f"not a run saved by toymodels: {error}") from None


def _read(archive: zipfile.ZipFile) -> Run:
    members = set(archive.namelist())
    about_text = _array(archive, "about", None).item()
    about = json.loads(about_text) if isinstance(about_text, str) else None
    if not isinstance(about, dict) or about.get("format") != FORMAT:
        raise ValueError(f"not a run saved by toymodels: its description does not say {FORMAT!r}")
    spec = spec_from_json(str(about["spec"]))
    instances = (spec.n_instances,)
    shapes = parameter_shapes(spec)
    snapshots = None
    if "snapshots.step.npy" in members:
        step = _array(archive, "snapshots.step", (None,))
        frames = (len(step), *instances)
        snapshots = Snapshots(
            step=step,
            parameters={name: _array(archive, f"snapshots.{name}", frames + shape) for name, shape in shapes.items()},
            loss=_array(archive, "snapshots.loss", frames),
        )
    return Run(
        spec=spec,
        seed=int(about["seed"]),
        steps=int(about["steps"]),
        restarts=int(about["restarts"]),
        parameters={name: _array(archive, name, instances + shape) for name, shape in shapes.items()},
        loss=_array(archive, "loss", instances),
        loss_error=_array(archive, "loss_error", instances),
        seconds=float(about["seconds"]),
        snapshots=snapshots,
    )


def parameter_shapes(spec: Spec) -> dict[str, tuple[int, ...]]:
    """The shape of every parameter of one instance, by name."""
    n, m = spec.n_features, spec.n_hidden
    if isinstance(spec, Autoencoder):
        return {"W": (m, n), "b": (n,)}
    return {"W1": (m, n), "W2": (n, m), "b": (n,)}


def _array(archive: zipfile.ZipFile, name: str, shape: tuple[int | None, ...] | None) -> np.ndarray:
    """One array, refused by its header if it is not of the shape (None stands for any length) or not of numbers."""
    with archive.open(f"{name}.npy") as member:
        version = np.lib.format.read_magic(member)
        if version != (1, 0):
            raise ValueError(f"not a run saved by toymodels: {name} is in format {version}")
        found, _, dtype = np.lib.format.read_array_header_1_0(member)
        if shape is None:
            fits = found == () and dtype.kind == "U" and dtype.itemsize <= MAX_DESCRIPTION
        else:
            lengths = zip(found, shape, strict=False)
            fits = dtype.kind in "fi" and len(found) == len(shape)
            fits = fits and all(n == expected or (expected is None and n <= MAX_SNAPSHOTS) for n, expected in lengths)
        if not fits:
            raise ValueError(f"not a run saved by toymodels: {name} is {dtype} of shape {found}")
    with archive.open(f"{name}.npy") as member:
        return np.lib.format.read_array(member, allow_pickle=False)
