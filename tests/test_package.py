"""The package: the wheel that a build makes, and the one that pages give away."""

from __future__ import annotations

import csv
import email
import io
import re
import shutil
import subprocess
import sys
import zipfile
from email.message import Message
from pathlib import Path

import pytest
from packaging.requirements import Requirement

import toymodels as tm
from tests.empty_environment import EmptyEnvironment
from tests.generated import FILES, ROOT, example, project
from toymodels.app.shell import library_wheel

BUILT_FROM = ("pyproject.toml", "README.md", "LICENSE")

WHERE = "import sys, toymodels; print(toymodels.__file__, sorted({'streamlit', 'altair', 'torch'} & {*sys.modules}))"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel that the build backend makes of a copy, in which nothing stays of an earlier build."""
    source, wheels = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheels")
    shutil.copytree(ROOT / "toymodels", source / "toymodels", ignore=shutil.ignore_patterns("__pycache__"))
    for name in BUILT_FROM:
        shutil.copy(ROOT / name, source)
    command = [sys.executable, "-m", "pip", "wheel", "--no-build-isolation", "--no-deps", "--no-index", "."]
    subprocess.run([*command, "--wheel-dir", str(wheels)], cwd=source, check=True, stdout=subprocess.DEVNULL)
    (wheel,) = wheels.iterdir()
    return wheel


@pytest.fixture(scope="module")
def given_away(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel in the zip of a page."""
    wheel = tmp_path_factory.mktemp("given_away") / library_wheel.NAME
    wheel.write_bytes(library_wheel.library_wheel())
    return wheel


def contents(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def metadata(wheel: Path) -> Message:
    (name,) = (name for name in contents(wheel) if name.endswith(".dist-info/METADATA"))
    return email.message_from_bytes(contents(wheel)[name])


def requirements(wheel: Path) -> set[str]:
    """What it needs, extra by extra, spelt one way."""
    return {str(Requirement(one)) for one in metadata(wheel).get_all("Requires-Dist", [])}


def test_the_wheel_holds_every_file_of_the_package_and_nothing_else(built: Path) -> None:
    sources = {
        path.relative_to(ROOT).as_posix(): path.read_bytes()
        for path in (ROOT / "toymodels").rglob("*")
        if path.is_file() and path.suffix not in (".pyc", ".nbi", ".nbc")
    }
    assert {suffix for name in sources if (suffix := Path(name).suffix)} >= {".py", ".js", ".css", ".zip", ".png"}
    about = f"toymodels-{tm.__version__}.dist-info/"
    assert {name: value for name, value in contents(built).items() if not name.startswith(about)} == sources


def test_the_library_asks_for_numpy_numba_and_tqdm_alone(built: Path) -> None:
    alone = [one for one in metadata(built).get_all("Requires-Dist", []) if "extra" not in one]
    assert [re.split("[<>=]", one)[0] for one in alone] == ["numpy", "numba", "tqdm"]
    assert set(metadata(built).get_all("Provides-Extra", [])) == {"plots", "app", "torch", "cluster", "test"}


def test_the_version_is_one(built: Path) -> None:
    assert project()["dynamic"] == ["version"]
    assert metadata(built)["Version"] == tm.__version__
    assert f"\nversion: {tm.__version__}\n" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    releases = re.findall(r"^## (\S+?),? ", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert releases[0] == tm.__version__


@pytest.mark.parametrize("name", [name for name in FILES if name != "README.md"])
def test_the_requirements_are_those_of_the_package(name: str) -> None:
    assert (ROOT / name).read_text(encoding="utf-8") == FILES[name](), "make it again: python -m tests.generated"


def test_the_wheel_given_away_is_the_built_one_without_the_app(built: Path, given_away: Path) -> None:
    about = f"toymodels-{tm.__version__}.dist-info/"
    ours, whole = contents(given_away), contents(built)
    left_out = {name for name in whole.keys() - ours.keys() if not name.startswith(about)}
    assert left_out == {name for name in whole if name.startswith(("toymodels/app/", "toymodels/pretrained/"))}
    for name in ours.keys() - {f"{about}METADATA", f"{about}WHEEL", f"{about}RECORD"}:
        assert ours[name] == whole[name], name
    for field in ("Name", "Version", "Summary", "Author", "License-Expression", "License-File", "Requires-Python"):
        assert metadata(given_away)[field] == metadata(built)[field], field
    kept = {one for one in requirements(built) if not re.search('extra == "(app|test)"', one)}
    assert requirements(given_away) == kept


def test_the_wheel_given_away_names_every_file_with_its_size(given_away: Path) -> None:
    files = contents(given_away)
    record = f"toymodels-{tm.__version__}.dist-info/RECORD"
    listed = {name: size for name, _, size in csv.reader(io.StringIO(files[record].decode()))}
    assert listed == {name: "" if name == record else str(len(value)) for name, value in files.items()}


def test_the_wheel_given_away_is_small_and_the_same_every_time(given_away: Path) -> None:
    assert given_away.stat().st_size < 300_000
    library_wheel.library_wheel.cache_clear()
    assert library_wheel.library_wheel() == given_away.read_bytes()
    assert library_wheel.library_wheel() is library_wheel.library_wheel()


def test_the_example_of_the_readme_prints_what_the_readme_shows(built: Path, tmp_path: Path) -> None:
    environment = EmptyEnvironment(tmp_path / "environment")
    environment.run("-m", "pip", "install", "--no-index", str(built))
    file, loaded = environment.run("-c", WHERE).split(maxsplit=1)
    assert Path(file).is_relative_to(environment.folder)
    assert loaded == "[]\n"
    folder = tmp_path / "empty"
    folder.mkdir()
    (folder / "example.py").write_text(example()["program"])
    assert environment.run("example.py", folder=folder) == example()["printed"], "show it: python -m tests.generated"
    assert tm.load_run(folder / "five-in-two.npz").seed == 0


def test_the_example_prints_the_same_from_a_clone() -> None:
    assert FILES["README.md"]() == (ROOT / "README.md").read_text(encoding="utf-8")
