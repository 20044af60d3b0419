"""Every chart that a page sends is Vega-Lite: the check that `toymodels.charts.drawing` takes out of the app."""

import json
from importlib.resources import files

import pytest
from altair.utils.schemapi import validate_jsonschema

from tests.app.pages import open_page
from tests.app.test_every_page import NAMES

SCHEMA = json.loads(files("altair.vegalite.v6.schema").joinpath("vega-lite-schema.json").read_text())

CHARTS_OF_OTHER_SEEDS = ("ladder", "why")


@pytest.mark.parametrize("name", NAMES)
def test_every_chart_of_a_page_is_vega_lite(name: str) -> None:
    query = {"seeds": "true"} if name in CHARTS_OF_OTHER_SEEDS else {}
    for chart in open_page(name, **query).get("vega_lite_chart"):
        validate_jsonschema(json.loads(chart.proto.spec), SCHEMA)


def test_the_check_would_find_a_wrong_chart() -> None:
    with pytest.raises(Exception, match="nothing"):
        validate_jsonschema({"data": {"values": []}, "mark": "nothing", "encoding": {}}, SCHEMA)
