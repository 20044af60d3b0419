"""Gallery of the home page: the deck's figures as animated thumbnails with links, and routes through the talk."""

from __future__ import annotations

import functools
import logging
from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from toymodels.app.components import component, light
from toymodels.app.shell.matrix_text import write_rows
from toymodels.app.shell.page_registry import TALK, PageEntry
from toymodels.app.views import thumbnails
from toymodels.app.views.thumbnails import Picture
from toymodels.experiments.arrangements import DECK
from toymodels.plots.theme import Theme
from toymodels.pretrained.archive import MissingRunError

_LOG = logging.getLogger(__name__)

_THUMB = component("thumbnail")


@dataclass(frozen=True)
class Card:
    """A figure of the talk.

    Attributes:
        page: its name in the URL.
        title: the link.
        about: what to see in it, in a few words.
        picture: its thumbnail.
        query: the page's state, as its URL spells it.
    """

    page: str
    title: str
    about: str
    picture: Picture
    query: Mapping[str, str]


CARDS = (
    Card("faces", "Sparse faces", "four features, two dimensions", thumbnails.faces, {"S": "0.9"}),
    Card("pentagon", "0 % sparsity", "an orthogonal pair", thumbnails.pentagon(0), {"S": "0"}),
    Card("pentagon", "80 % sparsity", "two digons", thumbnails.pentagon(0.8), {"S": "0.8"}),
    Card("pentagon", "90 % sparsity", "a pentagon", thumbnails.pentagon(0.9), {"S": "0.9"}),
    Card("measure", "In numbers", "WᵀW of the two digons", thumbnails.deck_gram, {"W": write_rows(DECK.W)}),
    Card("ladder", "Linear", "the top 5 of 20", thumbnails.ladder_gram("linear"), {"activation": "linear"}),
    Card("ladder", "ReLU", "pairs among the rest", thumbnails.ladder_gram("relu"), {"activation": "ReLU"}),
    Card("why", "Why", "the ReLU cuts interference off", thumbnails.answers, {"S": "0.9"}),
    Card("geometry", "Pairs", "400 features, 1 − S = 1/2.8", thumbnails.polytopes_at(2.8), {"inverse_density": "2.8"}),
    Card("geometry", "Polytopes", "the same, 1 − S = 1/8", thumbnails.polytopes_at(8), {"inverse_density": "8"}),
    Card("absolute_value", "Neurons", "40 compute |x| of 100 features", thumbnails.stacks, {"seed": "0"}),
    Card("good_or_bad", "What it saves", "features kept in 5 dimensions", thumbnails.kept, {"m": "5"}),
)
"""In the order of the talk."""


@dataclass(frozen=True)
class Route:
    """Where to go with that much time: pages in the order of the talk."""

    time: str
    why: str
    pages: tuple[PageEntry, ...]


def _entries(*names: str) -> tuple[PageEntry, ...]:
    return tuple(entry for entry in TALK if entry.name in names)


ROUTES = (
    Route("Two minutes", "see it happen, to a face and to five arrows", _entries("faces", "pentagon")),
    Route("Ten minutes", "and see when, how much, and why", _entries("faces", "pentagon", "ladder", "why")),
    Route("An hour", "the whole talk, and a W of your own", TALK),
)


def gallery(look: Theme) -> None:
    """Draw every card."""
    with st.container(horizontal=True, gap="small"):
        for number, card in enumerate(CARDS):
            key = f"card-{number}"
            with st.container(key=key, width=168, gap="xxsmall", horizontal_alignment="center"):
                words = {"says": f"{card.title}: {card.about}.", "link": key}
                if (drawn := _drawn(card.picture, look)) is not None:
                    _THUMB(key=f"thumb-{number}", data=light({**drawn, **words, "ink": look.ink}))
                st.page_link(
                    f"pages/{card.page}.py", label=f"**{card.title}**", query_params=dict(card.query), width="content"
                )
                st.caption(card.about, text_alignment="center")


@functools.cache
def _drawn(picture: Picture, look: Theme) -> Mapping[str, object] | None:
    """A thumbnail, made once for all visitors of a theme; None if its run is not there."""
    try:
        return picture(look)
    except MissingRunError as error:
        _LOG.warning("%s. Its thumbnail is left out.", error)
        return None


def routes() -> None:
    """Draw every route, as a row of links."""
    for route in ROUTES:
        st.markdown(f"**{route.time}**: {route.why}.")
        with st.container(horizontal=True, gap="small"):
            for entry in route.pages:
                st.page_link(entry.file, label=entry.title, icon=":material/arrow_forward:", width="content")
