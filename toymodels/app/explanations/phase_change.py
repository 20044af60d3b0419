"""Labels of the figures of the page on the phase change."""

from toymodels.app.explanations.step import Explanation, Step

FIGURES = {
    "phase_diagram": Explanation(
        "What becomes of one extra feature, by its density and its relative importance",
        (
            Step(
                ".map image.cells",
                "Every cell is a trained model. From left to right features are sparser; from below upwards the extra "
                "feature is more important.",
            ),
            Step(
                ".map text.phase",
                "Three things can become of it. Not represented: it has no arrow. Own dimension: it takes the place of "
                "another feature. In superposition: it shares a dimension.",
                each=True,
            ),
            Step(".map path.border", "The line is where theory says that the best of the three changes."),
            Step(".map circle.handle", "The model whose weights stand below. Drag it."),
            Step(
                ".chart polyline.code",
                "The losses of the three along the dashed line of the map. The lowest is the best; where two cross, "
                "the best one changes at once. That is a phase change of first order.",
            ),
            Step(".chart circle.dot", "Dots: what training reaches."),
        ),
    ),
    "arrangements": Explanation(
        "Five features in a plane, one with a density of its own: what training ends in",
        (
            Step(".mark-rect", "Every cell is a trained model. Upwards the fifth feature is denser than the others."),
            Step(".mark-text text", "Near the middle all five have an arrow.", {"arrangement": "five arrows"}),
        ),
    ),
    "crossing": Explanation(
        "The loss of five arrows over that of two digons, by the density of the fifth feature",
        (
            Step(".mark-line path", "Five arrows: their loss, divided by that of two digons without the fifth."),
            Step(".mark-rule line", "At 1 both have the same loss.", {"ratio": 1}),
            Step(
                ".mark-rule line:not([stroke-dasharray='6,4'])",
                "To the right of the crossing two digons are better: the fifth feature is too rare to be worth an "
                "arrow.",
            ),
        ),
    ),
}
