"""Store of a sweep: a folder, or a place that fsspec knows, with one file for each run.

A run is found again by what made it: spec, seed, settings and version. A file is written whole or not at all.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from toymodels.extras import extra
from toymodels.run import Run, load_run
from toymodels.spec import Spec
from toymodels.training.config import TrainingConfig
from toymodels.training.loop import provenance_of

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem  # type: ignore[import-untyped]

DAMAGED = ".damaged"
"""What is added to the name of a file that holds no run; it is kept, and its run is trained again."""


class _Place(Protocol):
    def read(self, name: str) -> bytes | None: ...

    def write(self, name: str, content: bytes) -> None: ...

    def put_aside(self, name: str) -> None: ...


class Store:
    """Runs in files of their own.

    Args:
        place: a folder, which is made if it is not there; or a URL such as "s3://bucket/runs", for which fsspec and
            what it needs for that kind must be installed.

    Raises:
        ImportError: for a URL without fsspec.
        OSError: if the folder cannot be made.
    """

    def __init__(self, place: str | Path) -> None:
        self._place: _Place = _Remote(place) if isinstance(place, str) and "://" in place else _Folder(Path(place))

    @staticmethod
    def name(spec: Spec, seed: int, config: TrainingConfig) -> str:
        """Name of the file of a run: a digest of what makes it."""
        made = provenance_of(config)
        text = json.dumps([spec.to_json(), seed, made.version, sorted(made.settings.items())])
        return f"{hashlib.sha256(text.encode()).hexdigest()[:32]}.npz"

    def load(self, spec: Spec, seed: int, config: TrainingConfig) -> Run | None:
        """The run, if it is there.

        Warns:
            UserWarning: if its file holds no run, or another one; the file is put aside.
        """
        name = self.name(spec, seed, config)
        content = self._place.read(name)
        if content is None:
            return None
        try:
            run = load_run(io.BytesIO(content))
        except ValueError as error:
            reason = str(error)
        else:
            if (run.spec, run.seed) == (spec, seed):
                return run
            reason = "it holds the run of another spec or seed"
        self._place.put_aside(name)
        warnings.warn(f"{name} is put aside as {name}{DAMAGED}: {reason}", UserWarning, stacklevel=2)
        return None

    def save(self, run: Run, config: TrainingConfig) -> None:
        """Write a run that was trained with these settings."""
        buffer = io.BytesIO()
        run.save(buffer)
        self._place.write(self.name(run.spec, run.seed, config), buffer.getvalue())


class _Folder:
    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder

    def read(self, name: str) -> bytes | None:
        try:
            return (self._folder / name).read_bytes()
        except FileNotFoundError:
            return None

    def write(self, name: str, content: bytes) -> None:
        # Another name until it is whole: whoever is killed half-way leaves a part that nobody takes for a run.
        part = self._folder / f".{name}.{os.getpid()}.part"
        part.write_bytes(content)
        part.replace(self._folder / name)

    def put_aside(self, name: str) -> None:
        (self._folder / name).replace(self._folder / f"{name}{DAMAGED}")


class _Remote:
    def __init__(self, url: str) -> None:
        with extra("cluster", f"store {url!r}, a URL,"):
            from fsspec.core import url_to_fs  # type: ignore[import-untyped]
        self._files: AbstractFileSystem
        self._files, self._root = url_to_fs(url)
        self._files.makedirs(self._root, exist_ok=True)

    def read(self, name: str) -> bytes | None:
        try:
            content: bytes = self._files.cat_file(f"{self._root}/{name}")
        except FileNotFoundError:
            return None
        return content

    def write(self, name: str, content: bytes) -> None:
        # Object stores show a file once it is whole; file systems reached by a URL get there by a second name.
        part = f"{self._root}/.{name}.{os.getpid()}.part"
        self._files.pipe_file(part, content)
        self._files.mv(part, f"{self._root}/{name}")

    def put_aside(self, name: str) -> None:
        self._files.mv(f"{self._root}/{name}", f"{self._root}/{name}{DAMAGED}")
