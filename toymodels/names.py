"""What the features are called: x₁ is the first and most important one."""

from collections.abc import Iterable


def feature_names(n_features: int) -> list[str]:
    """x₁, x₂, …, the most important first."""
    return [feature_name(feature) for feature in range(n_features)]


def feature_name(feature: int) -> str:
    """Feature 0 is x₁."""
    return "x" + subscript(feature + 1)


def feature_numbers(features: Iterable[int]) -> str:
    """Indices of features, from 0 and rising, as a person counts them: "1 to 5", "4, 6 to 8", "none"."""
    runs: list[list[int]] = []
    for feature in features:
        number = int(feature) + 1
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    spans = [f"{run[0]} to {run[-1]}" if len(run) > 2 else ", ".join(map(str, run)) for run in runs]
    return ", ".join(spans) or "none"


def subscript(number: int) -> str:
    """A whole number from 0 in small low digits."""
    return str(number).translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"))


def compared(ratio: float) -> str:
    """A loss divided by another one, in the words that stand before "that of": "84 % less than", "2.5 times"."""
    change = 100 * (ratio - 1)
    if ratio >= 2:
        return f"{ratio:.3g} times"
    if abs(change) < 0.5:
        return "the same as"
    return f"{abs(change):.0f} % {'less' if change < 0 else 'more'} than"
