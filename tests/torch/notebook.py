"""The paper's notebook written out by hand: its own axes, its own AdamW, no module and no optimiser of PyTorch.

It shares no code with the library, on purpose. The random numbers are drawn in the order of the library's, so that the
weights can be compared one by one.
"""

import math

import torch

import toymodels as tm
from toymodels.arrays import Array
from toymodels.spec import Spec


def notebook(spec: Spec, seed: int, steps: int, batch: int) -> dict[str, Array]:
    """Weights after so many steps, by name as in `Run.parameters`."""
    generator = torch.Generator().manual_seed(seed)
    instances, n, m = spec.n_instances, spec.n_features, spec.n_hidden
    spread = math.sqrt(2 / (m * (n + instances)))
    absolute = isinstance(spec, tm.AbsMLP)
    weights = [torch.empty(instances, n, m).normal_(0, spread, generator=generator) for _ in range(1 + absolute)]
    theta = [*weights, torch.zeros(instances, n)]
    first, second = [torch.zeros_like(value) for value in theta], [torch.zeros_like(value) for value in theta]
    p = torch.tensor(spec.feature_probability)[:, None]
    importance = torch.tensor(spec.importances, dtype=torch.float32)
    relu = not (isinstance(spec, tm.Autoencoder) and spec.activation == "linear")
    for step in range(1, steps + 1):
        values = torch.rand(batch, instances, n, generator=generator)
        values = 2 * values - 1 if absolute else values
        x = torch.where(torch.rand(batch, instances, n, generator=generator) <= p, values, 0.0)
        leaves = [value.clone().requires_grad_() for value in theta]
        hidden = torch.einsum("...if,ifh->...ih", x, leaves[0])
        hidden = torch.where(hidden > 0, hidden, 0.0) if absolute else hidden
        output = torch.einsum("...ih,ifh->...if", hidden, leaves[absolute]) + leaves[-1]
        output = torch.where(output > 0, output, 0.0) if relu else output
        loss = (importance * ((x.abs() if absolute else x) - output) ** 2).mean(dim=(0, 2)).sum()
        for k, gradient in enumerate(torch.autograd.grad(loss, leaves)):
            first[k] = 0.9 * first[k] + 0.1 * gradient
            second[k] = 0.999 * second[k] + 0.001 * gradient**2
            root = (second[k] / (1 - 0.999**step)).sqrt() + 1e-8
            theta[k] = theta[k] * (1 - 1e-3 * 0.01) - 1e-3 * first[k] / (1 - 0.9**step) / root
    if absolute:
        return {"W1": theta[0].mT.numpy(), "W2": theta[1].numpy(), "b": theta[2].numpy()}
    return {"W": theta[0].mT.numpy(), "b": theta[1].numpy()}
