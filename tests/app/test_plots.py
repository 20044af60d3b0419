"""Every chart that a page sends is Vega-Lite: the validation that `app.shell.chart_validation` takes out of the app.

And every place that draws one says it in words.
"""

import ast
import json
from importlib.resources import files

import pytest
from altair.utils.schemapi import validate_jsonschema

from tests.app.pages import ROOT, component_data, open_page
from tests.app.test_every_page import NAMES

SCHEMA = json.loads(files("altair.vegalite.v6.schema").joinpath("vega-lite-schema.json").read_text())

CHARTS_OF_OTHER_SEEDS = ("ladder", "why")

CHARTS = ("altair_chart", "vega_lite_chart")
"""What draws one."""


@pytest.mark.parametrize("name", NAMES)
def test_every_chart_of_a_page_is_vega_lite(name: str) -> None:
    query = {"seeds": "true"} if name in CHARTS_OF_OTHER_SEEDS else {}
    page = open_page(name, **query)
    charts = page.get("vega_lite_chart")
    assert len(charts) > 0 or component_data(page)
    for chart in charts:
        validate_jsonschema(json.loads(chart.proto.spec), SCHEMA)


def test_the_check_would_find_a_wrong_chart() -> None:
    with pytest.raises(Exception, match="nothing"):
        validate_jsonschema({"data": {"values": []}, "mark": "nothing", "encoding": {}}, SCHEMA)


def test_every_chart_is_drawn_with_words_for_those_who_do_not_see_it() -> None:
    """Also those that are drawn only on demand. A sentence without the run's numbers would be a constant."""
    drawn = []
    for file in sorted([*ROOT.glob("pages/*.py"), *ROOT.glob("toymodels/app/**/*.py"), ROOT / "streamlit_app.py"]):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CHARTS:
                words = [keyword.value for keyword in node.keywords if keyword.arg == "alt"]
                silent = not words or isinstance(words[0], ast.Constant)
                drawn.append((f"{file.name}:{node.lineno}", silent))
    assert len(drawn) >= len(NAMES)
    assert [where for where, silent in drawn if silent] == []
