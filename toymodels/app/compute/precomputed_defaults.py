"""What every page shows before anybody moves a control, trained beforehand, so that a bare link comes up at once.

`python -m toymodels.app.compute.make_precomputed_defaults` makes the file again. Its runs are what `train`
returned, to the last bit.
"""

from __future__ import annotations

import functools
import hashlib
import logging
from collections.abc import Hashable
from pathlib import Path

from toymodels.pretrained.archive import MissingRunError, names, read_shipped
from toymodels.run import Run
from toymodels.spec import AbsMLP, Autoencoder

FILE = Path(__file__).parents[2] / "pretrained" / "defaults.zip"

KEYS_KEPT = 256
"""Keys whose name is kept: a spec of a hundred densities takes longer to write out than to compare."""

_LOG = logging.getLogger(__name__)


@functools.lru_cache(KEYS_KEPT)
def member(key: Hashable) -> str:
    """The name inside the file of the run for a key: what was asked of `train`, in plain values."""
    return hashlib.sha256(repr(key).encode()).hexdigest()[:16] + ".npz"


def shipped(key: Hashable) -> Run | None:
    """The run for a key of `visitor_training` if it is in the file, and whole. Its arrays are read-only."""
    return _read(key) if member(key) in _members() else None


def is_shipped(run: Run) -> bool:
    """Whether `shipped` gave that run."""
    return run in _GIVEN


_GIVEN: set[Run] = set()


@functools.cache
def _read(key: Hashable) -> Run | None:
    match key:
        case (_, Autoencoder() | AbsMLP() as spec, int(seed), _, _, int(snapshots), *_):
            pass
        case _:
            return None
    try:
        run = read_shipped(FILE, member(key), spec, seed, snapshots)
    except MissingRunError as error:
        _LOG.warning("%s. It is trained when a page asks for it.", error)
        return None
    _GIVEN.add(run)
    return run


@functools.cache
def _members() -> frozenset[str]:
    try:
        return names(FILE)
    except MissingRunError as error:
        _LOG.warning("%s. Pages train what they show.", error)
        return frozenset()
