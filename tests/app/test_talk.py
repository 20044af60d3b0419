"""The talk without a browser: its order, and the questions that are answered by the figure behind them."""

from __future__ import annotations

import json
import re
from unittest.mock import patch
from urllib.parse import parse_qs, urlsplit

import pytest
from PIL import Image
from streamlit.runtime.context import ContextProxy
from streamlit.testing.v1 import AppTest

from tests.app.pages import component_data, notes, open_home, open_page, send, shown_alt
from tests.app.states import short_trainings
from tests.app.test_every_page import NAMES
from toymodels.app.shell import network_address, talk_route
from toymodels.app.shell import page as shell
from toymodels.app.shell.network_address import for_phones
from toymodels.app.shell.page_registry import BEYOND, HOME, PAGES, QUESTION, TALK
from toymodels.app.shell.stop_pictures import FOLDER, HEIGHT, WIDTH, stop_pictures
from toymodels.app.shell.talk_code import code_rows, with_room, words_of
from toymodels.app.shell.tally import MOST_ANSWERS, MOST_ROOMS, Tally

STOPS = talk_route.walked("", talk_route.stops_of((HOME, *TALK)))
ENTRIES = {entry.name: entry for entry in PAGES}


def where(app: AppTest) -> str:
    """What the foot of the talk says: the page, and how far it is."""
    return next(str(caption.value) for caption in app.caption if re.search(r" · \d+ of \d+$", str(caption.value)))


def follow(app: AppTest, icon: str) -> None:
    """Go where the link with this icon leads."""
    link = next(element.proto for element in app.main.get("page_link") if element.proto.icon == icon)
    app.query_params.clear()
    app.query_params.update(parse_qs(link.query_string))
    app.switch_page(f"pages/{link.page}.py" if link.page else HOME.file).run()


def test_the_links_of_the_talk_lead_through_all_stops_in_order_and_back() -> None:
    with short_trainings():
        app = open_home()
        app.query_params["talk"] = "1"
        app.run()
        for number, (entry, _) in enumerate(STOPS, start=1):
            assert where(app) == f"{entry.title} · {number} of {len(STOPS)}"
            if number < len(STOPS):
                follow(app, ":material/arrow_forward:")
        follow(app, ":material/arrow_back:")
        assert where(app) == f"{STOPS[-2][0].title} · {len(STOPS) - 1} of {len(STOPS)}"


def test_a_route_of_the_link_is_walked_and_another_text_is_as_if_it_were_not_there() -> None:
    every = talk_route.stops_of((HOME, *TALK))
    names = {talk_route.stop_name(stop) for stop in every}
    assert all(route <= names for route in talk_route.ROUTES.values())
    assert [len(talk_route.walked(walk, every)) for walk in ("10", "20", "45", "all")] == [11, 23, 49, len(every)]
    own = talk_route.walked("pentagon.axis,faces.codes", every)
    assert [talk_route.stop_name(stop) for stop in own] == ["faces.codes", "pentagon.axis"]
    assert talk_route.walked("nowhere", every) == talk_route.walked("", every)
    assert not any(map(talk_route.legal, ("nowhere", "faces.codes,<b>", "faces.codes," * 1000)))
    for walk, place in (("10", "2 of 11"), ("faces.question,why.free", "1 of 2"), ("<b>", "2 of 49")):
        page = open_page("faces", talk="1", walk=walk)
        assert f"A face through a bottleneck · {place}" in [str(caption.value) for caption in page.caption]


def test_who_leaves_the_talk_goes_on_by_the_same_route() -> None:
    for walk in ("10", "nowhere"):
        page = open_page("faces", talk="1", walk=walk, stop="check")
        page.query_params.clear()
        page.run()
        follow(page, ":material/slideshow:")
        assert where(page).endswith("· 2 of 11" if walk == "10" else "· 2 of 49")


def test_the_closing_stop_leads_beyond_the_talk_and_back() -> None:
    with short_trainings():
        page = open_page("good_or_bad", talk="1", walk="10", stop="closing")
        follow(page, ":material/slideshow:")
        assert where(page) == f"{BEYOND[0].title} · 1 of 5"
        page.query_params["stop"] = "seeds"
        page.run()
        follow(page, ":material/arrow_forward:")
    assert where(page) == f"{TALK[-1].title} · 11 of 11"


def test_a_check_is_a_glance_in_a_talk_and_shows_in_full_what_does_not_hold() -> None:
    with short_trainings():
        page = open_page("absolute_value", talk="1", stop="check")
    texts = [str(element.value) for element in page.markdown]
    holding, claims = map(int, re.fullmatch(r"# (\d+) of (\d+)", texts[0]).groups())  # type: ignore[union-attr]
    assert sum("This run:" in text for text in texts) == claims - holding > 0


def test_hide_is_checked_as_every_parameter() -> None:
    assert notes(open_page("faces", hide="S")) == []
    (note,) = notes(open_page("faces", hide="S,<b>"))
    assert note.startswith("hide = ?b? is no control of this page; its controls are S, activation, seed")
    assert len(notes(open_page("faces", hide="x," * 10_000))[0]) < 300


