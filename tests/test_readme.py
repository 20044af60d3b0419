"""The README keeps its word."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from toymodels.app.places import TALK, Place

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_library_example_runs(tmp_path: Path) -> None:
    (example,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    done = subprocess.run(
        [sys.executable, "-c", example], cwd=tmp_path, env={"PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.count("of 5 features in 2 dimensions") == 3
    assert (tmp_path / "five-in-two.npz").exists()


@pytest.mark.parametrize("place", TALK, ids=lambda place: place.title)
def test_the_tour_names_every_page(place: Place) -> None:
    name = Path(place.file).stem
    assert f"`/{name}`" in README


def test_pictures_and_folders_that_it_names_exist() -> None:
    for picture in re.findall(r"!\[.*?\]\((.*?)\)", README):
        assert (ROOT / picture).exists()
    for command in ("make app", "make test"):
        assert command in README
