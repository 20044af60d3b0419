"""Tally of the answers that a class gives on its phones: in memory, for one server, bounded and without names."""

from __future__ import annotations

import re
import secrets
import threading
from collections import Counter, OrderedDict

MOST_ROOMS = 100
"""Of more, the one that was opened first is dropped."""

MOST_ANSWERS = 1000
"""Of one question in one room; those that come later are not counted."""

_ROOM = re.compile(r"[\w-]{8}", re.ASCII)


class Tally:
    """Answers by room and question. A visitor who answers again changes the answer."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rooms: OrderedDict[str, dict[str, dict[str, str]]] = OrderedDict()

    def open_room(self) -> str:
        """A new room; its name, which nobody guesses."""
        room = secrets.token_urlsafe(6)
        with self._lock:
            self._rooms[room] = {}
            while len(self._rooms) > MOST_ROOMS:
                self._rooms.popitem(last=False)
        return room

    def answer(self, room: str, question: str, visitor: str, answer: str) -> bool:
        """Count an answer; whether it is counted: not in a room that is unknown or full.

        Args:
            room: as the URL says it.
            question: name of the page that asks.
            visitor: identifier of the visitor's session.
            answer: one of the answers of the question.
        """
        with self._lock:
            if _ROOM.fullmatch(room) is None or room not in self._rooms:
                return False
            answers = self._rooms[room].setdefault(question, {})
            if visitor not in answers and len(answers) >= MOST_ANSWERS:
                return False
            answers[visitor] = answer
            return True

    def counts(self, room: str, question: str) -> Counter[str]:
        """How often each answer was given."""
        with self._lock:
            return Counter(self._rooms.get(room, {}).get(question, {}).values())


TALLY = Tally()
"""Of this server."""
