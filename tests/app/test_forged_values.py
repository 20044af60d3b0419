"""Values of widgets that no frontend sends are refused in one place, before a page or a callback reads them."""

import json
import logging

import pytest
from streamlit.elements.widgets.slider import SliderSerde
from streamlit.proto.Slider_pb2 import Slider
from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.runtime.state.common import WidgetMetadata
from streamlit.runtime.state.session_state import WStates

from tests.load.forged import forgeries, large
from toymodels.app.shell.streamlit_internals import MAX_DEPTH, refuse_forged_values

SLIDER = SliderSerde([0.9], Slider.FLOAT, True, None, 0.0, 1.0)


def slider() -> WidgetMetadata[object]:
    return WidgetMetadata("slider", SLIDER.deserialize, SLIDER.serialize, "double_array_value")


def component() -> WidgetMetadata[object]:
    return WidgetMetadata("component", lambda sent: {} if sent is None else {"sent": sent}, repr, "json_value")


def moved(*values: float) -> WidgetState:
    state = WidgetState(id="slider")
    state.double_array_value.data[:] = values
    return state


def test_a_slider_keeps_its_value_whatever_is_forged_and_moves_when_it_is_moved(
    caplog: pytest.LogCaptureFixture,
) -> None:
    refuse_forged_values()
    states = WStates()
    states.set_widget_metadata(slider())
    states.set_widget_from_proto(moved(0.5))
    assert states["slider"] == 0.5
    for _, forge in [*forgeries(), *large()]:
        state = forge("slider")
        if state.WhichOneof("value") not in ("double_array_value", None):
            states.set_widget_from_proto(state)
            assert states["slider"] == 0.5
    states.set_widget_from_proto(moved(0.3))
    assert states["slider"] == 0.3
    assert {record.getMessage() for record in caplog.records} == {"Refused a forged value of a widget: ValueError"}
    assert all(record.levelno == logging.WARNING and record.exc_info is None for record in caplog.records)


@pytest.mark.parametrize(
    "sent",
    [
        "[" * 100_000 + "]" * 100_000,
        "[" * (MAX_DEPTH + 2) + "]" * (MAX_DEPTH + 2),
        '{"picked": NaN}',
        '{"picked": -Infinity}',
        f'{{"picked": {"9" * 5000}}}',
        "no JSON",
        "",
    ],
    ids=lambda sent: sent[:12],
)
def test_json_that_no_component_sends_is_refused(sent: str) -> None:
    refuse_forged_values()
    states = WStates()
    states.set_widget_metadata(component())
    states.set_widget_from_proto(WidgetState(id="component", json_value='{"picked": "3"}'))
    before = states["component"]
    states.set_widget_from_proto(WidgetState(id="component", json_value=sent))
    assert states["component"] == before


def test_json_as_deep_as_allowed_is_taken() -> None:
    refuse_forged_values()
    states = WStates()
    states.set_widget_metadata(component())
    sent = '{"moved": {"feature": 1, "to": [0.5, [[[["deep"]]]]]}}'
    states.set_widget_from_proto(WidgetState(id="component", json_value=sent))
    assert states["component"] == {"sent": json.loads(sent)}


def test_a_forged_value_that_comes_before_its_widget_gives_the_default() -> None:
    refuse_forged_values()
    states = WStates()
    states.set_widget_from_proto(WidgetState(id="slider", string_value="0.5"))
    states.set_widget_metadata(slider())
    assert states["slider"] == 0.9
