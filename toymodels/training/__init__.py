"""Training: gradient descent on fresh samples, all instances and all starts of a spec at once, in compiled code."""

from toymodels.training.config import TrainingConfig, default_config
from toymodels.training.loop import OnProgress, film_error, provenance_of, train, warm_up
from toymodels.training.retraining import retrain

__all__ = [
    "OnProgress",
    "TrainingConfig",
    "default_config",
    "film_error",
    "provenance_of",
    "retrain",
    "train",
    "warm_up",
]
