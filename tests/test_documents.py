"""The code in README.md and docs/: calls exist and take what is written there, and what can run here runs."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import toymodels as tm
from toymodels.command_line import cost
from toymodels.sweeps.experiment_file import experiment_from_toml

ROOT = Path(__file__).parent.parent
DOCUMENTS = {path.name: path.read_text(encoding="utf-8") for path in [ROOT / "README.md", *ROOT.glob("docs/*.md")]}


def blocks(document: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", DOCUMENTS[document], re.DOTALL | re.MULTILINE)


def programs() -> Iterator[tuple[str, str]]:
    """Every block of Python, and every expression of `tm` within a sentence, with its document."""
    for document, text in DOCUMENTS.items():
        yield from ((document, block) for block in blocks(document, "python"))
        yield from ((document, code.removeprefix("data=")) for code in re.findall(r"`((?:data=)?tm\.[^`]+)`", text))


def of_the_library(node: ast.expr) -> object | None:
    """What a dotted name that begins with `tm` stands for; None for another expression."""
    if isinstance(node, ast.Name):
        return tm if node.id == "tm" else None
    if isinstance(node, ast.Attribute):
        owner = of_the_library(node.value)
        return None if owner is None else getattr(owner, node.attr)
    return None


PROGRAMS = list(programs())


@pytest.mark.parametrize(("document", "program"), PROGRAMS, ids=[f"{name}-{k}" for k, (name, _) in enumerate(PROGRAMS)])
def test_what_a_document_calls_exists_and_takes_these_arguments(document: str, program: str) -> None:
    for node in ast.walk(ast.parse(program)):
        if isinstance(node, ast.Attribute):
            of_the_library(node)
        if isinstance(node, ast.Call) and callable(called := of_the_library(node.func)):
            named = {keyword.arg: None for keyword in node.keywords if keyword.arg}
            # `...` stands for what a sentence leaves out.
            given = [
                argument for argument in node.args if not isinstance(argument, ast.Constant) or argument.value != ...
            ]
            bound = inspect.signature(called).bind_partial(*given, **named)
            assert len(bound.arguments) == len(given) + len(named), document


def test_there_is_code_in_the_documents() -> None:
    assert {document for document, _ in PROGRAMS} >= {"README.md", "sweeps.md", "add-an-experiment.md"}
    assert len(PROGRAMS) > 10


def test_the_first_sweep_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    exec(blocks("sweeps.md", "python")[0].replace("range(8)", "range(1)"), {})
    assert len(capsys.readouterr().out.splitlines()) == len(list((tmp_path / "runs").glob("*.npz"))) == 3


def test_the_phase_diagram_of_the_library_is_the_exact_one(capsys: pytest.CaptureFixture[str]) -> None:
    (program,) = blocks("library.md", "python")
    exec(program, {})
    agree, cells = re.findall(r"\d+", capsys.readouterr().out)[:2]
    assert cells == "64"
    assert int(agree) >= 60  # the others lie on a boundary


def test_every_public_name_is_in_the_list_of_the_library() -> None:
    words = set(re.findall(r"tm\.(\w+)", DOCUMENTS["library.md"]))
    assert words >= {*tm.__all__}
    assert {name for name in words if not hasattr(tm, name)} == set()


def test_the_experiment_file_is_read_as_it_stands() -> None:
    (text,) = blocks("sweeps.md", "toml")
    experiment = experiment_from_toml(text)
    assert (len(experiment.specs), len(experiment.seeds), experiment.processes) == (3, 100, 2)
    assert cost(experiment).startswith("30,000 models in 300 runs")
