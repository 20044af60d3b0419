"""A shipped file that is missing, cut, foreign or wrong in one place: the app starts, and no page fails."""

import functools
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import toymodels as tm
from tests.app.pages import ROOT, captions, component_data, open_home, open_page
from tests.app.states import forget_trainings
from toymodels.app.compute import precomputed_defaults
from toymodels.app.shell.failures import SORRY
from toymodels.app.views import gallery, geometry_runs, thumbnails
from toymodels.app.views import home as home_view
from toymodels.experiments.geometry import INVERSE_DENSITIES
from toymodels.pretrained import geometry, home
from toymodels.pretrained.archive import MissingRunError, names, read


def cut(content: bytes) -> bytes:
    return content[: len(content) // 2]


def foreign(content: bytes) -> bytes:
    return b"not a zip at all" * 100


def empty(content: bytes) -> bytes:
    return b""


def wrong_inside(content: bytes) -> bytes:
    """The directory of the file is whole; most of its runs are not."""
    broken = bytearray(content)
    for at in range(1000, len(content) - 20_000, 500):
        broken[at] ^= 0xFF
    return bytes(broken)


DAMAGE: list[Callable[[bytes], bytes] | None] = [None, cut, foreign, empty, wrong_inside]


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    """What was read before is forgotten, and so is what was read, or made, of a damaged file."""

    def forget() -> None:
        for kept in (
            precomputed_defaults._read, precomputed_defaults._members, home.shipped, home._trained, geometry.shipped,
            gallery._drawn, thumbnails._groups,
        ):  # fmt: skip
            kept.cache_clear()
        forget_trainings()

    forget()
    yield
    forget()


def damaged(file: Path, damage: Callable[[bytes], bytes] | None, folder: Path) -> Path:
    """A copy of a shipped file with a damage; without one, no file."""
    copy = folder / file.name
    if damage is not None:
        copy.write_bytes(damage(file.read_bytes()))
    return copy


@pytest.mark.parametrize("damage", DAMAGE)
def test_without_whole_arrivals_pages_train_what_they_show(
    damage: Callable[[bytes], bytes] | None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(precomputed_defaults, "FILE", damaged(precomputed_defaults.FILE, damage, tmp_path))
    page = open_page("measure")
    assert "Trained in" in captions(page)
    assert len(page.error) == 0
    assert "defaults.zip holds no run" in caplog.text


@pytest.mark.parametrize("damage", DAMAGE)
@pytest.mark.parametrize("file", [precomputed_defaults.FILE, home.FILE, geometry.FILE], ids=lambda file: file.stem)
def test_a_run_of_a_damaged_file_is_missing_and_nothing_else_is_raised(
    file: Path, damage: Callable[[bytes], bytes] | None, tmp_path: Path
) -> None:
    copy = damaged(file, damage, tmp_path)
    missing = 0
    for name in names(file):
        try:
            read(copy, name)
        except MissingRunError:
            missing += 1
    assert missing > 0


@pytest.mark.parametrize("damage", [None, wrong_inside])
def test_without_a_whole_file_home_trains_its_models(
    damage: Callable[[bytes], bytes] | None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(home, "FILE", damaged(home.FILE, damage, tmp_path))
    # The real steps would take a minute.
    monkeypatch.setattr(home, "train", functools.partial(tm.train, steps=120, restarts=1))
    page = open_home()
    assert len(page.error) == 0
    assert [data for data in component_data(page) if "findings" in str(data)]
    assert "home.zip holds no run faces.npz" in caplog.text


@pytest.mark.parametrize("damage", [None, wrong_inside])
def test_without_a_whole_ladder_geometry_says_so_and_home_leaves_its_thumbnails_out(
    damage: Callable[[bytes], bytes] | None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    whole = len(open_home().get("bidi_component"))
    gallery._drawn.cache_clear()
    thumbnails._groups.cache_clear()
    geometry.shipped.cache_clear()
    monkeypatch.setattr(geometry, "FILE", damaged(geometry.FILE, damage, tmp_path))

    def still_missing() -> object:
        return geometry.shipped(INVERSE_DENSITIES[0])

    monkeypatch.setattr(geometry_runs, "all_runs", still_missing)
    start = open_home()
    assert len(start.error) == 0
    assert len(start.get("bidi_component")) == whole - 2
    page = open_page("geometry")
    (error,) = page.error
    assert error.value.startswith("The trainings that ship with this page are missing on this server, or damaged")
    assert "Computing in superposition" in [link.proto.label for link in page.main.get("page_link")]
    assert "geometry.zip holds no run" in caplog.text
    with pytest.raises(MissingRunError, match="no run is shipped for"):
        still_missing()


@pytest.mark.fault
def test_a_failing_home_has_no_link_to_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(axis: object, look: object) -> None:
        raise ValueError("broken")

    monkeypatch.setattr(home_view, "sparsity_explorer", fail)
    page = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=60).run()
    assert [error.value for error in page.main.error] == [SORRY]
    assert "Back to the start" not in [link.proto.label for link in page.main.get("page_link")]
