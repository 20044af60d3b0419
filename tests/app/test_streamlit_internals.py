"""What the app needs of Streamlit beyond its documented interface: each test names what an upgrade took away."""

from __future__ import annotations

import ast
import dataclasses
import re
from pathlib import Path

import pytest
import streamlit
from streamlit import net_util
from streamlit.runtime.scriptrunner_utils.script_run_context import ScriptRunContext
from streamlit.testing.v1 import AppTest
from streamlit.web.server.server_util import is_url_from_allowed_origins

from tests.app.pages import ROOT
from toymodels.app.shell.streamlit_internals import ask_nobody_for_our_address

INTERNALS = "toymodels/app/shell/streamlit_internals.py"

COMPONENTS = ROOT / "toymodels" / "app" / "components"
ASKED_OF_THE_PAGE = re.compile(r"data-testid=['\"]?([\w-]+)|(data-test-[a-z-]+)|\.(st-key-)")


def asked_of_the_page() -> set[str]:
    """Test ids, attributes and class prefixes of Streamlit's own page that our scripts and styles look for."""
    files = [*COMPONENTS.glob("*.js"), *COMPONENTS.glob("*.css")]
    found = ASKED_OF_THE_PAGE.findall("".join(file.read_text(encoding="utf-8") for file in files))
    return {name for names in found for name in names if name}


@pytest.fixture(scope="module")
def frontend() -> str:
    """The scripts that the installed Streamlit sends to a browser."""
    scripts = (Path(streamlit.__file__).parent / "static").rglob("*.js")
    return "".join(script.read_text(encoding="utf-8") for script in scripts)


def test_a_foreign_origin_is_refused_and_nobody_is_asked_for_our_address(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(net_util, "_make_blocking_http_get", lambda url, timeout: asked.append(url))
    ask_nobody_for_our_address()
    assert not is_url_from_allowed_origins("https://elsewhere.example")
    assert asked == []


def test_a_script_of_apptest_is_not_in_a_server() -> None:
    def page() -> None:
        import streamlit as st

        from toymodels.app.shell.streamlit_internals import in_a_server

        st.write("in a server" if in_a_server() else "in AppTest")

    assert AppTest.from_function(page).run().markdown[0].value == "in AppTest"


@pytest.mark.parametrize("field", ["session_id", "query_string", "is_history_navigation", "on_script_error"])
def test_the_context_of_a_run_has_what_we_take_from_it(field: str) -> None:
    assert field in {each.name for each in dataclasses.fields(ScriptRunContext)}


def test_only_one_module_imports_from_streamlits_runtime() -> None:
    importing = set()
    for file in [*(ROOT / "toymodels").rglob("*.py"), *(ROOT / "pages").glob("*.py"), ROOT / "streamlit_app.py"]:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("streamlit.runtime"):
                importing.add(file.relative_to(ROOT).as_posix())
    assert importing == {INTERNALS}


def test_the_components_ask_for_these_parts_of_the_page_and_no_others() -> None:
    assert asked_of_the_page() == {
        "stAlert", "stAlertContainer", "stApp", "stHeader", "stMain", "stMainBlockContainer", "stElementContainer",
        "stLayoutWrapper", "stVerticalBlock", "stBidiComponentIsolated", "stButton", "stFullScreenFrame",
        "stMarkdown", "stNumberInput", "stPopover", "stPopoverBody", "stSkeleton", "stSlider", "stTable",
        "stVegaLiteChart", "stSidebar", "stSidebarCollapseButton", "stExpandSidebarButton", "stElementToolbar",
        "stElementToolbarButton", "stProgress", "stDownloadButton", "stExpander", "stPageLink", "stSidebarContent",
        "stButtonGroup", "stCheckbox", "stTooltipIcon", "stTooltipHoverTarget", "stNumberInputContainer",
        "stNumberInputStepDown", "stNumberInputStepUp", "stNumberInputField", "stPageLink-NavLink", "stSelectbox",
        "stHorizontalBlock", "stTextArea", "data-test-script-state", "st-key-",
    }  # fmt: skip


@pytest.mark.parametrize("name", sorted(asked_of_the_page()))
def test_the_installed_frontend_has_the_part(name: str, frontend: str) -> None:
    assert re.search(rf"[\"'`.]{name}", frontend), f"{name} is gone from Streamlit {streamlit.__version__}"
