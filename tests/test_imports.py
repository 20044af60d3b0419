"""The direction of dependencies: pages -> app -> pretrained, plots -> experiments -> training -> analysis -> nouns."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "toymodels"


LAYERS = (
    "nouns", "analysis", "training", "sweeps", "torch", "snippets", "experiments", "plots", "pretrained", "app",
    "pages", "command_line",
)  # fmt: skip
"""From the bottom to the top: a module imports from its own layer and from those below."""

NOUNS = (
    "version",
    "extras",
    "arrays",
    "checks",
    "samples",
    "data",
    "spec",
    "names",
    "models",
    "provenance",
    "run_file",
    "run",
)
"""Modules of the lowest layer, in their order: each imports only from those before it."""

SNIPPETS = ("snippets", "pytorch_files")
"""Modules of that layer: what is made of a run to be used elsewhere."""

ONLY_FOR = {"torch": ("torch", "app")}
"""Layers that only some of those above them may import."""

FOREIGN = {
    "streamlit": ("app", "pages"),
    "altair": ("plots", "app", "pages"),
    "pandas": ("plots", "app", "pages"),
    "torch": ("torch",),
    "safetensors": ("snippets",),
    "tests": (),
}
"""Packages that only some layers may import."""

ON_DEMAND = {("toymodels.run", "pandas"), ("toymodels.sweeps.results", "pandas")}
"""Module and package: imported inside the functions that need it, `Run.to_dataframe` and the table in Parquet."""


def layer_of_module(module: str) -> str | None:
    """The layer of a module of ours by its full name; None for other packages and for `toymodels` itself."""
    parts = module.split(".")
    if parts[0] in ("pages", "streamlit_app"):
        return "pages"
    if parts[0] != "toymodels" or len(parts) < 2:
        return None
    return "nouns" if parts[1] in NOUNS else "snippets" if parts[1] in SNIPPETS else parts[1]


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def source_files() -> list[Path]:
    return sorted([ROOT / "streamlit_app.py", *PACKAGE.rglob("*.py"), *(ROOT / "pages").rglob("*.py")])


def imported_by(source: str, package: str) -> Iterator[str]:
    """Every module that a source text of a package may import, by full name; also from inside functions."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            parents = package.split(".")
            base = parents[: len(parents) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            yield module
            yield from (f"{module}.{name.name}" for name in node.names)


def imports(path: Path) -> set[str]:
    return set(imported_by(path.read_text(encoding="utf-8"), ".".join(path.parent.relative_to(ROOT).parts)))


def reaches(modules: set[str], forbidden: str) -> list[str]:
    return sorted(module for module in modules if module == forbidden or module.startswith(forbidden + "."))


def wrong_imports(module: str, imported: set[str]) -> list[str]:
    """Which imports of a module point up."""
    layer = layer_of_module(module)
    wrong = []
    for name in sorted(imported):
        other = layer_of_module(name)
        if layer is None or name == module:
            continue
        if other is not None and (
            other not in LAYERS
            or LAYERS.index(other) > LAYERS.index(layer)
            or layer not in ONLY_FOR.get(other, LAYERS)
            or (layer == "nouns" and NOUNS.index(name.split(".")[1]) >= NOUNS.index(module.split(".")[1]))
        ):
            wrong.append(name)
        package = name.split(".")[0]
        allowed = layer in FOREIGN.get(package, LAYERS) or (module, package) in ON_DEMAND
        if (name == "toymodels" and layer != "pages") or not allowed:
            wrong.append(name)
    return wrong


@pytest.mark.parametrize("path", source_files(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_imports_nothing_from_the_layers_above_it(path: Path) -> None:
    assert wrong_imports(module_of(path), imports(path)) == []


@pytest.mark.parametrize(
    ("module", "imported"),
    [
        ("toymodels.analysis.losses", "toymodels.training.loop"),
        ("toymodels.spec", "toymodels.run"),
        ("toymodels.models", "toymodels.models.deep"),
        ("toymodels.run", "toymodels.analysis.losses"),
        ("toymodels.experiments.faces", "toymodels.plots.theme"),
        ("toymodels.plots.theme", "toymodels.app.shell.page"),
        ("toymodels.plots.theme", "streamlit"),
        ("toymodels.analysis.weights", "torch"),
        ("toymodels.app.compute.recipe_training", "torch"),
        ("toymodels.torch.recipe", "toymodels.snippets"),
        ("toymodels.plots.theme", "toymodels.torch.recipe"),
        ("pages.faces", "toymodels.torch"),
        ("toymodels.app.shell.page", "pages.faces"),
        ("pages.faces", "tests.app.pages"),
        ("toymodels.training.loop", "toymodels"),
        ("toymodels.analysis.weights", "toymodels.brand_new"),
    ],
)
def test_an_import_that_points_up_is_seen(module: str, imported: str) -> None:
    assert wrong_imports(module, {imported}) == [imported]


def test_pages_do_not_import_one_another() -> None:
    for path in (ROOT / "pages").glob("*.py"):
        assert reaches(imports(path), "pages") == []


def test_every_layer_has_files_that_are_looked_at() -> None:
    found = {layer_of_module(module_of(path)) for path in source_files()} - {None}
    assert found == set(LAYERS)


def test_every_way_to_write_an_import_is_seen() -> None:
    source = "import a.b\nfrom c import d\nfrom . import e\nfrom .f import g\ndef h():\n    from ..i import j\n"
    assert set(imported_by(source, "x.y")) == {"a.b", "c", "c.d", "x.y", "x.y.e", "x.y.f", "x.y.f.g", "x.i", "x.i.j"}


def test_nothing_turns_off_the_escaping_of_html() -> None:
    for path in source_files():
        calls = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
        assert "unsafe_allow_html" not in {keyword.arg for call in calls for keyword in call.keywords}, path


def test_nothing_is_kept_where_any_visitor_may_clear_it_for_everybody() -> None:
    for path in source_files():
        names = {
            node.attr
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.Attribute)
        }
        assert not names & {"cache_data", "cache_resource"}, path


def test_every_field_of_text_is_bounded_and_streamlits_uploader_is_not_used() -> None:
    fields = 0
    for path in source_files():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            assert node.func.attr not in ("file_uploader", "chat_input", "camera_input", "audio_input"), path
            if node.func.attr in ("text_input", "text_area"):
                fields += 1
                spread = [keyword.value for keyword in node.keywords if keyword.arg is None]
                assert [ast.unparse(value).partition("(")[0] for value in spread] == ["bound_text"], path
    assert fields == 2


def test_importing_the_library_in_a_fresh_interpreter_loads_nothing_that_is_large() -> None:
    names = ("streamlit", "altair", "pandas", "torch", "numba")
    program = f"import sys, toymodels; print([name for name in {names} if name in sys.modules])"
    answer = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"


def test_importing_a_chart_in_a_fresh_interpreter_loads_no_streamlit() -> None:
    modules = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for path in (PACKAGE / "plots").rglob("*.py")
    ]
    program = f"import sys, {', '.join(modules)}; print('streamlit' in sys.modules)"
    answer = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "False"
