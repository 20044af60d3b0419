"""A run: the weights that training a spec gave, how they were made, and the file that keeps them."""

from __future__ import annotations

import json
import math
import zipfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from toymodels.arrays import Array, finite
from toymodels.checks import MAX_SEED, real_number, whole_number
from toymodels.extras import extra
from toymodels.models import hidden, outputs, parameter_shapes
from toymodels.provenance import Provenance, provenance_from_dict
from toymodels.run_file import checked_shape, read_archive, unpacked, write_archive
from toymodels.spec import Spec, spec_from_json

if TYPE_CHECKING:
    import pandas as pd

FORMAT = "toymodels run 1"

MAX_LOSSES = 40
"""How many losses a summary lists."""

MAX_SPEC = 600
"""How many characters of a spec it shows, and the `repr` of a run; a thousand densities are a wall of numbers."""


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


@dataclass(frozen=True, eq=False, repr=False)
class Run:
    """What `train` returns. Two runs of the same spec, seed and settings hold the same weights.

    Attributes:
        spec: what was trained.
        seed: where the random numbers started.
        steps: optimiser steps done.
        restarts: how many starts were tried; the best by held-out loss was kept, for each instance by itself.
        parameters: name -> (instances, ...) float32: "W", "b" of an `Autoencoder`; "W1", "W2", "b" of an `AbsMLP`.
        loss: (instances,) E sum_i I_i (target_i - x'_i)^2: exact where a closed form exists, else a held-out estimate,
            on data the training never saw.
        loss_error: (instances,) standard error of that estimate, 0 where the loss is exact.
        seconds: wall-clock time that the training took.
        snapshots: the training as a film, if it was asked for.
        provenance: how the weights were made; None in files of version 0.1.
        start_numbers: (instances,) which of the starts was kept, counted from 0, if it was not the best but one that
            was asked for or that solution tracking chose; else None.
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
    provenance: Provenance | None = None
    start_numbers: tuple[int, ...] | None = None

    def __repr__(self) -> str:
        made = self.provenance
        how = "unknown" if made is None else f"{made.recipe} {made.version}" if made.version else made.recipe
        stopped = "" if made is None or made.stopped_at is None else ", stopped"
        return (
            f"<Run of {_shortened(self.spec)}: seed {self.seed}, {self.steps} steps{stopped}, {self.restarts} starts, "
            f"loss {_span(self.loss)}, made by {how}>"
        )

    def summary(self) -> str:
        """How the run was made and what came out, as a table of two columns, for a terminal."""
        made = self.provenance
        rows: list[tuple[str, object]] = [
            ("spec", _shortened(self.spec)),
            ("seed", self.seed),
            ("steps", self.steps),
            ("restarts", self.restarts),
            ("seconds", f"{self.seconds:.3g}"),
        ]
        if made is None:
            rows.append(("made by", "unknown: the file does not say"))
        else:
            rows += [("made by", made.recipe), ("version", made.version), ("start", made.start)]
            rows.append(("stopped at step", "no" if made.stopped_at is None else made.stopped_at))
            rows.append(("weights rounded", "to half precision" if made.rounded else "no"))
            rows += sorted((name, value) for name, value in made.settings.items() if name not in ("steps", "restarts"))
        if self.start_numbers is not None:
            rows.append(("kept start, by number", ", ".join(str(number) for number in self.start_numbers)))
        rows += [
            (f"loss at 1 - S = {p:g}", f"{loss:.4g} +- {error:.1g}" if error else f"{loss:.4g} (exact)")
            for p, loss, error in zip(self.spec.densities, self.loss, self.loss_error, strict=True)
        ][:MAX_LOSSES]
        if self.spec.n_instances > MAX_LOSSES:
            rows.append(("losses", f"{_span(self.loss)} over {self.spec.n_instances} instances"))
        width = max(len(name) for name, _ in rows)
        return "\n".join(f"{name:<{width}}  {value}" for name, value in rows)

    def __call__(self, x: npt.ArrayLike) -> Array:
        """The model's output x' (or y') for inputs x, (instances, samples, features).

        Args:
            x: (samples, features), the same for every instance, or (instances, samples, features).

        Raises:
            ValueError: if x has another shape, or a number in it is not finite.
        """
        return outputs(self.spec, self.parameters, self._inputs(x))

    def encode(self, x: npt.ArrayLike) -> Array:
        """The hidden layer h = W x, or ReLU(W1 x) of an `AbsMLP`, (instances, samples, hidden); x as for a call."""
        return hidden(self.spec, self.parameters, self._inputs(x))

    def sample(self, n: int, seed: int = 0) -> Array:
        """Inputs as the spec has them, (instances, n, features) float32, drawn independently.

        Args:
            n: how many per instance, 0 to 2**31 - 1.
            seed: 0 to 2**32 - 1, where the random numbers start.

        Raises:
            ValueError: naming the argument, the value and the range.
        """
        spec, n = self.spec, whole_number("n", n, 0, 2**31 - 1)
        rng = np.random.default_rng(whole_number("seed", seed, 0, MAX_SEED))
        return spec.data.sample(spec.probabilities, n, rng, spec.signed)

    def at(self, feature_probability: float) -> Run:
        """The run of the first instance that has this feature probability 1 - S, a mean over features if they differ.

        Raises:
            ValueError: naming those that there are, if none is within a millionth of it.
        """
        feature_probability = real_number("feature_probability", feature_probability, 0, 1)
        probabilities = np.array(self.spec.densities)
        instance = int(np.argmin(np.abs(probabilities - feature_probability)))
        if not math.isclose(probabilities[instance], feature_probability, rel_tol=1e-6):
            there = ", ".join(f"{p:g}" for p in self.spec.densities[:MAX_LOSSES])
            raise ValueError(f"feature_probability must be one of {there}, got {feature_probability!r:.40}")
        return self.instance(instance)

    def instance(self, number: int) -> Run:
        """The run of one instance alone, by its number from 0: one cell of a grid.

        Raises:
            ValueError: if the run has no such instance.
        """
        number = whole_number("number", number, 0, self.spec.n_instances - 1)
        one = slice(number, number + 1)
        film = self.snapshots
        if film is not None:
            frames = {name: value[:, one] for name, value in film.parameters.items()}
            film = Snapshots(film.step, frames, film.loss[:, one])
        return replace(
            self,
            spec=self.spec.at(number),
            parameters={name: value[one] for name, value in self.parameters.items()},
            loss=self.loss[one],
            loss_error=self.loss_error[one],
            snapshots=film,
            start_numbers=self.start_numbers and self.start_numbers[one],
        )

    def to_dataframe(self) -> pd.DataFrame:
        """The weights as a table with one row per instance and feature, for pandas.

        Columns: feature_probability, feature (counted from 1), importance, the bias b, the weights of that feature
        (W_1 .. W_m, or W1_1 .. and W2_1 .. of an `AbsMLP`), and the loss of the instance with its error.

        Raises:
            ImportError: if pandas is not installed.
        """
        with extra("plots", "a table"):
            import pandas as pd

        n, instances = self.spec.n_features, self.spec.n_instances
        columns: dict[str, Array] = {
            "feature_probability": self.spec.probabilities.ravel(),
            "feature": np.tile(np.arange(1, n + 1), instances),
            "importance": np.broadcast_to(self.spec.importances, (instances, n)).ravel(),
            "b": self.b.ravel(),
        }
        for name, value in self.parameters.items():
            if name != "b":
                rows = value if name == "W2" else np.swapaxes(value, -1, -2)
                for k in range(self.spec.n_hidden):
                    columns[f"{name}_{k + 1}"] = rows[..., k].ravel()
        columns |= {"loss": np.repeat(self.loss, n), "loss_error": np.repeat(self.loss_error, n)}
        return pd.DataFrame(columns)

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

    def _parameter(self, name: str) -> Array:
        if name not in self.parameters:
            raise AttributeError(f"a run of {type(self.spec).__name__} has {', '.join(self.parameters)}, not {name}")
        return self.parameters[name]

    def _inputs(self, x: npt.ArrayLike) -> Array:
        inputs = finite("x", x)
        if np.asarray(x).dtype == np.float32:
            inputs = inputs.astype(np.float32)
        n, instances = self.spec.n_features, self.spec.n_instances
        if inputs.ndim not in (2, 3) or inputs.shape[-1] != n or (inputs.ndim == 3 and len(inputs) != instances):
            raise ValueError(
                f"x must be of shape (samples, {n}) or ({instances}, samples, {n}), got {inputs.shape!s:.60}"
            )
        return inputs

    def save(self, file: str | Path | IO[bytes]) -> None:
        """Write the run to one .npz file that holds the spec and the provenance as text, and the arrays; no pickle."""
        about = {
            "format": FORMAT,
            "spec": self.spec.to_json(),
            "seed": self.seed,
            "steps": self.steps,
            "restarts": self.restarts,
            "seconds": self.seconds,
        }
        if self.provenance is not None:
            about["provenance"] = self.provenance.to_dict()
        arrays: dict[str, np.ndarray] = {
            "about": np.array(json.dumps(about)),
            "loss": self.loss,
            "loss_error": self.loss_error,
        }
        arrays |= self.parameters
        if self.start_numbers is not None:
            arrays["start_numbers"] = np.array(self.start_numbers)
        if self.snapshots is not None:
            arrays |= {"snapshots.step": self.snapshots.step, "snapshots.loss": self.snapshots.loss}
            arrays |= {f"snapshots.{name}": value for name, value in self.snapshots.parameters.items()}
        write_archive(file, arrays)


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
    return read_archive(file, lambda archive: _run(archive, film))


def saved_spec(file: str | Path | IO[bytes]) -> Spec:
    """The spec of the run that `Run.save` wrote: its sizes are known before any array is unpacked.

    Raises:
        OSError, ValueError: as `load_run`.
    """
    return read_archive(file, lambda archive: _spec(_about(archive)))


def _run(archive: zipfile.ZipFile, film: bool) -> Run:
    about = _about(archive)
    spec = _spec(about)
    instances = (spec.n_instances,)
    parameters = parameter_shapes(spec)
    shapes = {name: instances + shape for name, shape in parameters.items()}
    shapes |= {"loss": instances, "loss_error": instances}
    film = film and "snapshots.step.npy" in archive.namelist()
    if film:
        frames = checked_shape(archive, "snapshots.step", (None,), "i")
        shapes |= {f"snapshots.{name}": frames + instances + shape for name, shape in parameters.items()}
        shapes |= {"snapshots.loss": frames + instances}
    for name, shape in shapes.items():
        checked_shape(archive, name, shape)
    numbered = "start_numbers.npy" in archive.namelist()
    if numbered:
        checked_shape(archive, "start_numbers", instances, "i")
    arrays = {name: unpacked(archive, name) for name in shapes}
    snapshots = None
    if film:
        snapshots = Snapshots(
            step=unpacked(archive, "snapshots.step"),
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
        provenance=None if about.get("provenance") is None else provenance_from_dict(about["provenance"]),
        start_numbers=tuple(unpacked(archive, "start_numbers").tolist()) if numbered else None,
    )


def _about(archive: zipfile.ZipFile) -> dict[str, object]:
    checked_shape(archive, "about", (), "U")
    text = unpacked(archive, "about").item()
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


def _span(values: Array) -> str:
    """One number, or the least and the greatest of several."""
    low, high = float(values.min()), float(values.max())
    return f"{low:.3g}" if len(values) == 1 else f"{low:.3g} to {high:.3g}"


def _shortened(spec: Spec) -> str:
    text = repr(spec)
    return text if len(text) <= MAX_SPEC else f"{text[:MAX_SPEC]} ... ({spec.n_instances} instances)"
