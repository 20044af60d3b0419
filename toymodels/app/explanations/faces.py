"""Labels of the figures of the page on faces."""

from toymodels.app.explanations.common import AXIS, GRID, ONE_SPARSITY
from toymodels.app.explanations.step import Explanation, Step

FIGURES = {
    "one_sparsity": ONE_SPARSITY,
    "face_stage": Explanation(
        "A face of four numbers goes through two numbers and is drawn again, by three codes",
        (
            Step(".input .face", "The face that goes in: four features, the sizes of eyes, nose, lips and head."),
            Step(".sliders", "Change them here. A feature at 0 is not there."),
            Step(
                ".code:not(.trained) .arrow-plane [data-feature='0']",
                "A code is a matrix W of two rows. This arrow is its column for the eyes: where the code sends a face "
                "that has eyes alone.",
            ),
            Step(
                ".code.trained .arrow-plane circle:last-of-type",
                "The point H = W x, two numbers: all that is left of the face that goes in.",
            ),
            Step(
                ".code.trained .face",
                "The face that is drawn again from H alone. Compare it with the one that went in.",
            ),
            Step(
                ".code.trained .loss",
                "The loss of this one face: the squared errors of its four features, weighted by importance.",
            ),
            Step(
                ".samples .sample",
                "A face drawn at random at this sparsity, and below it what the trained code gives back. Dashed "
                "circles are faces without a head; with sparse features most faces lack most things. Click one to "
                "send it through all codes.",
            ),
        ),
    ),
    "sparsity_axis": AXIS,
    "recipe": GRID,
    "eight_seeds": GRID,
}
