"""A class on one small server: N visitors open pages by links, move controls, walk on, leave and come back.

`python -m tests.load.visitors --visitors 30 --seconds 60` starts the app on this machine, lets one visitor play alone,
then all of them, and prints what they met. With `--links new` every link has one control of its page moved to any
value, as people share what they found; with `--links seeds` it is a seed that nobody has seen, and all is trained.
A soak is `--visitors 15 --seconds 1800`. docs/under-load.md says what the numbers should be.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import re
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, get_args
from urllib.parse import urlencode

from tests.browser.harness import App, running_app
from tests.dockerfile import hosted
from tests.load.visitor import LostError, Visitor

PLAY: dict[str, dict[str, tuple[str, ...]]] = {
    "faces": {"S": ("0.9", "0.5", "0.7", "0.8"), "seed": ("0", "1", "2"), "activation": ("ReLU", "linear")},
    "pentagon": {"S": ("0.9", "0.0", "0.8"), "n": ("5", "6"), "seed": ("0", "1")},
    "measure": {"S": ("0.9", "0.5", "0.8"), "feature": ("1", "2", "3"), "seed": ("0", "1")},
    "ladder": {"feature": ("none", "3", "12"), "seed": ("0", "1"), "zoom": ("all", "0.1")},
    "why": {"S": ("0.9", "0.5", "0.8"), "form": ("one active", "x = 1", "linear"), "n": ("5", "4")},
    "geometry": {"inverse_density": ("8", "4", "3"), "seed": ("0", "1"), "group": ("1", "2", "5")},
    "absolute_value": {"mono": ("0.6", "0.7", "0.5"), "S": ("0.77", "0.5"), "n": ("3", "4")},
    "good_or_bad": {"S": ("0.9", "0.8"), "m": ("5", "3", "8"), "start": ("no superposition", "near zero")},
}
"""What the visitors of a page move, and to what; the first value is the page's own."""

Range = tuple[float, float, float]

SPARSITIES: Range = (0, 0.99, 0.01)
DECAYS: Range = (0.5, 1, 0.05)
SEEDS: Range = (2, 9999, 1)
RANGES: dict[str, dict[str, Range]] = {
    "faces": {"S": SPARSITIES, "I_nose": (0.05, 1, 0.05), "seed": SEEDS},
    "pentagon": {"S": SPARSITIES, "n": (3, 8, 1), "r": DECAYS, "seed": SEEDS},
    "measure": {"S": SPARSITIES, "feature": (1, 5, 1), "r": DECAYS, "seed": SEEDS},
    "ladder": {"feature": (1, 20, 1), "r": DECAYS, "seed": SEEDS},
    "why": {"S": SPARSITIES, "n": (3, 8, 1), "r": DECAYS, "seed": SEEDS},
    "geometry": {"inverse_density": (1, 10, 1), "edge": (0.05, 0.95, 0.05), "group": (1, 9, 1)},
    "absolute_value": {"mono": (0.2, 0.9, 0.05), "S": SPARSITIES, "n": (2, 12, 1), "seed": SEEDS},
    "good_or_bad": {"S": SPARSITIES, "r": (0.7, 1, 0.05), "seed": SEEDS},
}
"""What a new link has moved, and to what: from, to, and the step."""

THINKING = (2.0, 6.0)
"""Seconds for which a visitor looks at a page before doing something."""

ALONE = (0.2, 0.4)
"""As `THINKING`, for the visitor who plays alone."""

LONGEST_ALONE = 60.0
"""Seconds for which that one plays at most."""

SEEDED = tuple(page for page in PLAY if page != "geometry")
"""Pages that train from any seed."""

FEWEST = 5
"""Times of which a p95 says something."""

Links = Literal["known", "new", "seeds"]

MEGABYTE = 1024**2
SECONDS_BETWEEN_LOOKS = 0.25


@dataclass
class Met:
    """What visitors met.

    Attributes:
        opened: seconds that each arrival by a link took, to the whole page.
        pictured: the same, to its first figure.
        walked: seconds that each walk to another page took.
        trained: seconds of reruns for which something had to be trained, or may have had to.
        cached: seconds of reruns to a state that somebody has seen complete before.
        errors: what a person would have seen go wrong.
        lost: connections that the server closed or left without an answer.
        seen: the states, page and query, that somebody has seen complete.
    """

    opened: list[float] = field(default_factory=list)
    pictured: list[float] = field(default_factory=list)
    walked: list[float] = field(default_factory=list)
    trained: list[float] = field(default_factory=list)
    cached: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    seen: set[tuple[str, str]] = field(default_factory=set)


