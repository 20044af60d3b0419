"""Themes: the colours of all charts and pages and what each of them means, in light and in dark.

Importance is violet, strong for important and pale for unimportant. Sign is blue for negative and orange for
positive. Superposition runs from grey (none) to crimson. No ramp has a second meaning, and no picture says
something by hue alone: arrows carry names, bars carry lengths, cells carry numbers on hover.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

SATURATED = 1.0
"""Signed numbers have their full colour from this size on, whatever their scale: the same colour is the same number."""

MIXES_KEPT = 10_000
"""Most mixed colours that are cached; a page has a few hundred."""


@dataclass(frozen=True)
class Theme:
    """Colours of one theme, as #rrggbb. Ramps run from the low end to the high end.

    Attributes:
        background: of the page; also the colour of zero.
        text: for words and numbers.
        muted: for what is there only for orientation; legible where it is text, at least 4.5:1 on the background.
        faint: for circles and grids that may be overlooked.
        accent: for the one thing that the reader should look at.
        importance: unimportant to important; all of it at least 3:1 against the background, also a shaded one.
        sign: negative, zero, positive.
        superposition: none to as much of others as of itself.
    """

    background: str
    text: str
    muted: str
    faint: str
    accent: str
    importance: tuple[str, ...]
    sign: tuple[str, str, str]
    superposition: tuple[str, str]

    @property
    def ink(self) -> dict[str, str]:
        """Single colours by name, as components in the browser receive them."""
        negative, _, positive = self.sign
        return {
            "background": self.background,
            "text": self.text,
            "muted": self.muted,
            "faint": self.faint,
            "accent": self.accent,
            "negative": negative,
            "positive": positive,
        }

    @property
    def ramps(self) -> list[tuple[str, ...]]:
        """All that figures are drawn in, as ramps: a colour lies on the same one in either theme, at the same place."""
        # White on a dark page is black on a light one, as its text is.
        most = max(("#000000", "#ffffff"), key=lambda ink: contrast(ink, self.background))
        return [
            (self.background, self.faint, self.muted, self.text, most),
            (self.background, self.faint, self.text),
            (self.background, self.accent),
            self.importance,
            self.sign,
            self.superposition,
        ]

    def importance_colours(self, importances: npt.ArrayLike) -> list[str]:
        """Colours of features by importance, (features,), on a ramp from 0 to the largest importance."""
        values = np.asarray(importances, dtype=np.float64)
        return [mix(self.importance, value) for value in values / values.max()]

    def sign_colour(self, value: float) -> str:
        """Colour of a signed number, from negative to positive; see `SATURATED`."""
        return mix(self.sign, (float(np.clip(value / SATURATED, -1, 1)) + 1) / 2)


@functools.lru_cache(maxsize=MIXES_KEPT)
def mix(ramp: tuple[str, ...], position: float) -> str:
    """Colour at a position from 0 (first) to 1 (last) of a ramp of equally spaced colours."""
    stops = np.array([[int(colour[i : i + 2], 16) for i in (1, 3, 5)] for colour in ramp], dtype=np.float64)
    at = float(np.clip(position, 0, 1)) * (len(ramp) - 1)
    channels = [round(float(np.interp(at, range(len(ramp)), stops[:, channel]))) for channel in range(3)]
    return "#" + "".join(f"{channel:02x}" for channel in channels)


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours after WCAG, from 1 (none) to 21 (black on white)."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


@functools.lru_cache(maxsize=MIXES_KEPT)
def ink_on(colour: str) -> str:
    """Black or white, whichever has the higher contrast on that colour: at least 4.5:1 on any."""
    return max(("#000000", "#ffffff"), key=lambda ink: contrast(ink, colour))


def _luminance(colour: str) -> float:
    channels = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return float(linear @ np.array([0.2126, 0.7152, 0.0722]))


LIGHT = Theme(
    background="#ffffff",
    text="#11141b",
    muted="#6b7080",
    faint="#d5d3cd",
    accent="#5b3fa0",
    importance=("#927fc9", "#6f52b5", "#33176e"),
    sign=("#1f5fa8", "#ffffff", "#c45508"),
    superposition=("#8a909c", "#b3123f"),
)

DARK = Theme(
    background="#14161c",
    text="#eceef2",
    muted="#9aa0b0",
    faint="#3d414d",
    accent="#b7a3f2",
    importance=("#7a67b4", "#a890ea", "#eee6ff"),
    sign=("#6aa9f0", "#14161c", "#f08a3c"),
    superposition=("#8a909c", "#ff6b88"),
)


def theme_named(name: Literal["light", "dark"] | None) -> Theme:
    """Theme of that name; the light one for None, where it is not known."""
    return DARK if name == "dark" else LIGHT
