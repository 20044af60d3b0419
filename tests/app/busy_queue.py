"""A queue that somebody else's training keeps busy, for tests of what visitors are shown meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from unittest.mock import patch

from tests.app.states import idle, short_trainings
from toymodels.app.compute import visitor_training
from toymodels.app.compute.training_queue import Training
from toymodels.app.compute.visitor_training import QUICK_TRAININGS, Wanted
from toymodels.run import Run
from toymodels.spec import Autoencoder

PATIENCE = 20.0
"""Seconds after which something that must happen is held not to happen."""


class Somebody:
    """A visitor whose training keeps the queue of quick ones busy until the test lets it end."""

    def __init__(self) -> None:
        self.may_end = threading.Event()
        self._thread = ThreadPoolExecutor(1)
        begun = threading.Event()

        def train(_: Training) -> Run:
            begun.set()
            assert self.may_end.wait(PATIENCE)
            return Wanted(Autoencoder(3, 2, 0.3, 0.9), 99).train(lambda *_: None)

        self._run = self._thread.submit(
            QUICK_TRAININGS.get, "somebody's", "somebody", train, lambda *_: None, seconds=0.1
        )
        assert begun.wait(PATIENCE)

    def leaves(self) -> None:
        """Let the training end, and wait until it has."""
        self.may_end.set()
        self._run.result(PATIENCE)
        self._thread.shutdown()


@contextmanager
def busy_queue() -> Iterator[Somebody]:
    """The queue of quick trainings is busy, nobody who waits there has any patience, and all trainings are short."""
    with short_trainings(), patch.object(visitor_training, "PATIENCE", 0.0):
        somebody = Somebody()
        try:
            yield somebody
        finally:
            somebody.leaves()
        assert idle(QUICK_TRAININGS)
