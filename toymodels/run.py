"""A run: the weights that training a spec gave, and the file that keeps them."""

from __future__ import annotations

import io
import json
import math
import struct
import tokenize
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TypeVar

import numpy as np

from toymodels.arrays import Array
from toymodels.models import parameter_shapes
from toymodels.spec import Spec, spec_from_json

FORMAT = "toymodels run 1"
MAX_SNAPSHOTS = 1000
MAX_DESCRIPTION = 1_000_000

# Weights hardly compress. A file that would unpack to far more than itself is not a run but a trap.
MAX_UNPACKED = 64_000_000
MAX_COMPRESSION = 20
PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""What `Run.save` and NumPy write. A few bytes of LZMA may ask for a dictionary of any size."""

NUMBERS = {"f": "real numbers", "i": "whole numbers"}


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
        parameters: name -> (instances, ...) float32: "W", "b" of an `Autoencoder`; "W1", "W2", "b" of an `AbsMLP`.
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


def load_run(file: str | Path | IO[bytes], film: bool = True) -> Run:
    """The run that `Run.save` wrote.

    Safe on files from strangers: nothing is unpickled, and the headers of all arrays are compared with what the spec
    calls for, and with what the file can hold, before any of them is unpacked.

    Args:
        file: its path, or the open file.
        film: whether to unpack the snapshots, if there are any.

    Raises:
        OSError: if the file cannot be opened.
        ValueError: if the file is not a saved run, or is damaged, or its arrays do not fit its spec.
    """
    return _read(file, lambda archive: _run(archive, film))


def saved_spec(file: str | Path | IO[bytes]) -> Spec:
    """The spec of the run that `Run.save` wrote: its sizes are known before any array is unpacked.

    Raises:
        OSError, ValueError: as `load_run`.
    """
    return _read(file, lambda archive: _spec(_about(archive)))


Read = TypeVar("Read")


def _read(file: str | Path | IO[bytes], read: Callable[[zipfile.ZipFile], Read]) -> Read:
    if isinstance(file, (str, Path)):
        with Path(file).open("rb") as stream:
            return _read(stream, read)
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


def _run(archive: zipfile.ZipFile, film: bool) -> Run:
    about = _about(archive)
    spec = _spec(about)
    instances = (spec.n_instances,)
    parameters = parameter_shapes(spec)
    shapes = {name: instances + shape for name, shape in parameters.items()}
    shapes |= {"loss": instances, "loss_error": instances}
    film = film and "snapshots.step.npy" in archive.namelist()
    if film:
        frames = _checked_shape(archive, "snapshots.step", (None,), "i")
        shapes |= {f"snapshots.{name}": frames + instances + shape for name, shape in parameters.items()}
        shapes |= {"snapshots.loss": frames + instances}
    for name, shape in shapes.items():
        _checked_shape(archive, name, shape)
    arrays = {name: _unpacked(archive, name) for name in shapes}
    snapshots = None
    if film:
        snapshots = Snapshots(
            step=_unpacked(archive, "snapshots.step"),
            parameters={name: arrays[f"snapshots.{name}"] for name in parameters},
            loss=arrays["snapshots.loss"],
        )
    return Run(
        spec=spec,
        seed=int(_number(about, "seed")),
        steps=int(_number(about, "steps")),
        restarts=int(_number(about, "restarts")),
        parameters={name: arrays[name] for name in parameters},
        loss=arrays["loss"],
        loss_error=arrays["loss_error"],
        seconds=_number(about, "seconds"),
        snapshots=snapshots,
    )


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


def _about(archive: zipfile.ZipFile) -> dict[str, object]:
    _checked_shape(archive, "about", (), "U")
    text = _unpacked(archive, "about").item()
    try:
        about = json.loads(text)
    except (ValueError, RecursionError):
        raise ValueError("its description is not JSON") from None
    if not isinstance(about, dict) or about.get("format") != FORMAT:
        raise ValueError(f"its description does not say {FORMAT!r}")
    return about


def _spec(about: dict[str, object]) -> Spec:
    return spec_from_json(str(about.get("spec")))


def _number(about: dict[str, object], name: str) -> float:
    value = about.get(name)
    whole = name != "seconds"
    if isinstance(value, bool) or not isinstance(value, int if whole else (int, float)) or not 0 <= value < 2**63:
        raise ValueError(f"its {name} must be a {'whole ' if whole else ''}number, 0 or more, got {value!r:.40}")
    return value


def _checked_shape(
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


def _unpacked(archive: zipfile.ZipFile, name: str) -> np.ndarray:
    """One array, once its header was checked."""
    with archive.open(f"{name}.npy") as member:
        try:
            return np.lib.format.read_array(member, allow_pickle=False)
        except ValueError:
            raise ValueError(f"{name} is cut short") from None


def _axes(shape: tuple[int | None, ...]) -> str:
    lengths = ["any" if length is None else f"{length:.6g}" for length in shape]
    return "(" + ", ".join(lengths[:6]) + (", ..." if len(lengths) > 6 else "") + ")"
