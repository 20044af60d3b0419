"""Labels of what several figures have: arrows, products of arrows, losses, measures."""

from __future__ import annotations

from toymodels.app.explanations.step import Explanation, Step

ARROW = Step(
    ".arrow-plane [data-feature='0']",
    "This arrow is W₁, the first column of W: the point h to which the model sends an input in which the first feature "
    "is 1 and all others are 0. The stronger its colour, the more important the feature.",
)
CIRCLE = Step(
    ".arrow-plane circle",
    "The dashed circle has radius 1. An arrow that ends on it has length |Wᵢ| = 1. The longer the arrow, the more of "
    "its feature the model keeps; a feature without an arrow is not kept at all.",
)
CAPTION = Step(
    ".caption",
    "The name of the arrangement. A pair of opposite arrows is called a digon: two features that share one line, one "
    "on either side of 0. An orthogonal pair are two features with a dimension each.",
)

_GRAM = "The Gram matrix WᵀW, the inner products of all arrows"

PRODUCTS = (
    Step(
        "svg.gram g",
        "WᵀW, the inner products of all arrows: row i, column j holds Wᵢ · Wⱼ. Orange is positive, blue negative, and "
        "the colour of the page is 0.",
    ),
    Step(
        "svg.gram g rect:nth-of-type(1)",
        "A cell on the diagonal is Wᵢ · Wᵢ = |Wᵢ|², the square of an arrow's length. Near 1: what goes in as xᵢ comes "
        "out as xᵢ. Near 0: the feature is not kept.",
    ),
    Step(
        "svg.gram g rect:nth-of-type(2)",
        "A cell off the diagonal is interference, here W₁ · W₂: how much the output of one feature changes when "
        "another one is 1. It is 0 for arrows at a right angle. The ReLU cuts off what is negative at the output.",
    ),
)

AXIS = Explanation(
    "The arrows of the trained model at the chosen sparsity S, their inner products, and the loss",
    (
        ARROW,
        CIRCLE,
        CAPTION,
        *PRODUCTS,
        Step(
            "svg.curves polyline:last-of-type",
            "The loss of the trained model at every sparsity S, divided by that of a code without superposition, which "
            "keeps the two most important features only. Below 1 the trained model is better.",
        ),
        Step("svg.curves circle", "The model whose arrows you see, at the chosen S. Move S: all three follow."),
    ),
)
"""Of `sparsity_axis`, with its curves of losses."""

FILM = Explanation(
    "Training, step by step: the arrows and the loss",
    (
        ARROW,
        Step(
            ".curve polyline:last-of-type",
            "The loss over the steps of the training. It falls as the arrows find their places. The first steps are "
            "drawn wider apart than the last, because most happens there.",
        ),
        Step(".curve circle", "The step that is shown now."),
        Step("#film-play", "Play shows the training from its start, when all arrows are short and random."),
        Step("#film-scrubber", "Or drag: to the left is earlier."),
    ),
)
"""Of a `film` of arrows."""

GRID = Explanation(
    "The arrows of several trained models side by side, in one scale",
    (
        Step("section:first-child .arrow-plane", "Each small plane is one trained model; the words above say which."),
        ARROW,
        CIRCLE,
        Step("section:first-child p:last-child", "The name of the arrangement that its arrows form."),
    ),
)
"""Of an `arrow_grid`."""

ONE_SPARSITY = Explanation("The arrows of the trained model at the chosen sparsity S", (ARROW, CIRCLE))
"""Of what `slider_models` draws until all sparsities are trained."""

GRAM = Explanation(
    f"{_GRAM}; beside it the superposition measure and the dimensions of every feature",
    (
        Step(
            ".mark-rect path",
            "A cell on the diagonal is W₁ · W₁ = |W₁|², the square of the length of the first arrow.",
            {"x": 1.5, "y": 1.7},
        ),
        Step(
            ".mark-rect path",
            "A cell off the diagonal is interference, here W₁ · W₂: how far the first two arrows go in the same "
            "direction (orange), or in opposite ones (blue). 0 is a right angle.",
            {"x": 2.5, "y": 1.7},
        ),
        Step(
            ".mark-text text",
            "The superposition measure of a row: take the arrow at length 1, form its inner products with all other "
            "arrows, square and add them. 0 means a direction of its own; from 1 on the others together can activate "
            "this direction as strongly as the feature itself.",
            {"word": "superposition"},
        ),
        Step(
            ".mark-text text",
            "Dᵢ, the dimensions that a feature has for itself: |Wᵢ|² divided by the same sum, now with the feature's "
            "own square in it. 1 is a whole dimension; two opposite arrows have 1/2 each.",
            {"word": "dimensions Dᵢ"},
        ),
    ),
)
"""Of `gram_with_measures`."""

SPACE = Explanation(
    "Feature arrows in three dimensions",
    (
        Step(
            "svg.view g > g:last-of-type",
            "An arrow is a column of W, now with three numbers. What is farther away is smaller and paler.",
        ),
        Step("svg.view circle", "The outline of the sphere of radius 1. An arrow of length 1 ends on the sphere."),
        Step("svg.view", "Drag to turn it, or use the arrow keys: lengths and angles stay, the view changes."),
    ),
)
"""Of `space`."""

STACKS = Explanation(
    "The input weights of 40 neurons, a stack for each, in the colours of their features",
    (
        Step(
            ".mark-rect path",
            "The lowest segment of a stack is the neuron's largest input weight, by its size. The neurons are scaled "
            "so that it is 1. Its colour is that of its feature: strong colours are important features.",
            {"stack": 1, "low": 0},
        ),
        Step(
            ".mark-symbol path",
            "A filled dot marks a neuron that reads one feature: nearly all of its input weight is on that one. A "
            "hollow dot marks a neuron that reads several.",
        ),
        Step(
            ".mark-rect",
            "Compare the stacks: one colour in each means one feature per neuron. Several colours in a stack mean that "
            "features share a neuron. That is superposition, in the neurons.",
        ),
    ),
)
"""Of `neuron_stacks`."""

SEEDS_OF_SWEEP = Explanation(
    "How many features are kept at each density",
    (
        Step(".mark-symbol path", "One trained model: how many of its features have an arrow of at least ½."),
        Step(".mark-rule line", "The number m of dimensions: more than this cannot be kept without sharing."),
    ),
)
"""Of `represented_over_seeds`."""
