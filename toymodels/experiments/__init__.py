"""Experiments: for each page its specs, its constants and its claims, as functions that test them on a run.

Pages show the answers, and tests demand them. The sentences above a page's figures are in `findings`.
"""

from toymodels.experiments.check import Check

__all__ = ["Check"]
