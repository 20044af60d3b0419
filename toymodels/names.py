"""Names and lists of features, numbers and ratios as people read them: x₁ is the first and most important feature."""

from collections.abc import Iterable
from math import floor, log10

FACE_FEATURES = ("eyes", "nose", "lips", "head")
"""Features of the deck's face, slides "Toy problem" and "Can we quantify superposition?"."""

OUTPUT_NAMES = {"relu": "ReLU", "linear": "linear", "gelu": "GELU", "leaky_relu": "leaky ReLU"}
"""Activations of the output as people write them."""

MOST_DIGITS = 7
"""Digits of an estimate: single precision has no more."""

_NUMBER_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def feature_names(n_features: int) -> list[str]:
    """Names x₁, x₂, …, the most important feature first."""
    return [feature_name(feature) for feature in range(n_features)]


def feature_name(feature: int) -> str:
    """Name of a feature counted from 0: feature 0 is x₁."""
    return "x" + subscript(feature + 1)


def neuron_number(neuron: int) -> int:
    """Number of a neuron counted from 0, as it is shown: neuron 0 is neuron 1."""
    return neuron + 1


def feature_numbers(features: Iterable[int]) -> str:
    """Features, given counted from 0 in increasing order, as numbers counted from 1: "1 to 5", "4, 6 to 8", "none"."""
    spans: list[list[int]] = []
    for number in (int(feature) + 1 for feature in features):
        if spans and number == spans[-1][-1] + 1:
            spans[-1].append(number)
        else:
            spans.append([number])
    words = [f"{span[0]} to {span[-1]}" if len(span) > 2 else ", ".join(map(str, span)) for span in spans]
    return ", ".join(words) or "none"


def subscript(number: int) -> str:
    """A whole number from 0 in subscript digits."""
    return str(number).translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"))


def compared(ratio: float) -> str:
    """A loss divided by another one, in the words that stand before "that of": "84 % less than", "2.5 times"."""
    change = 100 * (ratio - 1)
    if ratio >= 2:
        return f"{scientific(ratio)} times"
    if abs(change) < 0.5:
        return "the same as"
    return f"{percent(abs(ratio - 1))} {'less' if change < 0 else 'more'} than"


def percent(part: float, digits: int = 0) -> str:
    """A part of a whole, 1 for all of it, in percent with so many digits after the point: "84 %", "99.5 %"."""
    return f"{100 * part:.{digits}f} %"


def counted(number: int, noun: str) -> str:
    """A number with its noun, which has an s from two on and at 0: "1 pair", "2 pairs"."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def number_word(number: int) -> str:
    """A whole number from 0 in a word, and above ten in digits: "no", "one", "ten", "11"."""
    return _NUMBER_WORDS[number] if number < len(_NUMBER_WORDS) else str(number)


def with_error(value: float, error: float) -> str:
    """An estimate with its standard error, "0.0215 ± 0.0001"; the number alone where it is exact, with error 0.

    The estimate ends at the decimal place of its error, so that a less certain one has fewer digits: "5.8 ± 0.2".
    """
    if not error:
        return scientific(value)
    place = floor(log10(float(f"{error:.1g}")))
    digits = floor(log10(abs(value))) - place + 1 if value else 1
    text = f"{value:#.{max(1, min(digits, MOST_DIGITS))}g}" if value else "0"
    return f"{_power_of_ten(text.rstrip('.').replace('.e', 'e'))} {plus_minus(error)}"


def plus_minus(error: float) -> str:
    """A standard error in one digit: ± 0.002, and ± 4 · 10⁻⁵ rather than ± 4e-05."""
    return f"± {scientific(float(f'{error:.1g}'))}"


def scientific(value: float, digits: int = 3) -> str:
    """A positive number in at most so many digits: 0.0125, and 8.09 · 10⁻⁵ rather than 8.09e-05."""
    return _power_of_ten(f"{value:.{digits}g}")


def _power_of_ten(text: str) -> str:
    """A number as Python writes it, with its power of ten in superscripts, if it has one."""
    if "e" not in text:
        return text
    mantissa, exponent = text.split("e")
    return f"{mantissa} · 10{str(int(exponent)).translate(str.maketrans('-0123456789', '⁻⁰¹²³⁴⁵⁶⁷⁸⁹'))}"
