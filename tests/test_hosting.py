"""The Dockerfile, without an engine: its steps name what there is, and what it starts is healthy by its own check.

Not run here: the base image, pip inside it, and the user that it makes.
"""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.browser.harness import running_app
from tests.dockerfile import STEPS, TEXT, hosted, settings, steps
from tests.training.test_kernels import IMAGE
from toymodels.app.shell.admission import FILES_PER_SESSION, FILES_WANTED, MOST_SESSIONS

ROOT = Path(__file__).parent.parent


def check() -> list[str]:
    """The command of the HEALTHCHECK."""
    (rest,) = steps("HEALTHCHECK")
    command: list[str] = json.loads(rest[rest.index("[") :])
    return command


def copy_as_the_steps_say(folder: Path) -> None:
    for rest in steps("COPY"):
        source, target = rest.split()
        if (ROOT / source).is_dir():
            shutil.copytree(ROOT / source, folder / target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / source, folder / target)


def test_it_starts_from_the_python_that_the_project_asks_for() -> None:
    (image,) = steps("FROM")
    found = re.fullmatch(r"python:(\d+\.\d+)-slim", image)
    assert found is not None
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["requires-python"] == f">={found[1]}"


def test_it_ends_as_a_user_who_is_not_root_and_was_made_before() -> None:
    names = [name for name, _ in STEPS]
    user = steps("USER")[-1]
    assert user not in ("root", "0")
    made = next(at for at, (name, rest) in enumerate(STEPS) if name == "RUN" and rest.endswith(f" {user}"))
    assert made < names.index("USER") < names.index("CMD")


def test_it_installs_what_runs_the_app_and_nothing_for_tests() -> None:
    assert "requirements.txt" in TEXT
    assert "requirements-dev" not in TEXT
    # Without a version, gigabytes of GPU packages come along.
    assert "\ntorch==" in (ROOT / "requirements.txt").read_text()


def test_what_it_copies_is_there_and_not_ignored() -> None:
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    sources = {rest.split()[0] for rest in steps("COPY")}
    assert sources == allowed
    assert all((ROOT / source).exists() for source in sources)


def test_the_kernels_are_compiled_before_the_app_loses_the_right_to_write(tmp_path: Path) -> None:
    (command,) = (rest for rest in steps("RUN") if "warm_up" in rest)
    at = STEPS.index(("RUN", command))
    assert STEPS.index(("COPY", "toymodels toymodels")) < at < [name for name, _ in STEPS].index("USER")
    # That a training finds all that it needs there: tests/training/test_kernels.py, for the same processor.
    assert (settings()["NUMBA_CPU_NAME"], settings()["NUMBA_CPU_FEATURES"]) == (IMAGE, "")
    copy_as_the_steps_say(tmp_path)
    kernels = tmp_path / "kernels"
    environment = {**os.environ, **settings(), "NUMBA_CACHE_DIR": str(kernels)}
    program = [sys.executable, *shlex.split(command)[1:]]
    with subprocess.Popen(program, cwd=tmp_path, env=environment, stderr=subprocess.PIPE, text=True) as compiling:
        assert compiling.stderr is not None
        told = compiling.stderr.readline()
        compiling.kill()
    assert told.startswith("toymodels compiles the trainer")
    assert str(kernels) in told


def test_the_image_can_give_the_library_away(tmp_path: Path) -> None:
    copy_as_the_steps_say(tmp_path)
    program = "from toymodels.app.shell import library_wheel as w; print(w.__file__, len(w.library_wheel()))"
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True)
    file, size = done.stdout.split()
    assert Path(file).is_relative_to(tmp_path)
    assert int(size) > 50_000


def test_the_public_gets_protection_and_no_details_and_sizes_are_bounded() -> None:
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())
    server = config["server"]
    assert server["enableXsrfProtection"] is True
    assert server.get("enableCORS", True) is True
    assert server["maxUploadSize"] < 0
    assert server["maxMessageSize"] <= 20
    assert server["maxWidgetStateSize"] <= 1
    assert server["disconnectedSessionTTL"] <= 120
    assert config["runner"]["fastReruns"] is False
    assert config["client"]["showErrorDetails"] == "none"
    assert config["browser"]["gatherUsageStats"] is False
    assert config["logger"]["hideWelcomeMessage"] is True


@pytest.mark.parametrize("healthy", [True, False])
def test_what_it_starts_is_healthy_by_its_own_check(tmp_path: Path, healthy: bool) -> None:
    app_folder = tmp_path / "app"
    app_folder.mkdir()
    copy_as_the_steps_say(app_folder)
    command = json.loads(steps("CMD")[0])
    assert command[:2] == ["python", "-m"]
    assert command[2:] == ["streamlit", "run", "streamlit_app.py"]
    with running_app(tmp_path / "log.txt", folder=app_folder, environment=hosted()) as app:
        port = app.address.rpartition(":")[2]
        if not healthy:
            app.process.kill()
            app.process.wait()
        program = [sys.executable, *(part.replace(settings()["STREAMLIT_SERVER_PORT"], port) for part in check()[1:])]
        assert (subprocess.run(program, capture_output=True, check=False).returncode == 0) is healthy


def test_the_proxy_knows_every_replica_and_the_limits_of_files_fit_the_sessions() -> None:
    text = (ROOT / "deploy" / "compose.yaml").read_text(encoding="utf-8")
    replicas = re.findall(r"^  (app\d+): \*app$", text, re.MULTILINE)
    assert len(replicas) >= 2
    assert re.findall(r"REPLICAS: (.*)", text) == [" ".join(f"{name}:8501" for name in replicas)]
    assert re.findall(r"depends_on: \[(.*)\]", text) == [", ".join(replicas)]
    most, proxy = (int(limit) for limit in re.findall(r"nofile: (\d+)", text))
    assert most >= FILES_WANTED >= 2 * FILES_PER_SESSION * MOST_SESSIONS
    assert proxy >= 2 * 2 * MOST_SESSIONS * len(replicas)


@pytest.mark.skipif(shutil.which("caddy") is None, reason="Caddy is not installed")
@pytest.mark.parametrize("prefix", ["", "/superposition"])
def test_the_proxys_configuration_is_valid(prefix: str, tmp_path: Path) -> None:
    settings = {"PREFIX": prefix, "COOKIE_SECRET": "secret", "HOME": str(tmp_path), "ADDRESS": ":8080"}
    command = ["caddy", "validate", "--adapter", "caddyfile", "--config", str(ROOT / "deploy" / "Caddyfile")]
    done = subprocess.run(command, env=os.environ | settings, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
