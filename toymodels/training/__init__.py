"""Training: gradient descent on fresh samples, all instances and all starts of a spec at once, in compiled code."""

from toymodels.training.config import TrainingConfig, default_config
from toymodels.training.loop import OnProgress, train, warm_up

__all__ = ["OnProgress", "TrainingConfig", "default_config", "train", "warm_up"]
