"""The README keeps its word."""

import re
from pathlib import Path

import pytest

from toymodels.app.shell.page_registry import COMPARE, GLOSSARY, HOME, PAGES, PageEntry

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("entry", [HOME, *PAGES, COMPARE, GLOSSARY], ids=lambda entry: entry.title)
def test_the_tour_names_every_page(entry: PageEntry) -> None:
    assert f"| `/{entry.name}` |" in README


def test_pictures_and_folders_that_it_names_exist() -> None:
    for picture in re.findall(r"!\[.*?\]\((.*?)\)", README):
        assert (ROOT / picture).stat().st_size < 200_000
    for document in re.findall(r"\]\(([\w/.-]+\.\w+)\)", README):
        assert (ROOT / document).exists(), document
    for command in ("make app", "make test", "make quick"):
        assert command in README


def test_files_and_functions_that_the_architecture_names_exist() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    sources = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "toymodels").rglob("*.[pj][ys]"))
    for name in re.findall(r"`([\w/*.]+)`", text):
        if re.search(r"\.(py|js|md)$", name) or "/" in name:
            found = [*ROOT.glob(name), *ROOT.glob(f"toymodels/{name}"), *ROOT.glob(f"toymodels/app/**/{name}")]
            assert found or name == "components/NAME.js", name
        else:
            assert all(part in sources or (ROOT / part).exists() for part in name.split(".")), name
