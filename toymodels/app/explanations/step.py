"""Explanation of a figure, as data: labels that are laid over it one after the other, each with what it points at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Step:
    """One label.

    Attributes:
        at: CSS selector of what it points at, in the figure and in the trees of its components; the first element
            that can be seen is meant.
        says: a sentence or two for who knows linear algebra and no more.
        where: of the marks of a chart, those whose data have these values.
        each: whether every element that can be seen is meant.
    """

    at: str
    says: str
    where: Mapping[str, str | float | bool] = field(default_factory=dict)
    each: bool = False

    def plain(self) -> dict[str, object]:
        """It, as `explanation.js` reads it."""
        return {"at": self.at, "says": self.says, "where": dict(self.where) or None, "each": self.each}


@dataclass(frozen=True)
class Explanation:
    """Labels of one figure in their order, and its caption, which also stands below the figure in a saved file."""

    caption: str
    steps: tuple[Step, ...]

    def plain(self) -> dict[str, object]:
        """It, as the browser reads it."""
        return {"caption": self.caption, "steps": [step.plain() for step in self.steps]}
