"""docs/add-an-experiment.md is true: its example, put into a copy of the repository as it says, passes the page tests.

The commands of the document are run as they stand. Of the tests of all pages they select those that are named after the
new one: what it shows on arrival, its seed, its code, its charts, its state in the address, its order in a talk, odd
links to it, and that a bare link trains nothing. The same tests of the other pages open scripts that the example does
not touch; what it can break for them is the registry, the README, the menu, the imports and the file of precomputed
runs, and each of these has a test here.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from shutil import copy, copytree, ignore_patterns
from textwrap import indent
from zipfile import ZipFile

import pytest

from tests.compiled import lend_kernels

ROOT = Path(__file__).parent.parent
DOCUMENT = (ROOT / "docs" / "add-an-experiment.md").read_text(encoding="utf-8")

REGISTRY = "toymodels/app/shell/page_registry.py"
DEFAULTS = "toymodels/pretrained/defaults.zip"


def blocks() -> dict[str, str]:
    """Each block by the path that stands above it."""
    return dict(re.findall(r"^`([\w/.]+)`[^\n]*\n\n```\w+\n(.*?)^```", DOCUMENT, re.DOTALL | re.MULTILINE))


def registered(registry: str, entry: str) -> str:
    """The registry with an entry at the end of `BEYOND`."""
    head, rest = registry.split("BEYOND: tuple[PageEntry, ...] = (", 1)
    end = rest.index(")") if rest.startswith(")") else rest.index("\n)") + 1
    line_end = "" if rest[:end].strip() else "\n"
    added = rest[:end] + line_end + indent(entry.rstrip(), "    ") + ",\n"
    return f"{head}BEYOND: tuple[PageEntry, ...] = ({added}{rest[end:]}"


def with_row(readme: str, row: str) -> str:
    """The README with a row in its tour, above that of the comparison."""
    above, below = readme.split("| `/compare` |", 1)
    return f"{above}{row.rstrip()}\n| `/compare` |{below}"


def commands() -> list[list[str]]:
    """What the document has one run with this Python, as arguments."""
    return [
        re.findall(r'"[^"]*"|\S+', line) for line in re.findall(r"^\.venv/bin/python (.*)$", DOCUMENT, re.MULTILINE)
    ]


@pytest.fixture(scope="module")
def extended(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the repository with the example in it."""
    house = tmp_path_factory.mktemp("house")
    for folder in ("toymodels", "pages", "tests", "docs", ".streamlit"):
        copytree(ROOT / folder, house / folder, ignore=ignore_patterns("__pycache__", "screenshots"))
    for file in ROOT.iterdir():
        if file.is_file():
            copy(file, house / file.name)
    files = blocks()
    for path, put_in in ((REGISTRY, registered), ("README.md", with_row)):
        before = (house / path).read_text(encoding="utf-8")
        (house / path).write_text(put_in(before, files.pop(path)), encoding="utf-8")
    for path, text in files.items():
        assert not (house / path).exists(), path
        (house / path).write_text(text, encoding="utf-8")
    lend_kernels(house / "toymodels")
    return house


def run(house: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments], cwd=house, env={"PYTHONPATH": str(house)}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-2000:]
    return done.stdout


def test_the_document_has_a_claim_a_finding_an_entry_a_page_a_test_and_a_row() -> None:
    assert [path.split("/")[0] for path in blocks()] == [
        "toymodels",
        "toymodels",
        "toymodels",
        "pages",
        "tests",
        "README.md",
    ]
    assert DOCUMENT.count("```python") == 5
    assert len(commands()) == 5


def test_its_commands_pass_where_the_example_is(extended: Path) -> None:
    defaults = (extended / DEFAULTS).read_bytes()
    first, *tests = [[word.strip('"') for word in command] for command in commands()]
    run(extended, *first)
    with ZipFile(extended / DEFAULTS) as after, ZipFile(ROOT / DEFAULTS) as before:
        assert len(set(after.namelist()) - set(before.namelist())) == 1
        assert set(after.namelist()) > set(before.namelist())
    assert (ROOT / DEFAULTS).read_bytes() == defaults
    for command in tests:
        assert re.search(r"[1-9]\d* passed", run(extended, *command))


def test_it_is_written_as_our_lint_wants_it(extended: Path) -> None:
    run(extended, "-m", "ruff", "check", ".")
    run(extended, "-m", "ruff", "format", "--check", ".")
