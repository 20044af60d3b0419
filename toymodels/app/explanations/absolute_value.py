"""Labels of the figures of the page on computing |x|."""

from toymodels.app.explanations.common import STACKS
from toymodels.app.explanations.step import Explanation, Step

FIGURES = {
    "absolute": Explanation(
        "|x| from two neurons per feature: ReLU(x) + ReLU(−x)",
        (
            Step(".feature .slider", "The first feature, a number from −1 to 1. Drag it."),
            Step(
                ".sum .tile:nth-of-type(1)",
                "What the first neuron adds to the output, over all x₁. Its input weight is negative, so it is active "
                "where x₁ is below 0. The dot is the present x₁.",
            ),
            Step(".sum .tile:nth-of-type(2)", "The second neuron has a positive weight: active where x₁ is above 0."),
            Step(
                ".sum .tile:last-of-type",
                "Their sum is the output y′₁. Dashed is |x₁|, what is wanted: two neurons make it exactly.",
            ),
        ),
    ),
    "one_feature": Explanation(
        "|x| of one feature from two neurons",
        (
            Step(".feature .slider", "The feature x, a number from −1 to 1. Drag it."),
            Step(".sum .tile:nth-of-type(1)", "The first neuron, ReLU(−x): it is active where x is below 0."),
            Step(".sum .tile:nth-of-type(2)", "The second neuron, ReLU(x): it is active where x is above 0."),
            Step(".sum .tile:last-of-type", "Their sum is |x|. At each x one of them is 0 and the other is |x|."),
        ),
    ),
    "specimen": Explanation(
        "One neuron's input weights, stacked, with the features that they belong to",
        (
            Step(
                ".mark-rect path",
                "The lowest segment is the neuron's largest input weight, by its size. The neuron is scaled so that "
                "this weight is 1.",
                {"low": 0},
            ),
            Step(
                ".mark-text text", "Beside a segment stand its feature and the weight. The neuron reads all of these."
            ),
        ),
    ),
    "stacks": STACKS,
    "weights": Explanation(
        "The weights of every neuron: at the left what it reads, at the right what it writes",
        (
            Step(".mark-text text", "Input weights: row k shows which features neuron k reads.", {"words": "in: W₁"}),
            Step(
                ".mark-text text",
                "Output weights: to which outputs neuron k adds when it is active.",
                {"words": "out: W₂"},
            ),
            Step(
                ".mark-rect path",
                "A neuron with one strong cell at the left and one at the right computes half of an |x|: one sign of "
                "one feature. Several strong cells in a row mean that the neuron serves several features.",
                {"weight": -1},
            ),
        ),
    ),
    "inhibition": Explanation(
        "A neuron that two features share, and the neuron that inhibits where this would be wrong",
        (
            Step(".sliders", "The sizes of three inputs, A, B and C. Or press one of the cases below."),
            Step(
                ".card svg rect",
                "The shared neuron: it reads A strongly and B weakly, and writes to A weakly and to B strongly.",
            ),
            Step(
                ".card svg rect:nth-of-type(2)",
                "The inhibiting neuron: active when A is, it subtracts from the output B (the blue line).",
            ),
            Step(
                ".card tbody tr:nth-child(2)",
                "Output B: what is wanted, what comes out, and what would come out without the inhibiting neuron. With "
                "A alone 0 is wanted: the inhibition removes what the shared neuron adds.",
            ),
        ),
    ),
}
