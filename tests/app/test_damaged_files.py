"""A shipped file that is missing, cut, foreign or wrong in one place: the app starts, and no page fails."""

import functools
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import toymodels as tm
from tests.app.pages import ROOT, captions, component_data, open_home, open_page
from tests.app.states import forget_everything
from toymodels.app.compute import precomputed_defaults
from toymodels.app.shell.failures import SORRY
from toymodels.app.views import gallery, geometry_runs, thumbnails
from toymodels.app.views import home as home_view
from toymodels.experiments.geometry import INVERSE_DENSITIES
from toymodels.pretrained import claims, geometry, home
from toymodels.pretrained.archive import MissingRunError, names, read, read_shipped


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


def of_another_name(content: bytes) -> bytes:
    """A whole file of whole runs, each under the name of the next one."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        runs = {name: archive.read(name) for name in archive.namelist()}
    copy = io.BytesIO()
    with zipfile.ZipFile(copy, "w") as archive:
        for name, run in zip(runs, [*list(runs.values())[1:], next(iter(runs.values()))], strict=True):
            archive.writestr(name, run)
    return copy.getvalue()


def wrong_directory(content: bytes) -> bytes:
    """The directory of the file asks for a version and a compression that do not exist."""
    at = content.rindex(b"PK\x01\x02")
    return content[: at + 6] + b"\xff\x00" + content[at + 8 : at + 10] + b"\x61\x00" + content[at + 12 :]


DAMAGE: list[Callable[[bytes], bytes] | None] = [
    None,
    cut,
    foreign,
    empty,
    wrong_inside,
    of_another_name,
    wrong_directory,
]


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    """What was read before is forgotten, and so is what was read, or made, of a damaged file."""

    def forget() -> None:
        for kept in (
            precomputed_defaults._read, precomputed_defaults._members, home.shipped, home._trained, geometry.shipped,
            gallery._drawn, thumbnails._groups,
        ):  # fmt: skip
            kept.cache_clear()
        forget_everything()

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
        whole = read(file, name)
        try:
            read_shipped(copy, name, whole.spec, whole.seed, 0 if whole.snapshots is None else 2)
        except MissingRunError:
            missing += 1
    assert missing > 0


CLAIM = dict.fromkeys(("page", "claim", "source", "verdicts", "measured", "exception", "reason"), "+")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[",
        b"\xff\xfe",
        b"{}",
        b"[1, 2]",
        b"[" * 100_000,
        b'[{"page": "why"}]',
        json.dumps([{**CLAIM, "verdicts": 32}]).encode(),
        json.dumps([{**CLAIM, "verdicts": ""}]).encode(),
        json.dumps([{**CLAIM, "verdicts": "yes"}]).encode(),
        json.dumps([{**CLAIM, "reason": ["a"]}]).encode(),
    ],
    ids=lambda content: content[:12].decode(errors="replace"),
)
def test_a_damaged_file_of_claims_holds_none(content: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "claims.json"
    file.write_bytes(content)
    monkeypatch.setattr(claims, "FILE", file)
    claims.counted_claims.cache_clear()
    assert claims.counted_claims() == ()
    file.write_text(json.dumps([CLAIM]))
    claims.counted_claims.cache_clear()
    assert len(claims.counted_claims()) == 1
    claims.counted_claims.cache_clear()


def no_such_figure() -> None:
    from toymodels.app.components import component

    component("no_such_figure")(key="one", data={}, on_picked_change=lambda: None)


def test_a_figure_whose_script_is_missing_is_a_sentence(caplog: pytest.LogCaptureFixture) -> None:
    page = AppTest.from_function(no_such_figure).run()
    assert not page.exception
    assert [one.value for one in page.caption] == [
        "A figure is missing here, because its script is missing on this server."
    ]
    assert "no_such_figure.js" in caplog.text


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
