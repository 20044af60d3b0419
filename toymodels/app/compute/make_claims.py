"""Counts in how many seeds each claim of each page holds: `python -m toymodels.app.compute.make_claims`.

It opens the paper check of every page, as on arrival, once for each seed, and trains what the page trains. What it
finds is written to `toymodels/pretrained/claims.json`, which the pages show, and to `docs/claims.md`, with the reasons
of `WHY`. With names of pages it counts those alone anew.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from unittest.mock import patch

from streamlit.testing.v1 import AppTest

from toymodels.app.shell import paper_check
from toymodels.app.shell.page_registry import PAGES, PageEntry
from toymodels.experiments import Check
from toymodels.experiments.geometry import SEEDS as GEOMETRY_SEEDS
from toymodels.pretrained.claims import (
    CANNOT_TELL,
    FAILS,
    HOLDS,
    CountedClaim,
    counted_claims,
    write_claims,
)

ROOT = Path(__file__).parents[3]
DOCUMENT = ROOT / "docs" / "claims.md"

SEEDS = 32

ENOUGH = 29
"""A claim that holds in fewer of 32 seeds needs a reason in `WHY`; of fewer seeds, one that misses any of them."""

WHY: dict[tuple[str, str], str] = {}
"""Why a claim does not hold in every seed, by its page and the beginning of its words."""


def seeds_of(page: str) -> range:
    """The seeds that are tried: those that ship for geometry, whose trainings take half an hour, else `SEEDS`."""
    return range(len(GEOMETRY_SEEDS) if page == "geometry" else SEEDS)


def checks(page: str, seed: int) -> list[Check]:
    """The checks of a page with its settings on arrival and this seed.

    Raises:
        RuntimeError: if the page fails.
    """
    found: list[Check] = []
    app = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=300)
    for key, value in (("seed", str(seed)), ("talk", "1"), ("stop", "check")):
        app.query_params[key] = value
    # Pages import it anew whenever their script runs.
    with patch.object(paper_check, "paper_check", found.extend):
        app.switch_page(f"pages/{page}.py").run()
    if app.exception or not found:
        raise RuntimeError(f"the paper check of {page} fails with seed {seed}; the log says why")
    return found


def all_checks(pages: Sequence[str], seed: int) -> dict[str, list[Check]]:
    """The checks of several pages with one seed: the trainings that they share are done once."""
    return {page: checks(page, seed) for page in pages if seed in seeds_of(page)}


def counted(page: str, by_seed: Sequence[Sequence[Check]]) -> list[CountedClaim]:
    """The claims of a page from its checks, seed by seed."""
    verdicts = {True: HOLDS, False: FAILS, None: CANNOT_TELL}
    rows = []
    for several in zip(*by_seed, strict=True):
        first = several[0]
        if {one.claim for one in several} != {first.claim}:
            raise RuntimeError(f"{page} words a claim differently from seed to seed: {first.claim}")
        wrong = next((f"seed {seed}: {one.measured}" for seed, one in enumerate(several) if one.holds is False), "")
        row = "".join(verdicts[one.holds] for one in several)
        rows.append(CountedClaim(page, first.claim, first.source, row, first.measured, wrong))
    return rows


def reason(claim: CountedClaim) -> str:
    """What `WHY` says of a claim; empty if nothing."""
    return next((why for (page, start), why in WHY.items() if page == claim.page and claim.claim.startswith(start)), "")


def needs_reason(claim: CountedClaim) -> bool:
    """Whether a claim holds in too few seeds to go without one."""
    return claim.holds < (ENOUGH if claim.seeds == SEEDS else claim.seeds)


def document(claims: Iterable[CountedClaim], titles: dict[str, str]) -> str:
    """The text of docs/claims.md.

    Args:
        claims: in the order of the pages.
        titles: of the pages, by name.
    """
    claims = list(claims)
    every = sum(claim.holds == claim.seeds for claim in claims)
    text = f"""# The claims, over many seeds

Every claim of every paper check, tested with the settings that its page has on arrival, over {SEEDS} seeds; those of
/geometry over the {len(GEOMETRY_SEEDS)} seeds that ship, for one of its sweeps takes minutes. Of {len(claims)} claims
{every} hold in every seed. `python -m toymodels.app.compute.make_claims` trains it all and writes this file; MINUTES on
two cores that others used too. The same seed gives the same weights on every processor, so it writes the same again.

The numbers are those of seed 0, which a bare link shows. Where a claim holds in fewer than {ENOUGH} of {SEEDS} seeds,
or not in all of fewer, the reason stands below the table of its page: the training, a threshold of ours, or the paper.
A run that cannot tell, since what the claim is about is not there, is not counted as holding.
"""
    for page in dict.fromkeys(claim.page for claim in claims):
        here = [claim for claim in claims if claim.page == page]
        text += f"\n## {titles[page]} (/{page})\n\n| claim | source | holds in | this run's numbers, seed 0 |\n"
        text += "|---|---|---|---|\n"
        for claim in here:
            unknown = claim.verdicts.count(CANNOT_TELL)
            holds = f"{claim.holds} of {claim.seeds}" + (f" ({unknown} cannot tell)" if unknown else "")
            cells = (claim.claim, claim.source, holds, claim.measured)
            text += f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |\n"
        for claim in here:
            if claim.holds < claim.seeds and (claim.exception or reason(claim)):
                where = f" E.g. {claim.exception}" if claim.exception else ""
                why = reason(claim)
                text += f"\n- *{claim.claim}* {claim.holds} of {claim.seeds}. {why}{where}\n"
    return text


def main() -> None:
    """Train, count, and write both files."""
    names = [entry.name for entry in PAGES]
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("pages", nargs="*", metavar="page", help="all by default")
    asked = arguments.parse_args().pages or names
    if unknown := set(asked) - set(names):
        arguments.error(f"{', '.join(sorted(unknown))}: none of {', '.join(names)}")
    began = time.perf_counter()
    # A page that runs in a worker takes the place of its `__main__`, where the function would be looked for.
    from toymodels.app.compute import make_claims

    with ProcessPoolExecutor(os.cpu_count(), multiprocessing.get_context("spawn")) as pool:
        by_seed = list(pool.map(make_claims.all_checks, [asked] * SEEDS, range(SEEDS)))
    fresh = {page: counted(page, [some[page] for some in by_seed if page in some]) for page in asked}
    kept = {page: [claim for claim in counted_claims() if claim.page == page] for page in names}
    claims = [claim for page in names for claim in fresh.get(page, kept[page])]
    write_claims(claims)
    DOCUMENT.write_text(document(claims, titles(PAGES)), encoding="utf-8")
    for claim in claims:
        print(f"{claim.page}: {claim.verdicts} {claim.holds} of {claim.seeds}: {claim.claim}")
    print(f"in {time.perf_counter() - began:.0f} s")


def titles(entries: Iterable[PageEntry]) -> dict[str, str]:
    """Title of each page by its name."""
    return {entry.name: entry.title for entry in entries}


if __name__ == "__main__":
    main()
