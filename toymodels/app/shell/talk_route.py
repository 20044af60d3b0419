"""Route of a talk: the stops that it walks through, as the link says it in `walk`."""

from __future__ import annotations

from toymodels.app.shell.page_registry import HOME, TALK, PageEntry, Section

Stop = tuple[PageEntry, Section]

KEY = "walk"
"""Its name in the URL: the minutes of a ready-made route, "all", or the names of stops, separated by commas."""

MOST_CHARACTERS = 2000
"""A longer text is not read: the names of all stops are fewer."""

ALL = "all"


def stop_name(stop: Stop) -> str:
    """Name of a stop in the URL, such as `pentagon.axis`."""
    entry, section = stop
    return f"{entry.name or 'home'}.{section.name}"


def _named(names: str) -> frozenset[str]:
    return frozenset(names.split())


ROUTES: dict[str, frozenset[str]] = {
    "10": _named(
        "home.story faces.question faces.codes pentagon.question pentagon.axis pentagon.film ladder.sweep why.terms "
        "geometry.graph absolute_value.sparser good_or_bad.closing"
    ),
    "20": _named(
        "home.story faces.question faces.codes faces.curve pentagon.question pentagon.axis pentagon.film "
        "pentagon.interference measure.question measure.drawing ladder.question ladder.sweep why.question why.terms "
        "why.free geometry.curve geometry.graph absolute_value.question absolute_value.simple absolute_value.dense "
        "absolute_value.sparser good_or_bad.storage good_or_bad.closing"
    ),
    "45": frozenset(
        stop_name((entry, section)) for entry in (HOME, *TALK) for section in entry.sections if section.walked
    ),
}
"""Ready-made routes: what is walked in so many minutes. The longest is the one of a link that names none."""


def stops_of(pages: tuple[PageEntry, ...]) -> list[Stop]:
    """All stops of these pages in order."""
    return [(entry, section) for entry in pages for section in entry.sections]


def walked(walk: str, stops: list[Stop]) -> list[Stop]:
    """Those of the stops that a route walks through; never none.

    Args:
        walk: what the URL says; what is no route and names no stop is as if it were not there.
        stops: all of a talk, in order. Those of a page beyond the talk have no ready-made route.
    """
    if walk == ALL:
        return stops
    chosen = ROUTES.get(walk) or frozenset(walk[:MOST_CHARACTERS].split(","))
    found = [stop for stop in stops if stop_name(stop) in chosen]
    return found or [stop for stop in stops if stop[1].walked]


def legal(walk: str) -> bool:
    """Whether a text from the URL is a route, or names stops and nothing else."""
    names = {stop_name(stop) for stop in stops_of((HOME, *TALK))}
    return walk in ROUTES or walk == ALL or (len(walk) <= MOST_CHARACTERS and set(walk.split(",")) <= names)
