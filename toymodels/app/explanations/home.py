"""Labels of the figure of the home page."""

from toymodels.app.explanations.step import Explanation, Step

FIGURES = {
    "hero": Explanation(
        "Features go through two dimensions and come back: the trained model at work on one input",
        (
            Step(
                ".side:first-child .bar",
                "The input x. A bar is the value of one feature, a number from 0 to 1. An empty row is a feature that "
                "is not there: x is sparse if most rows are empty.",
            ),
            Step(
                ".arrow-plane [data-feature='0']",
                "This arrow is W₁, the first column of W. Each feature has such an arrow, a direction in the plane. "
                "Strong arrows belong to features that are there now, pale ones to the others.",
            ),
            Step(
                ".arrow-plane .dot",
                "The point h = W x: go along the arrow of each feature that is there, as far as its bar is long, one "
                "after the other. These two numbers are all that the model passes on.",
            ),
            Step(
                ".side:last-child .bar",
                "The output x′: from h alone the model tries to find the input again. The dashed frame is what the "
                "input was.",
            ),
            Step(
                ".side:last-child .track",
                "Beside a bar may stand what is wrong with it. “False” is output that no input caused: another "
                "feature's arrow points partly this way. That is interference. “Lost” is what did not come back.",
            ),
            Step(
                "#home-sparsity",
                "Drag S, the probability that a feature is 0. When features are rarely there together, more arrows fit "
                "into the plane.",
            ),
        ),
    ),
}
