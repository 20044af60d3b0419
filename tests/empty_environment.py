"""A virtual environment for tests that install the library: it has pip, NumPy and Numba, and no toymodels."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np


class EmptyEnvironment:
    """A new virtual environment whose packages are lent by the environment of the tests: nothing is downloaded.

    Attributes:
        folder: where it is.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
        programs = [folder / "bin" / "python", folder / "Scripts" / "python.exe"]
        self._python = next(program for program in programs if program.exists())
        site = Path(self.run("-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip())
        (site / "lent.pth").write_text(str(Path(np.__file__).parents[1]))

    def run(self, *arguments: str, folder: Path | None = None) -> str:
        """What its Python prints, started in a folder and told nothing of the clone."""
        done = subprocess.run(
            [self._python, *arguments], cwd=folder or self.folder, env={}, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout
