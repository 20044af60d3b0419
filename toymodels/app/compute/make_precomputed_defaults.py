"""Makes the precomputed defaults: opens pages as a bare link does, trains what they ask for, and writes the file.

`python -m toymodels.app.compute.make_precomputed_defaults` puts the file aside, so that all pages have to train, and
writes it anew. If a page fails, the old file comes back. With names of pages it opens these alone, and adds what is not
in the file yet.
"""

from __future__ import annotations

import argparse
from collections.abc import Hashable, Iterable
from pathlib import Path
from zipfile import ZipFile

from streamlit.testing.v1 import AppTest

from toymodels.app.compute.lru_cache import CACHE
from toymodels.app.compute.precomputed_defaults import FILE, member
from toymodels.app.shell.failures import SORRY
from toymodels.app.shell.page_registry import PAGES, PageEntry
from toymodels.pretrained.archive import read
from toymodels.pretrained.make import write
from toymodels.run import Run
from toymodels.spec import SCHEMA

ROOT = Path(__file__).parents[3]


def open_pages(entries: Iterable[PageEntry]) -> list[tuple[str, Run]]:
    """Run each page once, from its first line to its last; what had to be trained, by its name in the file.

    Raises:
        RuntimeError: if a page fails.
    """
    for entry in entries:
        app = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=120).run()
        app.switch_page(entry.file).run()
        if app.exception or SORRY in [element.value for element in app.error]:
            raise RuntimeError(f"{entry.file} fails; the log says why")
    return [(member(key), run) for key, run in CACHE.items() if isinstance(run, Run) and _is_trained(key)]


def _is_trained(key: Hashable) -> bool:
    # Pages also keep runs that they make of others, or by hand; their keys begin with a function.
    return isinstance(key, tuple) and key[0] == SCHEMA


def main() -> None:
    """Train, and write."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("pages", nargs="*", metavar="page", help="all by default")
    names = arguments.parse_args().pages
    unknown = set(names) - {entry.name for entry in PAGES}
    if unknown:
        arguments.error(f"{', '.join(sorted(unknown))}: none of {', '.join(entry.name for entry in PAGES)}")
    if names:
        add(entry for entry in PAGES if entry.name in names)
    else:
        make_anew()


def add(entries: Iterable[PageEntry]) -> None:
    """Add to the file what these pages ask for and it does not hold."""
    with ZipFile(FILE) as archive:
        there = [(name, read(FILE, name)) for name in archive.namelist()]
    write(sorted([*there, *open_pages(entries)], key=lambda named: named[0]), FILE)


def make_anew() -> None:
    """Train what all pages ask for, and write the file with that alone."""
    aside = FILE.with_suffix(".old")
    if FILE.exists():
        FILE.replace(aside)
    try:
        write(sorted(open_pages(PAGES), key=lambda named: named[0]), FILE)
    except BaseException:
        if aside.exists():
            aside.replace(FILE)
        raise
    aside.unlink(missing_ok=True)


if __name__ == "__main__":
    main()
