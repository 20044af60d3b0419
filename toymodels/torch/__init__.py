"""The toy models in PyTorch: as modules with a run's weights, back to runs, and trained by the paper's recipe.

Reached as `toymodels.torch`, and imported when it is: nothing else in the library imports PyTorch.
"""

from toymodels.extras import extra
from toymodels.training.recipe import RecipeConfig

with extra("torch", "toymodels.torch"):
    from toymodels.torch.modules import AbsMLPModule, AutoencoderModule, from_module, to_module
    from toymodels.torch.recipe import train
    from toymodels.torch.threads import one_thread

__all__ = [
    "AbsMLPModule",
    "AutoencoderModule",
    "RecipeConfig",
    "from_module",
    "one_thread",
    "to_module",
    "train",
]
