"""Opens a page as a visitor would, without a browser, and reads what it shows."""

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
from streamlit.testing.v1 import AppTest

ROOT = Path(__file__).parents[2]


def open_home() -> AppTest:
    """The home page after its first run."""
    app = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=60).run()
    assert not app.exception, app.exception
    return app


def open_page(name: str, **query: str) -> AppTest:
    """The page `pages/<name>.py` after its first run, with the URL's parameters."""
    app = open_home()  # the entry script has to run once before a page can be chosen
    for key, value in query.items():
        app.query_params[key] = value
    app.switch_page(f"pages/{name}.py").run()
    assert not app.exception, app.exception
    return app


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
    return [json.loads(proto.json) for proto in elements if proto.json and proto.component_name != "presenter"]


def plotted(app: AppTest, chart: int) -> list[pd.DataFrame]:
    """The tables behind the marks of a chart."""
    proto = app.get("vega_lite_chart")[chart].proto
    return [pa.ipc.open_stream(dataset.data.data).read_pandas() for dataset in proto.datasets]


def shown_alt(app: AppTest) -> list[str]:
    """The words for those who do not see the charts, chart by chart."""
    return [str(element.proto.alt) for element in app.get("vega_lite_chart")]
