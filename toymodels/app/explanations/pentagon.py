"""Labels of the figures of the page on five features in a plane."""

from toymodels.app.explanations.common import AXIS, FILM, GRAM, GRID, ONE_SPARSITY
from toymodels.app.explanations.step import Explanation, Step

FIGURES = {
    "one_sparsity": ONE_SPARSITY,
    "sparsity_axis": AXIS,
    "film": FILM,
    "sweep": GRID,
    "curve": Explanation(
        "The loss of three codes at every sparsity, each divided by that of keeping two features",
        (
            Step(
                ".mark-line path",
                "The measure of all: keep the two most important features, at a right angle. Divided by itself its "
                "loss is 1.",
                {"code": "two features"},
            ),
            Step(
                ".mark-line path",
                "Two digons: four features as two pairs of opposite arrows. Dense features collide on their line, and "
                "the loss is above 1. Sparse ones rarely do, and it is below.",
                {"code": "two digons"},
            ),
            Step(
                ".mark-line path",
                "The trained model is at or below the lower of the two. Where it leaves the dashed line at the right, "
                "it has found a better arrangement, the pentagon.",
                {"code": "trained"},
            ),
            Step(".mark-rule line", "The chosen S."),
        ),
    ),
    "chances": Explanation(
        "The probability p that a feature is nonzero, and p² that two of them are, over the sparsity S",
        (
            Step(
                ".mark-line path",
                "The probability p that a feature is nonzero. A feature that is left out is lost each time.",
                {"name": "p: a feature that is left out is lost"},
            ),
            Step(
                ".mark-line path",
                "The probability p² that two given features are nonzero together. Only then do the two arrows of a "
                "pair disturb each other. Toward sparse features it falls much faster than p.",
                {"name": "p²: a pair disturbs each other"},
            ),
            Step(".mark-rule line", "The chosen S."),
        ),
    ),
    "gram": GRAM,
    "recipe": GRID,
    "eight_seeds": GRID,
}
