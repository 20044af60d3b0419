"""Walking through the talk."""

from streamlit.testing.v1 import AppTest

from tests.app.pages import open_home, open_page
from tests.app.states import short_trainings
from toymodels.app.shell.page_registry import HOME, TALK


def links(page: AppTest) -> list[tuple[str, str]]:
    """Heading and query of every link in the page itself, in order."""
    return [(element.proto.label, element.proto.query_string) for element in page.main.get("page_link")]


def test_the_way_on_from_home_is_the_first_page_of_the_talk() -> None:
    assert links(open_home())[-1][0] == TALK[0].title


def test_the_way_back_from_the_first_page_is_home() -> None:
    assert (HOME.title, "") in links(open_page(TALK[0].name))


def test_links_lead_back_to_the_state_in_which_a_page_was_left() -> None:
    page = open_page("faces", S="0.3")
    page.switch_page("streamlit_app.py").run()
    assert links(page)[-1] == (TALK[0].title, "S=0.3")


def test_a_control_hands_nothing_on_to_one_of_the_same_name_on_the_next_page() -> None:
    with short_trainings():
        page = open_page("pentagon", S="0.3", r="0.7")
        # The browser keeps the query of the page before, where the link says nothing else.
        page.switch_page("pages/why.py").run()
        assert (page.slider(key="S").value, page.slider(key="r").value) == (0.9, 0.9)
        page.switch_page("pages/pentagon.py").run()
        assert (page.slider(key="S").value, page.slider(key="r").value) == (0.3, 0.7)
