"""Labels of the figures of the page on measures of superposition."""

from toymodels.app.explanations.common import ARROW, AXIS, CIRCLE, FILM, GRAM, GRID, SPACE
from toymodels.app.explanations.step import Explanation, Step

FIGURES = {
    "_scribble": Explanation(
        "The columns of W as arrows, with the dimensions Dᵢ that each feature has for itself",
        (
            ARROW,
            CIRCLE,
            Step(
                "tspan.value",
                "D₁, the dimensions that the first feature has for itself. Alone in its direction it is 1; with an "
                "opposite arrow of the same length it is 1/2.",
            ),
            Step(
                "#tip-0",
                "Take a tip and drag it. All Dᵢ change, because each depends on the angles to all other arrows.",
            ),
        ),
    ),
    "space": SPACE,
    "gram": GRAM,
    "gram_after": GRAM,
    "sparsity_axis": AXIS,
    "film": FILM,
    "space_film": SPACE,
    "eight_seeds": GRID,
}