def test_answers_of_phones_are_counted_once_each_within_bounds() -> None:
    tally = Tally()
    room = tally.open_room()
    for visitor, answer in (("one", "a"), ("one", "b"), ("two", "b")):
        assert tally.answer(room, "q", visitor, answer)
    assert tally.counts(room, "q") == {"b": 2}
    assert tally.counts(room, "another") == {}
    assert not tally.answer("unknown1", "q", "one", "a")
    for number in range(MOST_ANSWERS):
        tally.answer(room, "q", str(number), "a")
    assert not tally.answer(room, "q", "one too many", "a")
    assert tally.counts(room, "q").total() == MOST_ANSWERS
    for _ in range(MOST_ROOMS):
        tally.open_room()
    assert not tally.answer(room, "q", "one", "a")


def test_a_qr_code_has_its_finder_patterns_and_no_address_that_is_too_long() -> None:
    rows = code_rows(with_room("http://127.0.0.1/pentagon?talk=1", "abcdefgh"))
    assert len(rows) == len(rows[0])
    assert rows[0].startswith("1111111")
    assert rows[6].endswith("1111111")
    assert code_rows("http://127.0.0.1/?W=" + "1" * 2000) == []
    assert with_room("http://a/b", "r") == "http://a/b?join=r"


def test_a_code_leads_phones_to_the_machine_and_not_to_themselves() -> None:
    here, there = "http://localhost:8501/faces?S=0.9", "http://192.168.1.7:8501/faces?S=0.9"
    with patch.object(network_address, "network_host", lambda: "192.168.1.7"):
        assert for_phones(here, listens="") == for_phones(here, listens="0.0.0.0", named="localhost") == there
        assert for_phones("http://[::1]/", listens="") == "http://192.168.1.7/"
        # A server that listens on this machine alone answers no phone.
        assert for_phones("http://127.0.0.1:8501/", listens="127.0.0.1") is None
        # Who asks from elsewhere does not see this machine as localhost.
        assert for_phones(here, listens="", here=False) is None
    with patch.object(network_address, "network_host", lambda: None):
        assert for_phones(here, listens="") is None
    assert for_phones(here, listens="localhost", named="school.example") == "http://school.example:8501/faces?S=0.9"
    for known in ("https://school.example/why", "http://10.0.0.3:8501/why", "http://128.0.0.1/"):
        assert for_phones(known, listens="localhost") == known
    with pytest.raises(ValueError, match="IPv6"):
        for_phones("http://[", listens="")


@pytest.mark.parametrize(
    ("ip_address", "headers", "told"),
    [
        (None, {}, True),
        ("::ffff:127.0.0.1", {}, True),
        ("198.51.100.7", {}, False),
        (None, {"X-Forwarded-For": "198.51.100.7"}, False),
    ],
    ids=["here", "here, as version 6 writes it", "elsewhere", "through a proxy here"],
)
def test_a_forged_localhost_is_not_told_the_address_of_the_machine(
    ip_address: str | None, headers: dict[str, str], told: bool
) -> None:
    page = open_page("glossary")
    with (
        patch.object(network_address, "network_host", lambda: "192.168.1.7"),
        patch.object(ContextProxy, "ip_address", ip_address),
        patch.object(ContextProxy, "headers", headers),
    ):
        send(page, "presenter", "code", "http://localhost:8501/glossary")
    (presenter,) = [one.proto for one in page.get("bidi_component") if one.proto.component_name == "presenter"]
    code = json.loads(presenter.json)[0]["code"]
    assert urlsplit(code["address"]).netloc == ("192.168.1.7:8501" if told else "localhost:8501")
    assert bool(code["rows"]) == told


def test_the_words_of_a_code_say_what_to_do() -> None:
    assert words_of("http://localhost/", None, [], question=True).startswith("Phones cannot reach this address")
    assert words_of("http://a/", "http://a/", [], question=True) == "This address is too long for a code."
    assert words_of("http://a/", "http://a/", ["1"], question=True) == "Answer on your phone."
    words = words_of("http://localhost/", "http://10.0.0.3/", ["1"], question=False)
    assert words.endswith("It has to be in the same network as this machine.")


def test_every_stop_has_its_picture_and_together_they_are_small() -> None:
    stops = talk_route.stops_of((HOME, *PAGES))
    assert set(stop_pictures()) == {talk_route.stop_name(stop) for stop in stops}
    files = list(FOLDER.iterdir())
    assert sum(file.stat().st_size for file in files) < 300_000
    for file in files:
        with Image.open(file) as picture:
            assert (picture.format, picture.size) == ("WEBP", (WIDTH, HEIGHT))
            # Something is drawn on it.
            assert len(set(picture.convert("L").get_flattened_data())) > 20, file.name


