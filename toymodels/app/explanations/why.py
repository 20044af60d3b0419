"""Labels of the figures of the page on feature benefit and interference."""

from toymodels.app.explanations.common import ARROW, CAPTION, CIRCLE, ONE_SPARSITY
from toymodels.app.explanations.step import Explanation, Step

_BARS = Explanation(
    "The two terms of the loss, feature by feature: own errors and interference",
    (
        Step(
            ".mark-text text",
            "Own error: what is lost of a feature itself when it alone is active.",
            {"word": "own error"},
        ),
        Step(
            ".mark-text text",
            "Interference: what all other features add to this output, which should be 0 when they are active and it "
            "is not.",
            {"word": "interference"},
        ),
        Step(".mark-rect path", "A bar is one feature. All bars have one scale, so their lengths can be compared."),
    ),
)

FIGURES = {
    "one_sparsity": ONE_SPARSITY,
    "sparsity_axis": Explanation(
        "The arrows at the chosen S, what every pair of features adds to the loss, and the sums",
        (
            ARROW,
            CIRCLE,
            CAPTION,
            Step(
                "svg.gram g rect:nth-of-type(2)",
                "A cell is one pair: the feature of the column is active, the output of the row should be 0. The "
                "number is what this adds to the loss, in thousandths. Blue: Wⱼ · Wᵢ is negative; orange: positive.",
            ),
            Step(
                "svg.gram g rect:nth-of-type(1)",
                "On the diagonal stands the own error: what is lost of a feature itself when it is active.",
            ),
            Step(
                "section:last-of-type svg.gram rect",
                "The bars add up the rows: the own error, and beside it the interference from all other features.",
            ),
        ),
    ),
    "terms": Explanation(
        _BARS.caption,
        (
            *_BARS.steps,
            Step(
                ".mark-rule line",
                "The same term, measured on random inputs: the line is three standard errors long to either side. The "
                "formula and the measurement agree if the bar ends within it.",
                {"feature": "1"},
            ),
        ),
    ),
    "seed_terms": Explanation(
        "The two terms of the loss in eight other trainings",
        (*_BARS.steps[:2], Step(".mark-rect path", "A row is one training, from a seed of its own.")),
    ),
    "pairs": Explanation(
        "What every pair of features adds to the loss",
        (
            Step(
                ".mark-rect path",
                "A cell off the diagonal is one pair: the feature of the column is active, the output of the row "
                "should be 0. “Free” means that it adds nothing to the loss.",
                {"i": 1, "j": 0},
            ),
            Step(".mark-rect path", "On the diagonal: a feature's own error.", {"i": 0, "j": 0}),
        ),
    ),
    "interference": Explanation(
        "What an active feature i does to the output j, and what that adds to the loss",
        (
            Step(
                "line.line",
                "Before the ReLU: Wⱼ · Wᵢ xᵢ + bⱼ, a straight line over xᵢ. Its slope is the inner product of the two "
                "arrows, and it begins at the bias bⱼ.",
            ),
            Step("polyline.relu", "After the ReLU: what is below 0 is cut off. The output should be 0 everywhere."),
            Step("path.area", "The square of the output. Its area is what this pair adds to the loss."),
            Step(
                "polygon.free",
                "Every pair of a slope and a bias is a point of this square. In the hatched part the output stays at "
                "0: such interference is free.",
            ),
            Step("circle.pair", "A ring is one pair of features of the trained model."),
            Step(".drawing:has(.map) circle.handle, svg.map circle.handle", "The same pair, in the map. Drag it."),
        ),
    ),
    "angle": Explanation(
        "The loss of two features by the angle between their arrows and their common bias",
        (
            Step(
                ".mark-rect",
                "Each point is an angle and a bias; the nearer to the colour of the page, the smaller the loss.",
            ),
            Step(
                ".mark-symbol path",
                "At 90° each of the two has a dimension, and nothing is lost. It takes two dimensions.",
                {"angle": 90},
            ),
            Step(
                ".mark-symbol path",
                "At 180° they are an antipodal pair in one dimension, at the bias that suits it best.",
                {"angle": 180},
            ),
            Step(
                ".mark-line path",
                "Inside this line two features have a smaller loss than one of them alone. With a ReLU the region "
                "reaches 180° if features are sparse enough; without, it never does.",
            ),
        ),
    ),
}
