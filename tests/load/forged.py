"""Forged widget values: `python -m tests.load.forged` sends what no frontend sends to every widget of every page.

Each forgery goes to all widgets of a page at once, over the websocket, in one session for all of them. The page must
answer each with itself, and the log must hold no traceback. With names of pages, only those.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from streamlit.proto.WidgetStates_pb2 import WidgetState

from tests.browser.harness import App, running_app
from tests.dockerfile import hosted
from tests.load.visitor import LostError, Visitor
from toymodels.app.shell.page_registry import COMPARE, GLOSSARY, HOME, PAGES
from toymodels.app.shell.streamlit_internals import MAX_DEPTH

NUMBERS = (float("nan"), float("inf"), float("-inf"), 1e18, -1e18, 1e308, 0.5)
TEXTS = ("", "nan", "no such thing", "1e999", "\x00\u202e", "[x](http://example.org)", "9" * 5000, "1 " * 5000)
DEPTH = 100_000
EVENTS = ("picked", "zoomed", "moved", "chosen", "copied", "selected", "value", "theme")
"""Names under which the app's components send what a visitor did, among others."""

VALUES: tuple[object, ...] = (
    None, True, -1, 10**18, float("nan"), float("inf"), "", "1", "none", "-1", "x" * 1000, [], [1, 2, 3], {}, [[]],
    {"feature": float("nan"), "to": [0, 0]}, {"feature": 0, "to": [float("nan"), 0]}, {"feature": 10**18, "to": [0, 0]},
    {"feature": True, "to": [0, 0]}, {"feature": 0, "to": [1]}, {"name": 5, "content": 5}, {"name": "", "content": ""},
    {"name": "a.csv", "content": "not base64"}, {"name": "../" * 300, "content": "MQ=="},
    {"name": "a.npz", "content": "MQ=="},
)  # fmt: skip

HONEST = {("a press", "button"), ("bool", "checkbox")}
"""What these widgets do send."""

Forgery = Callable[[str], WidgetState]


def _with(identifier: str, field: str, value: float | str | bytes) -> WidgetState:
    state = WidgetState(id=identifier)
    setattr(state, field, value)
    return state


def _numbers(identifier: str, values: list[float]) -> WidgetState:
    state = WidgetState(id=identifier)
    state.double_array_value.data[:] = values
    return state


def _whole(identifier: str, values: list[int]) -> WidgetState:
    state = WidgetState(id=identifier)
    state.int_array_value.data[:] = values
    return state


def _texts(identifier: str, values: list[str]) -> WidgetState:
    state = WidgetState(id=identifier)
    state.string_array_value.data[:] = values
    return state


def _event(identifier: str, text: str) -> WidgetState:
    state = WidgetState(id=identifier)
    state.string_trigger_value.data = text
    return state


def _json(value: object) -> Forgery:
    text = json.dumps(dict.fromkeys(EVENTS, value))
    return lambda one: WidgetState(id=one, json_value=text)


def _events(value: object) -> Forgery:
    text = json.dumps([{"event": name, "value": value} for name in EVENTS])
    return lambda one: WidgetState(id=one, json_trigger_value=text)


def forgeries() -> Iterator[tuple[str, Forgery]]:
    """Every forgery that is small enough to go to all widgets at once, with a name."""
    for number in NUMBERS:
        yield f"double {number}", partial(_with, field="double_value", value=number)
        yield f"doubles [{number}]", partial(_numbers, values=[number])
    yield "no doubles", partial(_numbers, values=[])
    yield "many doubles", partial(_numbers, values=[0.5] * 1000)
    for whole in (-1, 2**62, 0):
        yield f"int {whole}", partial(_with, field="int_value", value=whole)
        yield f"ints [{whole}]", partial(_whole, values=[whole])
    for text in TEXTS:
        name = repr(text[:20])
        yield f"text {name}", partial(_with, field="string_value", value=text)
        yield f"texts [{name}]", partial(_texts, values=[text])
        yield f"event {name}", partial(_event, text=text)
        yield f"json {name}", partial(_with, field="json_value", value=text)
    yield "no texts", partial(_texts, values=[])
    yield "many texts", partial(_texts, values=["ReLU"] * 100)
    yield "bytes", partial(_with, field="bytes_value", value=b"\xff" * 100)
    yield "bool", partial(_with, field="bool_value", value=True)
    yield "nothing", lambda one: WidgetState(id=one)
    yield "a press", partial(_with, field="trigger_value", value=True)
    for value in VALUES:
        yield f"json of {str(value)[:40]}", _json(value)
        yield f"events of {str(value)[:40]}", _events(value)
    for opened, closed in (("[", "]"), ('{"picked":[', "]}")):
        for depth in (MAX_DEPTH + 1, 900, 1500):
            deep = opened * depth + closed * depth
            yield f"json {depth} deep", partial(_with, field="json_value", value=deep)
            yield f"events {depth} deep", partial(_with, field="json_trigger_value", value=deep)
    yield "a long number in JSON", partial(_with, field="json_value", value=f'{{"picked": {"9" * 5000}}}')


def large() -> Iterator[tuple[str, Forgery]]:
    """Those that go to one widget at a time."""
    yield f"json {DEPTH} deep", partial(_with, field="json_value", value="[" * DEPTH + "]" * DEPTH)
    yield "a long text", partial(_with, field="string_value", value="9" * 900_000)


async def sweep(app: App, page: str, sample: int = 1) -> list[str]:
    """Send every `sample`-th forgery to all widgets of a page; what went wrong, one line each."""
    wrong: list[str] = []
    many = list(forgeries())
    todo = [(name, forge, True) for name, forge in many] + [(name, forge, False) for name, forge in large()]
    todo = todo[::sample]
    while todo:
        try:
            async with Visitor(app.socket_address) as visitor:
                await visitor.open(page)
                usual = len(visitor.elements)
                while todo:
                    name, forge, at_once = todo.pop(0)
                    before = len(app.log)
                    states = [forge(one) for one, kind in visitor.widgets.items() if (name, kind) not in HONEST]
                    for sent in [states] if at_once else [[state] for state in states]:
                        await visitor.forge(sent)
                    wrong += [f"{name}: {error}" for error in dict.fromkeys(visitor.errors)]
                    wrong += [f"{name}: {page}: {line}" for line in app.troubles(before)]
                    if len(visitor.elements) < usual // 2:
                        wrong.append(f"{name}: {page} shows {len(visitor.elements)} of {usual} elements")
                    visitor.errors.clear()
        except LostError as error:
            wrong.append(f"{name}: {error}")
    return wrong


def main() -> None:
    """Sweep and print."""
    names = [entry.name for entry in (HOME, *PAGES, COMPARE, GLOSSARY)]
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("pages", nargs="*", metavar="page", help="all by default")
    asked = arguments.parse_args().pages
    with (
        tempfile.TemporaryDirectory() as folder,
        running_app(Path(folder) / "log.txt", environment=hosted()) as app,
    ):
        for page in [name for name in names if not asked or name in asked]:
            wrong = asyncio.run(sweep(app, page))
            print(f"{page or 'home'}: {len(wrong)} lines of trouble", *wrong[:40], sep="\n  ", flush=True)
        lines = app.log.splitlines()
        print(f"the log holds {len(lines)} lines", *dict.fromkeys(line[24:] for line in lines), sep="\n  ")


if __name__ == "__main__":
    main()
