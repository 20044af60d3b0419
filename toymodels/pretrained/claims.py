"""In how many seeds each claim of each page holds: what `python -m toymodels.app.compute.make_claims` counted."""

from __future__ import annotations

import functools
import json
import logging
from dataclasses import asdict, astuple, dataclass
from pathlib import Path

FILE = Path(__file__).with_name("claims.json")

HOLDS, FAILS, CANNOT_TELL = "+", "-", "?"

ENOUGH = 0.9
"""A claim that holds in a smaller part of its seeds needs a reason: in fewer than 29 of 32, or than 3 of 3."""

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class CountedClaim:
    """A claim of a page, tested with the page's settings on arrival.

    Attributes:
        page: name of the page in the URL.
        claim: in the words of the check.
        source: the slide or the section of the paper.
        verdicts: one character for each seed from 0 on: "+" holds, "-" does not hold, "?" the run cannot tell.
        measured: the numbers of seed 0.
        exception: the numbers of the first seed in which it does not hold; empty if there is none.
        reason: why it does not hold in every seed, where somebody found out; else empty.
    """

    page: str
    claim: str
    source: str
    verdicts: str
    measured: str
    exception: str
    reason: str

    @property
    def seeds(self) -> int:
        """Number of seeds tried."""
        return len(self.verdicts)

    @property
    def holds(self) -> int:
        """Number of seeds in which the claim holds."""
        return self.verdicts.count(HOLDS)

    @property
    def needs_reason(self) -> bool:
        """Whether the claim holds in too few seeds to go without a reason."""
        return self.holds < ENOUGH * self.seeds

    @property
    def unknown(self) -> int:
        """Number of seeds whose run cannot tell."""
        return self.verdicts.count(CANNOT_TELL)


@functools.cache
def counted_claims() -> tuple[CountedClaim, ...]:
    """All claims in the order of the pages; none if the file is missing or damaged, and the log says so."""
    try:
        claims = tuple(CountedClaim(**row) for row in json.loads(FILE.read_text(encoding="utf-8")))
        for claim in claims:
            if not all(isinstance(words, str) for words in astuple(claim)):
                raise ValueError("a claim is not in words")
            if not claim.verdicts or set(claim.verdicts) - {HOLDS, FAILS, CANNOT_TELL}:
                raise ValueError("a claim has no verdicts")
        return claims
    except (OSError, ValueError, TypeError, RecursionError) as error:
        _LOG.warning("%s holds no claims: %s. Pages show this run's verdict alone.", FILE.name, error)
        return ()


def counted_claim(page: str, claim: str) -> CountedClaim | None:
    """The claim of a page in these very words; None if it was not tested, as with other settings."""
    return next((one for one in counted_claims() if (one.page, one.claim) == (page, claim)), None)


def write_claims(claims: list[CountedClaim]) -> None:
    """Write the file."""
    rows = [asdict(claim) for claim in claims]
    FILE.write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
