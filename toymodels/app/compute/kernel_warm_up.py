"""Compiling of the training kernels in the background, once per server, so that no visitor waits for it."""

from __future__ import annotations

import functools
import gc
import logging
import threading

from toymodels.training import warm_up

_LOG = logging.getLogger(__name__)

DELAY = 1.0
"""Seconds after the first page has begun: it needs no kernels, and they would take the processor from it."""


@functools.cache
def warm_up_in_background() -> None:
    """Load the compiled kernels, or compile them, in a thread that begins a little later; once per process."""
    timer = threading.Timer(DELAY, _warm_up)
    timer.daemon = True
    timer.start()


def _warm_up() -> None:
    try:
        warm_up()
    except Exception:
        # A training will compile them then, or fail in front of the visitor who wants it.
        _LOG.exception("The training kernels could not be made ready")
    # What is loaded by now stays. Python looks through all objects now and then for those that nobody can reach, and
    # meanwhile no page goes on: for 150 ms with those of the libraries, for 30 ms without them.
    gc.collect()
    gc.freeze()
