"""The recipe learners start from, the side to beat: the paper's notebook in plain PyTorch.

Autograd, AdamW at 1e-3 with its default weight decay, batches of 1024, dense sampling with two uniform draws per entry,
xavier_normal on W of shape (instances, features, hidden), b = 0, a constant rate, all densities in one tensor.
Shares no code with the library, on purpose.
"""

import numpy as np
import torch

from toymodels import AbsMLP, Autoencoder
from toymodels.arrays import Array
from toymodels.spec import Spec

STEPS = 10_000
BATCH = 1024


def train_recipe(spec: Spec, seed: int, steps: int = STEPS) -> dict[str, Array]:
    """Parameters as in `Run.parameters`."""
    torch.manual_seed(seed)
    signed = isinstance(spec, AbsMLP)
    rectified = not (isinstance(spec, Autoencoder) and spec.activation == "linear")
    shape = (spec.n_instances, spec.n_features, spec.n_hidden)
    probability = torch.tensor(spec.feature_probability)[:, None]
    importance = torch.tensor(spec.importances, dtype=torch.float32)
    W1 = torch.nn.init.xavier_normal_(torch.empty(shape)).requires_grad_()
    W2 = torch.nn.init.xavier_normal_(torch.empty(shape)).requires_grad_() if signed else W1
    b = torch.zeros(shape[:2], requires_grad=True)
    optimiser = torch.optim.AdamW([W1, W2, b] if signed else [W1, b], lr=1e-3)
    for _ in range(steps):
        values = torch.rand(BATCH, *shape[:2])
        if signed:
            values = 2 * values - 1
        x = torch.where(torch.rand(BATCH, *shape[:2]) <= probability, values, torch.zeros(()))
        hidden = torch.einsum("bif,ifh->bih", x, W1)
        if signed:
            hidden = torch.relu(hidden)
        output = torch.einsum("bih,ifh->bif", hidden, W2) + b
        if rectified:
            output = torch.relu(output)
        target = x.abs() if signed else x
        loss = (importance * (target - output) ** 2).mean(dim=(0, 2)).sum()
        optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()

    def array(tensor: torch.Tensor) -> Array:
        return np.array(tensor.detach())

    if signed:
        return {"W1": array(W1.transpose(1, 2)), "W2": array(W2), "b": array(b)}
    return {"W": array(W1.transpose(1, 2)), "b": array(b)}