async def play(
    address: str, number: int, until: float, thinking: tuple[float, float], met: Met, links: Links = "known"
) -> None:
    """One visitor after the other in the same chair, until the time is over; `links` as in `hour`."""
    dice = random.Random(number)
    while time.monotonic() < until:
        try:
            async with Visitor(address) as visitor:
                await _visit(visitor, dice, until, thinking, met, links)
                met.errors += visitor.errors
        except LostError as error:
            met.lost.append(str(error))


async def _visit(
    visitor: Visitor, dice: random.Random, until: float, thinking: tuple[float, float], met: Met, links: Links
) -> None:
    page = dice.choice(list(PLAY))
    met.opened.append(await visitor.open(page, _query(dice, page, links)))
    if visitor.pictured is not None:
        met.pictured.append(visitor.pictured)
    met.seen.add(_state(visitor))
    while time.monotonic() < until:
        await asyncio.sleep(dice.uniform(*thinking))
        fate = dice.random()
        if fate < 0.05:
            return
        if fate < 0.2:
            page = dice.choice(list(PLAY))
            met.walked.append(await visitor.walk(page, _query(dice, page, links)))
        else:
            key = dice.choice(list(PLAY[page]))
            value = dice.choice([one for one in PLAY[page][key] if one != visitor.query.get(key, PLAY[page][key][0])])
            await visitor.ask(key, value)
            if value == PLAY[page][key][0]:
                del visitor.query[key]  # as the browser writes the address
            known = _state(visitor) in met.seen
            (met.cached if known else met.trained).append(await visitor.answer())
        met.seen.add(_state(visitor))


def _query(dice: random.Random, page: str, links: Links) -> str:
    """A shared link: the page as it is, or one control moved; `links` as in `hour`."""
    if links == "seeds" and page in SEEDED:
        return urlencode({"seed": any_of(dice, SEEDS)})
    if links == "new":
        key = dice.choice(list(RANGES[page]))
        return urlencode({key: any_of(dice, RANGES[page][key])})
    key = dice.choice(list(PLAY[page]))
    value = dice.choice(PLAY[page][key])
    return "" if value == PLAY[page][key][0] else urlencode({key: value})


def any_of(dice: random.Random, values: Range) -> str:
    """One of the values from the first to the last in steps, as a link spells it."""
    low, high, step = values
    return f"{low + step * dice.randint(0, round((high - low) / step)):g}"


def _state(visitor: Visitor) -> tuple[str, str]:
    return visitor.page, urlencode(sorted(visitor.query.items()))


def memory(process: int, name: str = "VmRSS") -> float:
    """Megabytes that a process takes, or with "VmHWM" has taken at most."""
    found = re.search(rf"{name}:\s+(\d+) kB", Path(f"/proc/{process}/status").read_text())
    assert found is not None
    return int(found[1]) * 1024 / MEGABYTE


def threads(process: int) -> int:
    """How many threads a process has."""
    return len(list(Path(f"/proc/{process}/task").iterdir()))


def files(process: int) -> int:
    """How many open files a process has."""
    return len(list(Path(f"/proc/{process}/fd").iterdir()))


