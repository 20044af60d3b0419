"""Labels of the figures of the page on what superposition saves and what it costs."""

from toymodels.app.explanations.step import Explanation, Step


def _against_density(caption: str, without: str, trained: str, words: str) -> Explanation:
    return Explanation(
        caption,
        (
            Step(".mark-rule line", without, {"words": words}),
            Step(".mark-line path", trained),
        ),
    )


def _explained(caption: str, unit: str, mean: str, whole: str, words: str) -> Explanation:
    return Explanation(
        caption,
        (
            Step(".mark-rect path", unit, {"density": 0.1}),
            Step(".mark-text text", mean, {"words": words}),
            Step(".mark-line path", whole),
        ),
    )


FIGURES = {
    "storage": Explanation(
        "The loss by the number of dimensions, with and without superposition",
        (
            Step(
                ".mark-line path",
                "Without superposition each dimension keeps one feature: the most important first.",
                {"code": "without superposition"},
            ),
            Step(
                ".mark-line path",
                "The trained models have a smaller loss in the same number of dimensions.",
                {"code": "in superposition, trained"},
            ),
            Step(
                ".mark-rule line",
                "Follow the arrow to the right, at the same loss: so many dimensions would a code without "
                "superposition need.",
            ),
        ),
    ),
    "saved": _against_density(
        "How many dimensions without superposition do the same, from dense to sparse",
        "What the model has: m dimensions.",
        "What they are worth: so many dimensions would a code without superposition need for the same loss. The "
        "sparser the features, the more.",
        "without superposition",
    ),
    "computed": _against_density(
        "Features computed per neuron, from dense to sparse",
        "Without superposition |x| takes two neurons, one for each sign: half a feature per neuron.",
        "The trained models. Above the dashed line neurons serve several features.",
        "two neurons per feature",
    ),
    "worth": _against_density(
        "How many neurons without superposition do the same, from dense to sparse",
        "The neurons that the model has.",
        "The neurons that a model without superposition would need for the same loss.",
        "without superposition",
    ),
    "film": Explanation(
        "One training: its loss, the dimensions Dᵢ of every feature, and WᵀW at the chosen step",
        (
            Step(".loss-curve", "The loss over the steps of the training; early steps are stretched."),
            Step("rect.drop", "Shaded: here the loss falls fast."),
            Step(
                "circle.jump",
                "A dot marks a feature whose Dᵢ changes at once. Nearly all lie in the shaded parts: the loss falls "
                "when features find new places.",
            ),
            Step(
                ".products svg",
                "WᵀW at this step. A blue cell off the diagonal is a pair of opposite arrows that share a dimension.",
            ),
            Step("#film-scrubber", "Drag to another step."),
        ),
    ),
    "neuron": _explained(
        "How much of a feature a single neuron tells",
        "A stroke is one neuron: R², the part of a feature's variance that a straight line through the neuron's "
        "activation explains. 1 is all of it.",
        "The mean over all neurons falls from dense to sparse: a single neuron then tells of several features at once.",
        "All neurons together still tell nearly everything: nothing is lost, it is only harder to read.",
        "one neuron",
    ),
    "direction": _explained(
        "How much of a feature a single direction tells",
        "A stroke is one feature: R², the part of its variance that h explains along the feature's own direction.",
        "The mean over all features falls from dense to sparse: other features' arrows point partly the same way.",
        "Through the model's own bias and ReLU most of it can be read.",
        "one direction as it is",
    ),
}
