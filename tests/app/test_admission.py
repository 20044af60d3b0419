"""A full server admits nobody, unless somebody has been idle for long; who is in stays in."""

import resource

import pytest
from streamlit.testing.v1 import AppTest

from tests.app.pages import ROOT
from toymodels.app.shell import admission
from toymodels.app.shell.admission import FILES_PER_SESSION, IDLE_SECONDS, MOST_SESSIONS, Admission, most_sessions


class Server:
    """Which sessions are connected, and which were ended."""

    def __init__(self, most: int) -> None:
        self.connected: list[str] = []
        self.ended: list[str] = []
        self.admission = Admission(most, lambda: self.connected, self.end)

    def end(self, session: str) -> None:
        self.ended.append(session)
        self.connected.remove(session)

    def run(self, session: str, now: float) -> bool:
        if session not in self.connected:
            self.connected.append(session)
        return self.admission.admits(session, now)


def test_a_full_server_admits_nobody_and_keeps_who_is_there() -> None:
    server = Server(2)
    assert server.run("a", 0)
    assert server.run("b", 1)
    assert not server.run("c", 2)
    assert server.run("a", 3)
    assert server.run("b", 4)
    assert not server.run("c", 5)
    assert server.ended == []


def test_who_closes_the_tab_makes_room() -> None:
    server = Server(2)
    server.run("a", 0)
    server.run("b", 1)
    server.connected.remove("a")
    assert server.run("c", 2)
    assert not server.run("d", 3)


def test_who_has_been_idle_the_longest_makes_room_and_nobody_before_the_time() -> None:
    server = Server(2)
    server.run("a", 0)
    server.run("b", 1)
    server.run("a", 2)
    assert not server.run("c", 1 + IDLE_SECONDS - 0.1)
    assert server.run("c", 1 + IDLE_SECONDS)
    assert server.ended == ["b"]
    assert not server.run("d", 1 + IDLE_SECONDS)


def test_the_limit_of_open_files_is_raised_and_fits_the_sessions() -> None:
    usual = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (256, usual[1]))
        most = most_sessions()
        assert most == MOST_SESSIONS or usual[1] < 2 * MOST_SESSIONS * FILES_PER_SESSION
        assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] >= 2 * most * FILES_PER_SESSION
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, usual)


def test_a_full_server_says_so_in_one_sentence_and_draws_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    full = Admission(0, list, lambda session: None)
    full.admits = lambda session, now: False  # type: ignore[method-assign]
    monkeypatch.setattr(admission, "_admission", lambda: full)
    page = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=60).run()
    assert [one.value for one in page.warning] == [
        "This server is full at the moment. Please load the page again in a few minutes."
    ]
    assert len(page.main.children) == 1
