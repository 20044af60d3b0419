"""What the features are called: x₁ is the first and most important one."""


def feature_names(n_features: int) -> list[str]:
    """x₁, x₂, …, the most important first."""
    return [feature_name(feature) for feature in range(n_features)]


def feature_name(feature: int) -> str:
    """Feature 0 is x₁."""
    return "x" + subscript(feature + 1)


def subscript(number: int) -> str:
    """A whole number from 0 in small low digits."""
    return str(number).translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"))
