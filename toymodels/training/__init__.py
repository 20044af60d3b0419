"""Training: gradient descent on fresh samples, all instances and all starts of a spec in one batched computation."""

from toymodels.training.loop import OnProgress, train

__all__ = ["OnProgress", "train"]
