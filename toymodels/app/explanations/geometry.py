"""Labels of the figures of the page on geometry."""

from toymodels.app.explanations.common import GRID, SPACE
from toymodels.app.explanations.step import Explanation, Step

_GRAPH = Explanation(
    "The groups of features that share directions, each drawn in the plane that shows most of it",
    (
        Step(".cell", "A cell is one group: features whose arrows are not at a right angle to one another."),
        Step(".cell circle", "A point is one feature, the tip of its arrow. The centre of the cell is 0."),
        Step(
            ".cell line:not([stroke-dasharray])",
            "A blue line joins two arrows whose inner product is negative: the ReLU cuts this interference off.",
        ),
        Step(
            ".cell line[stroke-dasharray]",
            "A dashed orange line is a positive inner product: interference that the ReLU does not remove.",
        ),
    ),
)

_BARS = Explanation(
    "How many features have which Dᵢ",
    (
        Step(".mark-rect path, .mark-bar path", "A bar counts the features with about this Dᵢ."),
        Step(".mark-rule line", "Known arrangements have simple fractions: two opposite arrows 1/2, a pentagon 2/5."),
    ),
)

FIGURES = {
    "curve": Explanation(
        "D* = m / |W|², the dimensions per feature, from dense to sparse",
        (
            Step(
                ".mark-line path",
                "D*, the number of dimensions over the number of features that are kept, measured by |Wᵢ|². It falls "
                "from dense (left) to sparse (right): more and more features share the thirty dimensions.",
            ),
            Step(
                ".mark-rule line",
                "At 1/2 the curve stays for a while: two features to a dimension, as pairs of opposite arrows.",
                {"dimensions_per_feature": 0.5},
            ),
            Step(".mark-rule line", "The chosen density.", {"inverse_density": 8}),
            Step(".mark-symbol path", "Hollow points are other seeds: trainings from other random starts."),
        ),
    ),
    "strip": Explanation(
        "Dᵢ of every feature, from dense to sparse",
        (
            Step(
                ".mark-symbol path",
                "A circle stands for all features with this Dᵢ at this density; the more there are, the larger it is.",
                {"represented": True},
            ),
            Step(".mark-symbol path", "Grey: features that are not kept.", {"represented": False}),
            Step(
                ".mark-text text",
                "Lines mark the Dᵢ of known arrangements. In a digon, two opposite arrows share one dimension: "
                "1/2 for each.",
                {"words": "1/2 digon"},
            ),
            Step(
                ".mark-text text",
                "In a pentagon five arrows share two dimensions: 2/5 for each.",
                {"words": "2/5 pentagon"},
            ),
        ),
    ),
    "graph": _GRAPH,
    "own_graph": _GRAPH,
    "opened_space": SPACE,
    "opened": GRID,
    "angles": Explanation(
        "The cosines of the angles between all pairs of features that are kept",
        (
            Step(".mark-rect path, .mark-bar path", "A bar counts the pairs of arrows with about this cosine."),
            Step(
                ".mark-rect path",
                "At −1 two arrows are opposite. Blue: negative, cut off by the ReLU. Orange: positive.",
                {"sign": -1},
            ),
        ),
    ),
    "own_bars": _BARS,
}
