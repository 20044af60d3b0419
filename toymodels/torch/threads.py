"""How many cores PyTorch uses."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch


@contextmanager
def one_thread() -> Iterator[None]:
    """PyTorch's operations on one core until the end of the block, then on as many as before.

    For a server, where other visitors need the other cores, and where two threads that wait for one another on a busy
    core take many times as long as one. PyTorch keeps the number for the whole process: enter one block at a time.
    `train` itself leaves the number alone.
    """
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
