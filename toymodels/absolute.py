"""The absolute-value model of the slides "2. Model with sparsity and superposition", 100 features and 40 neurons."""

from __future__ import annotations

from toymodels.specs import AbsMLP

N_FEATURES = 100
N_NEURONS = 40
DECAY = 0.8
DENSITIES = (1.0, 0.3, 0.1, 0.03, 0.01)
"""The deck's 1 - S."""

SPARSER = (0.003, 0.001)
"""Those that the paper adds."""

DENSE_STEPS = 8000
"""Without sparsity the unimportant features are found last: that model takes more steps than the others."""


def ladder_spec(feature_probability: float) -> AbsMLP:
    """The model at one density, I_i = 0.8^i.

    Raises:
        ValueError: as `AbsMLP`.
    """
    return AbsMLP(N_FEATURES, N_NEURONS, feature_probability, DECAY)


def ladder_steps(feature_probability: float) -> int | None:
    """How many steps to train it; None for the default of `train`."""
    return DENSE_STEPS if feature_probability == 1 else None