@pytest.mark.parametrize("name", NAMES)
def test_a_reader_meets_the_figures_in_the_order_of_the_talk(name: str) -> None:
    met: list[str] = []
    draw = shell.Page.section

    def noting(page: shell.Page, stop: str) -> bool:
        met.append(stop)
        return draw(page, stop)

    with short_trainings(), patch.object(shell.Page, "section", noting):
        open_page(name)
    assert list(dict.fromkeys(met)) == [section.name for section in ENTRIES[name].sections]


def guessed(name: str, guess: str, revealing: str, **query: str) -> AppTest:
    """The page at the stop that reveals, after this answer was chosen at the question."""
    app = open_page(name, talk="1", stop=QUESTION.name, **query)
    assert [str(element.value) for element in (*app.success, *app.warning)] == []
    next(button for button in app.button if button.label == guess).click().run()
    app.query_params["stop"] = revealing
    app.run()
    return app


# Of every page: a state, the stop that reveals, what is true there, and another answer.
REVEALED = [
    ("faces", {"S": "0.9"}, "codes", "all four", "three"),
    ("faces", {"S": "0"}, "codes", "two or fewer", "three"),
    ("pentagon", {"S": "0"}, "axis", "an orthogonal pair", "two digons"),
    ("pentagon", {"S": "0.8"}, "axis", "two digons", "a pentagon"),
    ("pentagon", {"S": "0.9"}, "axis", "a pentagon", "two digons"),
    ("measure", {}, "drawing", "half of one", "a whole one"),
    ("measure", {"W": "1 0\n0 1"}, "drawing", "a whole one", "half of one"),
    ("ladder", {}, "sweep", "more than twice as many", "as many as dimensions"),
    ("ladder", {"densities": "1"}, "sweep", "as many as dimensions", "all of them"),
    ("why", {"S": "0.9"}, "terms", "all of them", "none"),
    ("why", {"S": "0"}, "terms", "no two arrows point away from each other", "all of them"),
    ("geometry", {"inverse_density": "3.2"}, "graph", "pairs", "triangles and tetrahedra"),
    ("absolute_value", {}, "sparser", "more than 20, at most 40", "all 100"),
    ("good_or_bad", {"S": "0"}, "storage", "about as many", "more than twice as many"),
    ("good_or_bad", {"S": "0.99"}, "storage", "more than twice as many", "about as many"),
]


@pytest.mark.parametrize(("name", "query", "revealing", "truth", "other"), REVEALED)
def test_a_guess_is_answered_by_what_is_true(
    name: str, query: dict[str, str], revealing: str, truth: str, other: str
) -> None:
    right = guessed(name, truth, revealing, **query)
    assert [str(element.value) for element in right.success] == [f"**{truth}**, as you said."]
    assert list(right.warning) == []
    wrong = guessed(name, other, revealing, **query)
    assert [str(element.value) for element in wrong.warning] == [f"**{truth}**. You said: {other}."]
    assert list(wrong.success) == []


def test_who_reads_or_has_not_guessed_is_told_no_answer() -> None:
    for query in ({}, {"talk": "1", "stop": "axis"}):
        page = open_page("pentagon", **query)
        assert not any("You said" in str(element.value) for element in page.warning)
        assert list(page.success) == []


def test_a_digit_answers_a_question_unless_single_keys_are_switched_off() -> None:
    page = open_page("pentagon")
    for shortcuts in ([""] * 4, ["1", "2", "3", "4"]):
        page.query_params.clear()
        page.run()
        page.toggle(key="_letter_keys_drawn").set_value(shortcuts[0] == "1").run()
        page.query_params.update({"talk": "1", "stop": QUESTION.name})
        page.run()
        assert [button.proto.shortcut for button in page.button] == shortcuts


def test_a_stop_that_does_not_exist_is_answered_with_a_sentence() -> None:
    (note,) = notes(open_page("why", talk="1", stop="<b>nowhere</b>"))
    assert note.startswith("stop = ?b?nowhere??b? is none of question, terms, free, angle")


def test_a_pane_has_no_menu_and_shows_one_figure() -> None:
    pane = open_page("faces", pane="1", stop="curve")
    assert shown_alt(pane) == []
    assert [data["slider"] for data in component_data(pane)] == ["S"]
    assert not pane.sidebar.get("page_link")


@pytest.mark.parametrize(
    ("name", "stop", "trainings"),
    [
        ("good_or_bad", "question", 0),
        ("good_or_bad", "storage", 11),
        ("good_or_bad", "observation", 1),
        ("good_or_bad", "computation", 7),
        ("absolute_value", "simple", 1),
        ("absolute_value", "inhibition", 1),
        ("pentagon", "interference", 1),
        ("pentagon", "axis", 1),
        ("pentagon", "film", 3),
    ],
)
def test_a_stop_trains_only_what_it_shows(name: str, stop: str, trainings: int) -> None:
    with short_trainings() as costs:
        open_page(name, talk="1", stop=stop)
    assert len(costs) == trainings
