"""What the deck and the paper claim, as functions that test it on a run. Pages show the answers; tests demand them."""

from toymodels.experiments.check import Check

__all__ = ["Check"]
