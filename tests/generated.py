"""The files that are made from others, and the command that makes them again: `python -m tests.generated`.

requirements.txt and requirements-dev.txt hold the lists of pyproject.toml, because hosts read requirements.txt, some of
them before they have the rest of the repository. README.md shows what its example prints.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"

EXAMPLE = re.compile(r"```python\n(?P<program>.*?)```\n\n(?P<between>[^`]*)```text\n(?P<printed>.*?)```", re.DOTALL)
"""The README's program, and the block with what it prints."""

MADE = "# Made from pyproject.toml by `python -m tests.generated`: {}\n"


def project() -> dict[str, Any]:
    """The [project] table of pyproject.toml."""
    table: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return table


def requirements_of(extra: str) -> Iterator[str]:
    """What an extra asks for, and the extras that it names in turn."""
    table = project()
    for requirement in table["optional-dependencies"][extra]:
        named = re.fullmatch(rf"{table['name']}\[(.*)\]", requirement)
        if named:
            for other in named[1].split(","):
                yield from requirements_of(other)
        else:
            yield requirement


def requirements() -> str:
    """The text of requirements.txt: the library and the app."""
    lines = [*project()["dependencies"], *requirements_of("app")]
    return MADE.format("what the app needs to run.") + "".join(f"{line}\n" for line in lines)


def development_requirements() -> str:
    """The text of requirements-dev.txt: what the tests need on top."""
    app = set(requirements_of("app"))
    lines = ["-r requirements.txt", *(line for line in requirements_of("test") if line not in app)]
    return MADE.format("what the tests and the checks need.") + "".join(f"{line}\n" for line in lines)


def example() -> re.Match[str]:
    """The README's program and its printed block, found as `EXAMPLE` names them."""
    (found,) = EXAMPLE.finditer(README.read_text(encoding="utf-8"))
    return found


def readme() -> str:
    """The text of README.md with what its example prints now, run in an empty folder."""
    found, text = example(), README.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        printed = subprocess.run(
            [sys.executable, "-c", found["program"]], cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE, text=True, check=True,
        ).stdout  # fmt: skip
    return text[: found.start("printed")] + printed + text[found.end("printed") :]


FILES = {"requirements.txt": requirements, "requirements-dev.txt": development_requirements, "README.md": readme}
"""The generated files, by the function that gives their text."""

if __name__ == "__main__":
    for name, text in FILES.items():
        (ROOT / name).write_text(text(), encoding="utf-8")
