"""The wheel of the running library, made from the files that run: the library without the app, which pip can install.

A wheel of pure Python is a zip file with three files about itself. Format: packaging.python.org, "Binary distribution
format" and "Core metadata specifications".
"""

from __future__ import annotations

import base64
import hashlib
import io
import tomllib
import zipfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from toymodels.version import __version__

PACKAGE = Path(__file__).parents[2]
PROJECT = PACKAGE.parent / "pyproject.toml"
LICENSE = PACKAGE.parent / "LICENSE"

NAME = f"toymodels-{__version__}-py3-none-any.whl"

LEFT_OUT = ("app", "pretrained")
"""Packages that redoing a run does not need: the app, and the megabytes of runs that it shows without training."""

EXTRAS = ("plots", "torch", "cluster")
"""The extras of pyproject.toml that this wheel has as well."""

FIRST_DAY = (1980, 1, 1, 0, 0, 0)
"""The date of every file in an archive, so that equal files give equal archives."""


def archive(files: Mapping[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip file, the same to the byte whenever its files are.

    Args:
        files: content by name, in the order of the archive.
        compression: a constant of `zipfile`, for all files.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as packed:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, FIRST_DAY)
            entry.compress_type = compression
            entry.external_attr = 0o644 << 16
            packed.writestr(entry, content)
    return buffer.getvalue()


@cache
def library_wheel() -> bytes:
    """The content of the wheel `NAME`; made once per process, about 130 kB.

    Raises:
        FileNotFoundError: if pyproject.toml and LICENSE, which say what the wheel needs and whose it is, are not beside
            the package, where a clone and the image have them.
    """
    about = f"toymodels-{__version__}.dist-info"
    files = {path.relative_to(PACKAGE.parent).as_posix(): path.read_bytes() for path in _sources()}
    files |= {
        f"{about}/licenses/LICENSE": LICENSE.read_bytes(),
        f"{about}/METADATA": _metadata().encode(),
        f"{about}/WHEEL": b"Wheel-Version: 1.0\nGenerator: toymodels\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    lines = [f"{name},sha256={_digest(content)},{len(content)}\n" for name, content in files.items()]
    return archive(files | {f"{about}/RECORD": "".join([*lines, f"{about}/RECORD,,\n"]).encode()})


def _sources() -> list[Path]:
    kept = [path for path in PACKAGE.rglob("*.py") if path.relative_to(PACKAGE).parts[0] not in LEFT_OUT]
    return sorted([*kept, PACKAGE / "py.typed"])


def _metadata() -> str:
    project = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]
    lines = [
        "Metadata-Version: 2.4",
        f"Name: {project['name']}",
        f"Version: {__version__}",
        f"Summary: {project['description']}",
        f"Author: {', '.join(author['name'] for author in project['authors'])}",
        f"License-Expression: {project['license']}",
        "License-File: LICENSE",
        f"Requires-Python: {project['requires-python']}",
        *(f"Requires-Dist: {requirement}" for requirement in project["dependencies"]),
    ]
    for extra in EXTRAS:
        lines.append(f"Provides-Extra: {extra}")
        needed = project["optional-dependencies"][extra]
        lines += [f'Requires-Dist: {requirement}; extra == "{extra}"' for requirement in needed]
    return "\n".join(lines) + "\n"


def _digest(content: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
