"""Check of one claim on a run."""

from dataclasses import dataclass

TOLERANCE = 1.02
"""A loss counts as not above another when it is at most this many times the other."""


@dataclass(frozen=True)
class Check:
    """A claim beside the number that this run gives.

    Attributes:
        claim: what is promised, in the words of the deck or the paper.
        source: the slide or the section of the paper.
        measured: what this run shows, with its numbers.
        holds: whether the claim holds in this run; None if this run cannot tell, and `measured` says why.
    """

    claim: str
    source: str
    measured: str
    holds: bool | None
