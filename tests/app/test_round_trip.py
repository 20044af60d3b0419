"""A link holds the whole state of a page: who opens it cold sees what was seen where it was copied."""

from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from tests.app.pages import component_data, notes, open_page, plotted, words
from tests.app.states import controls_of, forget_trainings, in_the_session, short_trainings, states
from tests.app.test_every_page import NAMES
from toymodels.app.shell.controls import Pick

EXAMPLES = 2
"""States of each page; each costs three runs of the page."""


def picture(page: AppTest) -> tuple[list[dict[str, Any]], list[list[pd.DataFrame]]]:
    """What the page draws: the data of its components, and the tables of its charts."""
    charts = range(len(page.get("vega_lite_chart")))
    return component_data(page), [plotted(page, chart) for chart in charts]


@pytest.mark.parametrize("name", NAMES)
def test_a_state_set_by_hand_and_its_link_opened_cold_are_the_same_page(name: str) -> None:
    controls = controls_of(name)

    @settings(
        max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],  # a smaller state that fails as well is not worth minutes
    )  # fmt: skip
    @given(st.data())
    def same(data: st.DataObject) -> None:
        state = data.draw(states(controls))
        with short_trainings():
            by_hand = open_page(name)
            # What can be picked is there only once the rest is set.
            for later in (False, True):
                for control in controls:
                    if isinstance(control, Pick) == later:
                        by_hand.session_state[control.key] = in_the_session(control, state[control.key])
                by_hand.run()
            forget_trainings()
            by_link = open_page(name, **state)
        assert not [note for note in notes(by_link) if "showing" in note]
        for control in controls:
            assert by_link.session_state[control.key] == by_hand.session_state[control.key], control.key
            value = control.read(state[control.key])[0]
            assert control.write(value) == state[control.key]
        assert words(by_link) == words(by_hand)
        drawn, tables = picture(by_link)
        drawn_by_hand, tables_by_hand = picture(by_hand)
        assert drawn == drawn_by_hand
        assert len(tables) == len(tables_by_hand)
        for chart, chart_by_hand in zip(tables, tables_by_hand, strict=True):
            for table, table_by_hand in zip(chart, chart_by_hand, strict=True):
                pd.testing.assert_frame_equal(table, table_by_hand)

    same()


def test_two_states_are_two_pictures() -> None:
    with short_trainings():
        one, other = open_page("faces", seed="5"), open_page("faces", seed="6")
    assert picture(one)[0] != picture(other)[0]
