"""Asymmetric superposition with inhibition: its instances as cards with sliders, computed in the browser."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from toymodels.analysis.inhibition import Motif
from toymodels.app.components import plain
from toymodels.app.shell.figures import figure_component
from toymodels.arrays import Array
from toymodels.plots.theme import Theme

_VIEW = figure_component("inhibition")


@dataclass(frozen=True, eq=False)
class ShownMotif:
    """One card: its words, the model W1 (hidden, features), W2 (features, hidden), b (features,), and where to look."""

    title: str
    note: str
    W1: Array
    W2: Array
    b: Array
    motif: Motif


def inhibition_view(cards: Sequence[ShownMotif], names: Sequence[Sequence[str]], look: Theme) -> None:
    """Three sliders, x_A, x_B and x_C, and a card for each instance.

    Args:
        cards: from left to right.
        names: for each card, one per feature.
        look: the theme.
    """
    _VIEW(
        key="inhibition",
        data={
            "cards": [_shown(card, own) for card, own in zip(cards, names, strict=True)],
            "ink": look.ink,
        },
    )


def _shown(card: ShownMotif, names: Sequence[str]) -> dict[str, object]:
    motif = card.motif
    roles = [("A", motif.feature_a, motif.side_a), ("B", motif.feature_b, motif.side_b)]
    if motif.feature_c is not None:
        roles.append(("C", motif.feature_c, motif.side_c))
    features = [feature for _, feature, _ in roles]
    return {
        "title": card.title,
        "note": card.note,
        "roles": [
            {"role": role, "name": names[feature], "feature": feature, "side": side} for role, feature, side in roles
        ],
        "W1": plain(card.W1, 5),
        "W2": plain(card.W2, 5),
        "b": plain(card.b, 5),
        "neuron": motif.neuron,
        "inhibitor": motif.inhibitor,
        "scale": [_balance(card, neuron, features) for neuron in (motif.neuron, motif.inhibitor)],
    }


def _balance(card: ShownMotif, neuron: int, features: Sequence[int]) -> float:
    """What to multiply the input weights by, so that the largest shown weights in and out are equal."""
    largest_in = np.abs(card.W1[neuron, features]).max()
    largest_out = np.abs(card.W2[features, neuron]).max()
    return float(np.sqrt(largest_out / largest_in))
