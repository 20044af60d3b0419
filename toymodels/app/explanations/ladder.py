"""Labels of the figures of the page on the density sweep."""

from toymodels.app.explanations.common import SEEDS_OF_SWEEP
from toymodels.app.explanations.step import Explanation, Step

_DIAGONAL = (
    "Row i of the colour map holds the inner products of Wᵢ with all arrows, orange where positive, blue where "
    "negative. On its diagonal is |Wᵢ|²: an orange cell there is a feature that is kept."
)
_BIAS = "The bias bᵢ of each output, row by row. A negative bias (blue) lets the ReLU cut off small interference."
_BARS = (
    "The length |Wᵢ| of each arrow. Grey: it shares its direction with no other. Red: it is in superposition. From the "
    "dashed line, ½, on a feature counts as kept."
)
_HEAD = Step(".head", "Each column is one density 1 − S, the probability that a feature is nonzero.")
_CAPTION = Step(".caption", "How many features are kept, the dimensions D* that each of them has, and the loss.")

FIGURES = {
    "ladder": Explanation(
        "WᵀW, biases and lengths of models trained on ever sparser data",
        (
            _HEAD,
            Step(".part.heat", _DIAGONAL),
            Step(".part.bias", _BIAS),
            Step(".part.bars", _BARS),
            Step(
                "canvas[aria-label^='ReLU output, 1 − S = 0.1:'] ~ .part.heat",
                "Two blue cells at mirrored places are a pair of opposite arrows. Such pairs come first among the less "
                "important features; the most important ones keep a dimension each.",
            ),
            Step(
                "canvas[aria-label^='ReLU output, 1 − S = 0.001:'] ~ .part.heat",
                "Very sparse: many more features than dimensions are kept, and cells off the diagonal, interference, "
                "are everywhere.",
            ),
            _CAPTION,
        ),
    ),
    "linear_row": Explanation(
        "WᵀW, biases and lengths of linear models trained on ever sparser data",
        (_HEAD, Step(".part.heat", _DIAGONAL), Step(".part.bias", _BIAS), Step(".part.bars", _BARS), _CAPTION),
    ),
    "specimen": Explanation(
        "One model of the sweep, enlarged: its inner products, biases and lengths",
        (Step(".part.heat", _DIAGONAL), Step(".part.bias", _BIAS), Step(".part.bars", _BARS)),
    ),
    "closeup": Explanation(
        "One model of the sweep, enlarged: its inner products, its weights, and the cosines between its arrows",
        (
            Step(".part.heat", _DIAGONAL),
            Step(".part.bias", _BIAS),
            Step(".part.bars", _BARS),
            Step(
                "h4 + .beside ~ h4 + .beside canvas",
                "W itself: column i is the arrow of feature i, its numbers from top to bottom. A row is one of the "
                "hidden dimensions.",
            ),
            Step(
                "section:last-of-type canvas",
                "The cosines of the angles between arrows. −1, deep blue, are opposite arrows; 0 is a right angle.",
            ),
        ),
    ),
    "eight_seeds": SEEDS_OF_SWEEP,
    "recipe": SEEDS_OF_SWEEP,
}
