"""Opens every page as a bare link does, trains what it asks for, and keeps that for `precomputed_defaults`.

`python -m toymodels.app.compute.make_precomputed_defaults` puts the file aside, so that the pages have to train,
and writes it anew. If a page fails, the old one comes back.
"""

from __future__ import annotations

from pathlib import Path

from streamlit.testing.v1 import AppTest

from toymodels.app.compute.precomputed_defaults import FILE, member
from toymodels.app.compute.training_queue import QUICK_TRAININGS, SLOW_TRAININGS
from toymodels.app.shell.failures import SORRY
from toymodels.app.shell.page_registry import PAGES
from toymodels.pretrained.make import write

ROOT = Path(__file__).parents[3]


def open_every_page() -> None:
    """Run each page once, from its first line to its last.

    Raises:
        RuntimeError: if a page fails.
    """
    for entry in PAGES:
        app = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=120).run()
        app.switch_page(entry.file).run()
        if app.exception or SORRY in [element.value for element in app.error]:
            raise RuntimeError(f"{entry.file} fails; the log says why")


def main() -> None:
    """Train, and write."""
    aside = FILE.with_suffix(".old")
    if FILE.exists():
        FILE.replace(aside)
    try:
        open_every_page()
        shelves = (QUICK_TRAININGS.shelf(), SLOW_TRAININGS.shelf())
        write(sorted((member(key), run) for shelf in shelves for key, run in shelf.items()), FILE)
    except BaseException:
        if aside.exists():
            aside.replace(FILE)
        raise
    aside.unlink(missing_ok=True)


if __name__ == "__main__":
    main()