def processor(process: int) -> float:
    """Seconds of processor time that a process has taken, all its threads together."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def _watch(process: int, sizes: list[tuple[float, float]]) -> None:
    while True:
        sizes.append((time.monotonic(), memory(process)))
        await asyncio.sleep(SECONDS_BETWEEN_LOOKS)


@dataclass(frozen=True)
class Trainings:
    """What the server says of its trainings.

    Attributes:
        asked: how often one was asked for that was not kept yet.
        started: how many began.
        finished: how many came to their end.
        left: how many were left by their visitor before they began, or before they ended.
        again: how many began whose like had come to its end before.
    """

    asked: int
    started: int
    finished: int
    left: int
    again: int


def trainings(log: str) -> Trainings:
    """From the lines of tests.load.server."""
    events = re.findall(r"^toymodels\.app\.compute\.training_queue (\w+) (\S+)$", log, re.MULTILINE)
    count = Counter(event for event, _ in events)
    done: set[str] = set()
    again = 0
    for event, key in events:
        again += event == "started" and key in done
        if event == "finished":
            done.add(key)
    return Trainings(count["asked"], count["started"], count["finished"], count["left"], again)


@dataclass(frozen=True)
class Outcome:
    """A class hour: what one visitor met alone, what all met, what the server says, and what it took.

    `sizes` are moments and megabytes, `most` the most megabytes, `processor` the processor's seconds per second.
    """

    alone: Met
    crowd: Met
    trainings: Trainings
    troubles: list[str]
    sizes: list[tuple[float, float]]
    most: float
    processor: float


async def hour(
    app: App, visitors: int, seconds: float, thinking: tuple[float, float] = THINKING, links: Links = "known"
) -> Outcome:
    """One visitor alone, long enough to see states again, then all of them for these seconds.

    The crowd's links are known ones, which several share; or new ones, with any control moved; or, to one of `SEEDED`,
    seeds that nobody has seen.
    """
    address = app.socket_address
    alone, crowd = Met(), Met()
    await play(address, 0, time.monotonic() + min(seconds / 2, LONGEST_ALONE), ALONE, alone)
    sizes: list[tuple[float, float]] = []
    watching = asyncio.create_task(_watch(app.process.pid, sizes))
    # States that were seen alone are still kept.
    crowd.seen |= alone.seen
    began, taken = time.monotonic(), processor(app.process.pid)
    until = began + seconds
    await asyncio.gather(*(play(address, number, until, thinking, crowd, links) for number in range(1, visitors + 1)))
    watching.cancel()
    share = (processor(app.process.pid) - taken) / (time.monotonic() - began)
    most = memory(app.process.pid, "VmHWM")
    return Outcome(alone, crowd, trainings(app.log), app.troubles(), sizes, most, share)


def times(name: str, values: Sequence[float]) -> str:
    """A line of what is printed."""
    if len(values) < FEWEST:
        return f"{name:34} {len(values):5}   too few for a p95; play for longer"
    middle = statistics.median(values)
    return f"{name:34} {len(values):5}   p50 {middle:6.2f} s   p95 {p95(values):6.2f} s   max {max(values):6.2f} s"


def p95(values: Sequence[float]) -> float:
    """The time that 95 of 100 stay below; of at least two."""
    return statistics.quantiles(values, n=20, method="inclusive")[18]


def main() -> None:
    """Play and print."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--visitors", type=int, default=30, choices=range(1, 101), metavar="1..100")
    arguments.add_argument("--seconds", type=int, default=60, choices=range(5, 3601), metavar="5..3600")
    arguments.add_argument("--links", choices=get_args(Links), default="known")
    asked = arguments.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        running_app(Path(folder) / "log.txt", ("-m", "tests.load.server"), environment=hosted()) as app,
    ):
        outcome = asyncio.run(hour(app, asked.visitors, asked.seconds, links=asked.links))
        held = f"{threads(app.process.pid)} threads, {files(app.process.pid)} open files at the end"
    alone, crowd = outcome.alone, outcome.crowd
    print(times("alone: rerun, nothing to train", alone.cached))
    print(times(f"{asked.visitors} visitors: open, first figure", crowd.pictured))
    print(times("open, whole page", crowd.opened))
    print(times("walk to another page", crowd.walked))
    print(times("rerun, something to train", crowd.trained))
    print(times("rerun, nothing to train", crowd.cached))
    if min(len(alone.cached), len(crowd.cached)) >= FEWEST:
        print(f"p95 of a rerun with nothing to train: {p95(crowd.cached) / p95(alone.cached):.1f} times that alone")
    print(f"{outcome.trainings}; the server had {outcome.processor:.2f} processors")
    half = outcome.sizes[len(outcome.sizes) // 2][0]
    first, second = ([size for at, size in outcome.sizes if (at >= half) == late] for late in (False, True))
    print(
        f"memory: {outcome.sizes[0][1]:.0f} MB before, then {statistics.median(first):.0f} MB in the first half, "
        f"{second[0]:.0f} to {second[-1]:.0f} MB in the second, at most {outcome.most:.0f} MB"
    )
    print(held)
    print(f"errors {len(crowd.errors)}, lost connections {len(crowd.lost)}, in the log {len(outcome.troubles)}")
    for line in [*crowd.errors, *crowd.lost, *outcome.troubles][:60]:
        print(" ", line)


if __name__ == "__main__":
    main()
