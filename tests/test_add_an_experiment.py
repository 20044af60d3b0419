"""docs/add-an-experiment.md keeps its word: its example, put into a copy of the repository, runs there."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from shutil import copy, copytree, ignore_patterns
from textwrap import indent

import pytest

ROOT = Path(__file__).parent.parent
DOCUMENT = (ROOT / "docs" / "add-an-experiment.md").read_text(encoding="utf-8")

PLACES = "toymodels/app/shell/page_registry.py"
LAST_OF_THE_TALK = ')\n"""The pages in the order of the talk."""'


def blocks() -> dict[str, str]:
    """Each block of Python by the path that stands above it."""
    return dict(re.findall(r"^`([\w/.]+\.py)`[^\n]*\n\n```python\n(.*?)^```", DOCUMENT, re.DOTALL | re.MULTILINE))


def commands() -> list[list[str]]:
    """What the document has one run with this Python, as arguments."""
    return [
        re.findall(r'"[^"]*"|\S+', line) for line in re.findall(r"^\.venv/bin/python (.*)$", DOCUMENT, re.MULTILINE)
    ]


@pytest.fixture(scope="module")
def extended(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the repository with the example in it."""
    house = tmp_path_factory.mktemp("house")
    for folder in ("toymodels", "pages", "tests", ".streamlit"):
        copytree(ROOT / folder, house / folder, ignore=ignore_patterns("__pycache__", "screenshots"))
    for file in ("streamlit_app.py", "pyproject.toml"):
        copy(ROOT / file, house / file)
    files = blocks()
    places = (house / PLACES).read_text(encoding="utf-8")
    assert places.count(LAST_OF_THE_TALK) == 1
    place = indent(files.pop(PLACES).rstrip(), "    ") + ",\n"
    (house / PLACES).write_text(places.replace(LAST_OF_THE_TALK, place + LAST_OF_THE_TALK), encoding="utf-8")
    for path, text in files.items():
        assert not (house / path).exists(), path
        (house / path).write_text(text, encoding="utf-8")
    return house


def run(house: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments], cwd=house, env={"PYTHONPATH": str(house)}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-2000:]
    return done.stdout


def test_the_document_has_a_claim_a_place_a_page_and_a_test() -> None:
    assert [path.split("/")[0] for path in blocks()] == ["toymodels", "toymodels", "pages", "tests"]
    assert DOCUMENT.count("```python") == 4
    assert len(commands()) == 2


@pytest.mark.parametrize("command", commands(), ids=" ".join)
def test_its_commands_pass_where_the_example_is(extended: Path, command: list[str]) -> None:
    said = run(extended, *(word.strip('"') for word in command))
    assert re.search(r"[1-9]\d* passed", said)


def test_it_is_written_as_our_lint_wants_it(extended: Path) -> None:
    run(extended, "-m", "ruff", "check", ".")
    run(extended, "-m", "ruff", "format", "--check", ".")
