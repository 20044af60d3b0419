"""Links that nobody should send: any text for any control of any page, and names that no page knows.

`python -m tests.app.fuzz --states 2000` opens as many and says what it met; tests/app/test_fuzz.py opens a few. Nearly
all are opened with trainings of two steps, because it is the reading of the address that is tried; every fiftieth is
trained for real.
"""

from __future__ import annotations

import argparse
import random
import re
import resource
import time

from tests.app.pages import link_to
from tests.app.states import controls_of, forget_trainings, short_trainings
from toymodels.app.shell.failures import SORRY
from toymodels.app.shell.page_registry import PAGES
from toymodels.training.run_time import BUDGET_SECONDS

NAMES = [entry.name for entry in PAGES]
REAL_EVERY = 50
HEADINGS = {entry.title for entry in PAGES} | {section.heading for entry in PAGES for section in entry.sections}

NUMBERS = (
    "0", "1", "-1", "0.5", "0.99", "1.0000001", "3.5", "8", "20", "99", "1e-3", "1e9", "-1e9", "1e308", "1e999", "-0",
    "nan", "inf", "-inf", "٣", "½", "0x10", "1_0", "1,5", "+7", " 4 ", "9" * 30, "0." + "3" * 60, "--1", "1e", ".",
)  # fmt: skip
TEXTS = (
    "", " ", "true", "True", "none", "all", "ReLU", "relu", "linear", "both", "one active", "x = 1",
    "<script>alert(1)</script>", "[here](http://elsewhere.invalid)", "![](http://elsewhere.invalid/x.png)",
    "**bold** `code` $x$ :red[x] :material/home:", "'; drop table", "../../etc/passwd", "{}", "[[1,2],[3", "1 0\n0 1",
    "1 0/0 1", "1;2;3", "a\x00b", "\u202eevil", "é\u0301" * 30, "🦊" * 50, "%s%n", "{0.__class__}", "x" * 3000,
    "1 " * 1500, "0.1, " * 400, "\n" * 100, "W", "null", "undefined", "__proto__",
)  # fmt: skip
STRANGERS = (
    "talk", "pane", "stop", "a", "b", "utm_source", "embed_options", "page", "_seed", "S ", "s", "seed[]", "__class__",
    "x" * 200,
)  # fmt: skip

# Markup that no sentence about a link may carry over from it: a page would act on it.
ACTED_ON = re.compile(r"<script|\]\(http|:red\[|elsewhere\.invalid/x")


def any_text(dice: random.Random) -> str:
    """A text that a link may say: a number near the edge, a known nuisance, or noise."""
    fate = dice.random()
    if fate < 0.35:
        return dice.choice(NUMBERS)
    if fate < 0.6:
        return dice.choice(TEXTS)
    if fate < 0.8:
        return f"{dice.uniform(-2, 120):.{dice.randrange(4)}f}"
    if fate < 0.9:
        rows = [[f"{dice.uniform(-11, 11):.2g}" for _ in range(dice.randint(1, 13))] for _ in range(dice.randint(1, 6))]
        return dice.choice(["\n", "/", ";"]).join(" ".join(row) for row in rows)
    return "".join(
        chr(dice.choice((dice.randint(32, 126), dice.randint(160, 0xD7FF)))) for _ in range(dice.randint(1, 40))
    )


def any_query(dice: random.Random, keys: list[str]) -> dict[str, str | list[str]]:
    """Some of a page's parameters, and now and then a strange one or one that is given several times."""
    query: dict[str, str | list[str]] = {}
    for key in dice.sample(keys, dice.randint(1, len(keys))):
        query[key] = [any_text(dice) for _ in range(3)] if dice.random() < 0.05 else any_text(dice)
    if dice.random() < 0.2:
        query[dice.choice(STRANGERS)] = any_text(dice)
    return query


def open_link(name: str, query: dict[str, str | list[str]], short: bool) -> str | None:
    """What is wrong with the page behind a link, or None."""
    page = link_to(name, query)
    costs: list[float] = []
    if short:
        with short_trainings() as costs:
            page.run()
    else:
        page.run()
    if page.exception or SORRY in [element.value for element in page.error]:
        return "it fails; the log says why"
    # In a talk the stop's heading stands in the place of the page's; half of a comparison has none.
    if not {heading.value for heading in (*page.title, *page.header)} & HEADINGS and query.get("pane") != "1":
        return "no heading"
    if sum(costs) > BUDGET_SECONDS:
        return f"would train for {sum(costs):.1f} s"
    for element in (*page.info, *page.warning, *page.error):
        if ACTED_ON.search(str(element.value)):
            return f"repeats what it should not: {element.value}"
    return None


def fuzz(name: str, states: int, seed: int) -> list[str]:
    """Open so many links to a page; what went wrong, with the link."""
    dice = random.Random(f"{name} {seed}")
    keys = [control.key for control in controls_of(name)]
    wrong = []
    for number in range(states):
        query = any_query(dice, keys)
        problem = open_link(name, query, short=number % REAL_EVERY != REAL_EVERY - 1)
        if problem is not None:
            wrong.append(f"{name} {query!r:.600}: {problem}")
    forget_trainings()
    return wrong


def main() -> None:
    """Open links to every page and print what they met."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--states", type=int, default=2000, choices=range(7, 100_001), metavar="7..100000")
    arguments.add_argument("--seed", type=int, default=0)
    arguments.add_argument("--pages", nargs="*", default=NAMES, choices=NAMES)
    asked = arguments.parse_args()
    for name in asked.pages:
        began = time.perf_counter()
        states = -(-asked.states // len(asked.pages))
        wrong = fuzz(name, states, asked.seed)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{name}: {states} links, {len(wrong)} wrong; {time.perf_counter() - began:.0f} s, peak {peak:.0f} MB")
        for line in wrong[:5]:
            print(" ", line)


if __name__ == "__main__":
    main()
