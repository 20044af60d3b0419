"""Opens a page as a visitor would, without a browser, and reads what it shows."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
from streamlit.components.v2.bidi_component.main import _make_trigger_id
from streamlit.testing.v1 import AppTest

FRAME = ("presenter", "figures")
"""Components of every page, which draw nothing of its own."""

ROOT = Path(__file__).parents[2]


def open_home() -> AppTest:
    """The home page after its first run."""
    return AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=60).run()


def open_page(name: str, **query: str | list[str]) -> AppTest:
    """The page `pages/<name>.py`, opened by a link with these parameters, after its first run."""
    return link_to(name, query).run()


def link_to(name: str, query: Mapping[str, str | list[str]]) -> AppTest:
    """The page `pages/<name>.py` before it has run, behind a link with these parameters."""
    app = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=60)
    for key, value in query.items():
        app.query_params[key] = value
    return app.switch_page(f"pages/{name}.py")


def words(app: AppTest) -> str:
    """All Markdown on the page, in one string."""
    return "\n".join(str(element.value) for element in app.markdown)


def captions(app: AppTest) -> str:
    """All small print on the page, in one string."""
    return " ".join(str(caption.value) for caption in app.caption)


def notes(app: AppTest) -> list[str]:
    """The sentences in blue boxes, as about the URL."""
    return [str(element.value) for element in app.info]


def component_data(app: AppTest) -> list[dict[str, Any]]:
    """What each browser-side component on the page was given to draw; the frame's own draw nothing."""
    elements = [element.proto for element in app.get("bidi_component")]
    return [json.loads(proto.json) for proto in elements if proto.json and proto.component_name not in FRAME]


def send(app: AppTest, component: str, event: str, value: object) -> None:
    """Let a browser-side component send a value by `setTriggerValue`, and run the page again."""
    (element,) = [element for element in app.get("bidi_component") if element.proto.component_name == component]
    states = app._tree.get_widget_states()
    told = json.dumps([{"event": event, "value": value}])
    states.widgets.add(id=_make_trigger_id(element.proto.id, "events"), json_trigger_value=told)
    app._run(states)


def plotted(app: AppTest, chart: int) -> list[pd.DataFrame]:
    """The tables behind the marks of a chart."""
    proto = app.get("vega_lite_chart")[chart].proto
    return [pa.ipc.open_stream(dataset.data.data).read_pandas() for dataset in proto.datasets]


def shown_alt(app: AppTest) -> list[str]:
    """The words for those who do not see the charts, chart by chart."""
    return [str(element.proto.alt) for element in app.get("vega_lite_chart")]


def printed_at_home(app: AppTest) -> str:
    """What the page's snippet prints, run as a visitor runs it."""
    command = [sys.executable, "-c", app.code[0].value]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
