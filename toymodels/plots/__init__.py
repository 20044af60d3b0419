"""Charts in Altair: pure functions of a run or of arrays, in the light theme unless another one is given.

Every function gives an `altair.Chart` or `LayerChart` and changes no setting of Altair. A chart's module is imported
when the chart is first asked for, so that colours alone (`toymodels.plots.theme`) need neither Altair nor pandas.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from toymodels.extras import extra

if TYPE_CHECKING:
    from toymodels.plots.correlated import partner_cosine_chart
    from toymodels.plots.density_sweep import represented_over_seeds
    from toymodels.plots.geometry import cosine_histogram, dimensionality_bars, dimensionality_strip, dimensions_curve
    from toymodels.plots.gram import gram_with_measures
    from toymodels.plots.interference import pair_matrix, term_bars
    from toymodels.plots.losses import Series, relative_loss
    from toymodels.plots.neurons import neuron_stacks, neuron_weights
    from toymodels.plots.savings import against_density, explained_variance, storage_curve
    from toymodels.plots.theme import DARK, LIGHT, Theme
    from toymodels.plots.two_feature_loss_map import loss_map

_MODULES = {
    "DARK": "theme",
    "LIGHT": "theme",
    "Series": "losses",
    "Theme": "theme",
    "against_density": "savings",
    "cosine_histogram": "geometry",
    "dimensionality_bars": "geometry",
    "dimensionality_strip": "geometry",
    "dimensions_curve": "geometry",
    "explained_variance": "savings",
    "gram_with_measures": "gram",
    "loss_map": "two_feature_loss_map",
    "neuron_stacks": "neurons",
    "neuron_weights": "neurons",
    "pair_matrix": "interference",
    "partner_cosine_chart": "correlated",
    "relative_loss": "losses",
    "represented_over_seeds": "density_sweep",
    "storage_curve": "savings",
    "term_bars": "interference",
}

__all__ = [
    "DARK",
    "LIGHT",
    "Series",
    "Theme",
    "against_density",
    "cosine_histogram",
    "dimensionality_bars",
    "dimensionality_strip",
    "dimensions_curve",
    "explained_variance",
    "gram_with_measures",
    "loss_map",
    "neuron_stacks",
    "neuron_weights",
    "pair_matrix",
    "partner_cosine_chart",
    "relative_loss",
    "represented_over_seeds",
    "storage_curve",
    "term_bars",
]


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    with extra("plots", f"{__name__}.{name}"):
        return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)


def __dir__() -> list[str]:
    return [*globals(), *_MODULES]
