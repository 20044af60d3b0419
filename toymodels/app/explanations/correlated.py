"""Labels of the figures of the page on features that come together."""

from dataclasses import replace

from toymodels.app.explanations.common import ARROW, AXIS, CIRCLE, GRID
from toymodels.app.explanations.step import Explanation, Step

CURVE = "svg.curves polyline:last-of-type"

FIGURES = {
    "partners": Explanation(
        "Two pairs of features in two dimensions: active together, independent, never together",
        (
            Step(
                "section:first-child .arrow-plane",
                "A model trained on pairs that are always active together. x₁ and x₂ are partners, x₃ and x₄ too.",
            ),
            ARROW,
            CIRCLE,
            Step("section:first-child p:last-child", "The angles between the arrows of the partners, a pair each."),
            Step("section:last-child .arrow-plane", "The same features in the last kind of data. Compare the angles."),
        ),
    ),
    "cosines": Explanation(
        "Cosine between partners, from dense to sparse features",
        (
            Step(".mark-symbol path", "One pair of partners in one trained model. Further right features are sparser."),
            Step(
                ".mark-line path",
                "The mean of the pairs. 1: both arrows have one direction. 0: they are at a right angle. −1: they are "
                "opposite.",
            ),
            Step(
                ".mark-text text",
                "Active together: one direction while dense, a right angle when sparse.",
                {"words": "together"},
            ),
            Step(
                ".mark-text text",
                "Never together: opposite. Interference between them never occurs.",
                {"words": "never together"},
            ),
        ),
    ),
    "sparsity_axis": Explanation(
        "Three pairs that are active together, in two dimensions: arrows, inner products, and the loss",
        tuple(
            replace(
                step,
                says="The loss at every sparsity S, divided by that of principal component analysis, the best that a "
                "linear model can do. 1 while dense; below, the ReLU model does better.",
            )
            if step.at == CURVE
            else step
            for step in AXIS.steps
        ),
    ),
    "eight_seeds": GRID,
}
