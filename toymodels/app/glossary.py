"""Glossary: the vocabulary of the deck and the paper, with the thresholds that this library uses."""

from __future__ import annotations

from dataclasses import dataclass

from toymodels.analysis.feature_graph import INTERFERES
from toymodels.analysis.neurons import COMPUTED, MONOSEMANTIC, SEVERAL
from toymodels.analysis.polytopes import NAMED_WITHIN
from toymodels.analysis.weights import REPRESENTED_NORM


@dataclass(frozen=True)
class Word:
    """A word, what it means in Markdown, its formula in TeX, and its symbol as pages write it, if it has them."""

    name: str
    meaning: str
    formula: str = ""
    symbol: str = ""


WORDS: dict[str, tuple[Word, ...]] = {
    "The data": (
        Word(
            "Feature",
            "One of the n numbers that make an input: the size of the eyes, say. A feature is active where it is not "
            "zero. Features are independent of one another, but for the page where they come together.",
            r"x_i",
            symbol="xᵢ",
        ),
        Word(
            "Feature probability, density",
            "The probability that a feature is nonzero. Then it is uniform on [0, 1]; for the absolute value on "
            "[−1, 1].",
            r"p = 1 - S",
            symbol="p",
        ),
        Word(
            "Correlated, anticorrelated features",
            "Features of a group that are active all at once or not at all, with values of their own; or of which at "
            "most one is active at a time.",
        ),
        Word("Sparsity", "The probability that a feature is zero. At S = 0.9 nine of ten are.", r"S", symbol="S"),
        Word(
            "Importance",
            "How much an error in a feature weighs in the loss. Mostly it decays: Iᵢ = rⁱ⁻¹, so that x₁ has "
            "importance 1. The deck counts features from 0 and writes 0.7ⁱ.",
            r"I_i",
            symbol="Iᵢ",
        ),
        Word(
            "Loss",
            "The squared errors between features xᵢ and outputs x′ᵢ, weighted by importance, on average over inputs. "
            "On sparser inputs the loss of any model is smaller, "
            "so losses at different S are not comparable (paper, footnote 17).",
            r"L = \sum_x \sum_i I_i (x_i - x'_i)^2",
            symbol="L",
        ),
    ),
    "The models": (
        Word(
            "Hidden dimensions, hidden vector",
            "What the features have to pass through: m < n numbers.",
            r"h = W x",
            symbol="h",
        ),
        Word(
            "Direction of a feature",
            "Column i of W, the arrow of feature i in the pictures: xᵢ = 1 alone moves h to its tip.",
            r"W_i",
            symbol="Wᵢ",
        ),
        Word(
            "Weights",
            "The matrix that turns n features into m hidden numbers: m rows, n columns. Training finds its numbers.",
            symbol="W",
        ),
        Word("Transposed weights", "W with rows and columns swapped; it leads from h back to n outputs.", symbol="Wᵀ"),
        Word("Bias", "A number that is added to each output, whatever the input.", r"b_i", symbol="b"),
        Word("Output", "What the model makes of h. It should be equal to the feature.", r"x'_i", symbol="x′"),
        Word("Linear model", "Its best solution keeps the m most important features, at any S.", r"x' = W^T W x + b"),
        Word(
            "ReLU output model",
            "The same with ReLU(z) = max(0, z) at the output: negative outputs become 0.",
            r"x' = \mathrm{ReLU}(W^T W x + b)",
            symbol="ReLU",
        ),
        Word(
            "GELU",
            "A smooth activation, z times the probability that a normal number is below z. Near 0 it is only slightly "
            "nonlinear, and a little of a negative number comes through.",
            r"\mathrm{GELU}(z) = z\, \Phi(z)",
        ),
        Word(
            "Absolute-value model",
            "Two matrices, which are not tied. Here the hidden numbers are neurons: they compute.",
            r"y' = \mathrm{ReLU}(W_2\, \mathrm{ReLU}(W_1 x) + b)",
            symbol="y′",
        ),
        Word("Instance", "One of several models, mostly one per density, that are trained side by side."),
        Word(
            "Start",
            "Random weights from which a training begins. Several are trained, because some end in a poor place, and "
            "the best is kept.",
        ),
        Word(
            "Code",
            "A choice of W and b: how features are written into h and read out again. Two of the faces’ codes are "
            "written by hand, the third is trained.",
        ),
        Word(
            "Principal component analysis",
            "The best that a linear model of m dimensions can do: it keeps the m directions in which the features "
            "vary most. What it loses is the variance in all others.",
        ),
        Word(
            "Seed",
            "The number from which all random numbers of a training follow. The same seed gives the same weights.",
        ),
    ),
    "What is measured": (
        Word(
            "Represented, embedded, kept",
            f"A feature whose arrow is at least {REPRESENTED_NORM:g} long. The paper judges by eye; the number "
            "is ours.",
            rf"|W_i| \ge {REPRESENTED_NORM:g}",
        ),
        Word("Length, norm", "The length of the arrow of feature i; |W|² is the sum of all |Wᵢ|².", symbol="|Wᵢ|"),
        Word(
            "Direction of length one",
            "The arrow of feature i, divided by its length. Ŵᵢ · h says how far h goes in that direction.",
            r"\hat W_i = W_i / |W_i|",
            symbol="Ŵᵢ",
        ),
        Word(
            "Gram matrix",
            "All products of two directions. Its diagonal holds the squared lengths.",
            r"W^T W",
            symbol="WᵀW",
        ),
        Word(
            "Superposition",
            "More features are represented than there are dimensions, so that they share some. Measured for a feature: "
            "how strongly all others together activate its direction. The paper's notebook shows the square root; we "
            "follow the slide.",
            r"\sum_{j \ne i} (\hat W_i \cdot W_j)^2",
            symbol="superposition",
        ),
        Word(
            "Dimensions per feature, dimensionality",
            "The share of a dimension that a feature has for itself: 1 alone, 1/2 in an antipodal pair, 2/5 in a "
            "pentagon. For an efficient packing they add up to m.",
            r"D_i = |W_i|^2 / \sum_j (\hat W_i \cdot W_j)^2",
            symbol="Dᵢ",
        ),
        Word(
            "D*",
            "Hidden dimensions divided by the sum of all squared lengths, which is about the number of features.",
            r"D^* = m / |W|^2",
            symbol="D*",
        ),
        Word(
            "Feature benefit",
            "What a model gains by representing a feature: its own error falls. The term of the loss is the error "
            "that remains.",
            r"i = j",
        ),
        Word(
            "Loss with one active feature",
            "The loss summed over which single feature is active, all others being 0.",
            r"L_1",
            symbol="L₁",
        ),
        Word(
            "Average over a feature",
            "The average over all values of an active feature, which is uniform from 0 to 1: ∫ stands for a sum over "
            "ever smaller steps dx.",
            r"\int_0^1 \dots\, dx",
            symbol="∫ dx",
        ),
        Word(
            "Closed form, exact",
            "A formula that gives a loss without drawing random inputs. Where there is none, a loss is estimated on "
            "inputs that the training never saw: held-out inputs, with the standard error behind ±.",
        ),
        Word(
            "Explained variance",
            "The part of the ups and downs of one number that a straight line through another number predicts: 1 all "
            "of it, 0 nothing.",
            symbol="R²",
        ),
        Word(
            "Interference",
            "What an active feature adds to the output of another. The ReLU sets negative interference to 0: it is "
            "free when one feature is active. Positive interference adds to the loss, unless a negative bias cancels "
            "it.",
            r"W_j \cdot W_i",
            symbol="Wᵢ · Wⱼ",
        ),
    ),
    "The shapes": (
        Word("Digon, antipodal pair", "Two features that point in opposite directions and share one dimension."),
        Word("Triangle, tetrahedron", "Three features in two dimensions, four in three: Dᵢ = 2/3 and 3/4."),
        Word("Pentagon, square antiprism", "Five features in two dimensions, eight in three: Dᵢ = 2/5 and 3/8."),
        Word(
            "Named shape",
            f"Directions are given a name when no angle is more than {NAMED_WITHIN:g}° from the ideal.",
        ),
        Word(
            "Group",
            f"Features that are joined by |Wᵢ · Wⱼ| ≥ {INTERFERES:g}, directly or through others.",
        ),
        Word(
            "Tegum product",
            "Polytopes in separate subspaces, at right angles to one another: how several groups stand together.",
        ),
    ),
    "Neurons": (
        Word(
            "Monosemantic, polysemantic",
            "A neuron that reads mostly one feature, or several. The number behind it is ours: monosemantic from a "
            f"share of {MONOSEMANTIC:g} of its absolute input weight on.",
            r"\max_i |W_{1,ki}| / \sum_i |W_{1,ki}|",
        ),
        Word(
            "Effective number of features",
            "How many features a neuron reads, when small weights hardly count: k equal weights give k. From "
            f"{SEVERAL:g} on a neuron serves several.",
            r"\big(\sum_i W_{1,ki}^2\big)^2 / \sum_i W_{1,ki}^4",
        ),
        Word(
            "Computed",
            f"|x| is computed for one sign of a feature if the output rises by at least {COMPUTED:g} when the feature "
            "alone goes from 0 to 1, or from 0 to −1.",
        ),
        Word(
            "Asymmetric superposition with inhibition",
            "One neuron serves two features, one with a large input weight and a small output weight, the other with a "
            "small input weight and a large output weight. A second neuron inhibits, so that what would be positive "
            "interference becomes negative.",
            r"[2, -\tfrac12] \to [\tfrac12, 2]",
        ),
    ),
}
"""Parts of the glossary, each with its words."""


def explained(symbol: str) -> str:
    """What the glossary says of a symbol, in Markdown.

    Raises:
        KeyError: naming a symbol that the glossary does not have.
    """
    word = next((word for part in WORDS.values() for word in part if word.symbol == symbol), None)
    if word is None:
        raise KeyError(symbol)
    return f"**{plain_symbol(symbol)}** · {word.name}. {word.meaning}"


def plain_symbol(symbol: str) -> str:
    """A symbol as Markdown shows it unchanged."""
    return symbol.replace("*", "\\*")
