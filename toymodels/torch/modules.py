"""The toy models as `nn.Module`s, with a run's weights or on the way to a run.

Parameters have the names and shapes of `Run.parameters`, so a state dict holds "W" and "b", or "W1", "W2" and "b". A
module is one model, W (hidden, features), or several side by side, W (instances, hidden, features). The hidden layer
and the output are submodules, `hidden` and `output`: a forward hook on them reads the activations.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import numpy as np
import torch
from torch import nn

from toymodels.analysis.losses import estimate
from toymodels.arrays import Array
from toymodels.checks import MAX_SEED, whole_number
from toymodels.data import sample_features
from toymodels.models import LEAK, outputs, parameter_shapes
from toymodels.provenance import Provenance
from toymodels.run import Run
from toymodels.spec import Activation, Spec, checked_spec
from toymodels.training.recipe import LOSS_SAMPLES
from toymodels.version import __version__

TorchActivation = Callable[[torch.Tensor], torch.Tensor]

SAME_OUTPUT = 1e-4
"""Most by which a module may miss the outputs of its spec's model, in parts of the largest (or of 1)."""


class Elementwise(nn.Module):
    """An activation as a module, so that hooks can be put on it."""

    def __init__(self, function: TorchActivation) -> None:
        super().__init__()
        self.function = function

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """The function of x, elementwise."""
        return self.function(x)


class AutoencoderModule(nn.Module):
    """h = W x, x' = ReLU(W^T h + b), or with other activations (slides "1. Models").

    Attributes:
        W: (hidden, features), or (instances, hidden, features).
        b: (features,), or (instances, features).
        hidden: the hidden activation, as a rule the identity; its output is h, (..., hidden).
        output: the activation; its input is W^T h + b and its output x', (..., features).

    Args:
        n_features: number of features n.
        n_hidden: number of hidden dimensions m.
        activation: one by name, as in the spec, or any function of tensors that works elementwise.
        n_instances: models side by side; None for one, without an axis for it.
        generator: where the random numbers of the weights come from; the bias starts at 0.
        device: of the parameters.
        hidden_activation: the same for the hidden layer, of an `AutoencoderModule`.
    """

    def __init__(
        self,
        n_features: int,
        n_hidden: int,
        activation: Activation | TorchActivation = "relu",
        n_instances: int | None = None,
        generator: torch.Generator | None = None,
        device: str = "cpu",
        hidden_activation: Activation | TorchActivation = "linear",
    ) -> None:
        super().__init__()
        self.W = nn.Parameter(_xavier(n_instances, n_features, n_hidden, generator, device).mT.contiguous())
        self.b = nn.Parameter(torch.zeros_like(self.W[..., 0, :]))
        self.hidden = _module_of(hidden_activation)
        self.output = _module_of(activation)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """x', (..., features), for x (..., features); (instances, samples, features) if there are instances."""
        h = self.hidden(x @ self.W.mT)
        answer: torch.Tensor = self.output(h @ self.W + _as_row(self.b))
        return answer


class AbsMLPModule(nn.Module):
    """h = ReLU(W1 x), y' = ReLU(W2 h + b), or with another activation in both places (slide "2. Model").

    Attributes:
        W1: (hidden, features), or (instances, hidden, features).
        W2: (features, hidden), or (instances, features, hidden).
        b: (features,), or (instances, features).
        hidden: the first activation; its input is W1 x and its output h, (..., hidden).
        output: the second; its input is W2 h + b and its output y', (..., features).

    Arguments as for `AutoencoderModule`.
    """

    def __init__(
        self,
        n_features: int,
        n_hidden: int,
        activation: Activation | TorchActivation = "relu",
        n_instances: int | None = None,
        generator: torch.Generator | None = None,
        device: str = "cpu",
    ) -> None:
        super().__init__()
        self.W1 = nn.Parameter(_xavier(n_instances, n_features, n_hidden, generator, device).mT.contiguous())
        self.W2 = nn.Parameter(_xavier(n_instances, n_features, n_hidden, generator, device))
        self.b = nn.Parameter(torch.zeros_like(self.W2[..., 0]))
        self.hidden = _module_of(activation)
        self.output = _module_of(activation)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """y', (..., features), for x (..., features); (instances, samples, features) if there are instances."""
        h = self.hidden(x @ self.W1.mT)
        answer: torch.Tensor = self.output(h @ self.W2.mT + _as_row(self.b))
        return answer


ToyModule = AutoencoderModule | AbsMLPModule


def untrained(
    spec: Spec,
    n_instances: int | None,
    activation: TorchActivation | None = None,
    generator: torch.Generator | None = None,
    device: str = "cpu",
) -> ToyModule:
    """The module of a spec, random weights; arguments as for `AutoencoderModule`, activation None for the spec's."""
    chosen = spec.activation if activation is None else activation
    if spec.tied:
        return AutoencoderModule(
            spec.n_features, spec.n_hidden, chosen, n_instances, generator, device, spec.hidden_activation
        )
    return AbsMLPModule(spec.n_features, spec.n_hidden, chosen, n_instances, generator, device)


def to_module(run: Run, instance: int | None = 0) -> ToyModule:
    """The `nn.Module` with the weights of a run: one of its instances, or with None all of them side by side.

    Raises:
        ValueError: if the run has no such instance.
    """
    if instance is not None:
        instance = whole_number("instance", instance, 0, run.spec.n_instances - 1)
    module = untrained(run.spec, run.spec.n_instances if instance is None else None)
    chosen = {name: value if instance is None else value[instance] for name, value in run.parameters.items()}
    module.load_state_dict({name: torch.tensor(value, dtype=torch.float32) for name, value in chosen.items()})
    return module


def from_module(module: nn.Module, spec: Spec, seed: int = 0) -> Run:
    """The run with the weights of a module, of ours or of your own, trained anywhere.

    Args:
        module: has the parameters "W" and "b" of the spec's model, or "W1", "W2" and "b", with the shapes of
            `AutoencoderModule` or `AbsMLPModule`, and takes and gives what these do.
        spec: what it is a model of. A module without an axis for instances needs a spec of one feature probability.
        seed: of the held-out samples of the loss.

    Returns:
        A run of 0 steps, in float32, its loss a held-out estimate.

    Raises:
        ValueError: naming the parameter that is missing, of another shape or not finite; or if the module does not
            answer random samples as the spec's model with these weights does.
    """
    spec, seed = checked_spec("spec", spec), whole_number("seed", seed, 0, MAX_SEED)
    found = dict(module.named_parameters()) | dict(module.named_buffers())
    parameters = {}
    for name, shape in parameter_shapes(spec).items():
        if name not in found:
            raise ValueError(f"the module must have a parameter {name}, got {', '.join(found) or 'none'}")
        value = array(found[name])
        whole = (spec.n_instances, *shape)
        if value.shape != whole and (spec.n_instances > 1 or value.shape != shape):
            one = f" or {shape}" if spec.n_instances == 1 else ""
            raise ValueError(f"{name} must have shape {whole}{one}, got {value.shape}")
        if not np.all(np.isfinite(value)):
            raise ValueError(f"{name} must hold finite numbers")
        parameters[name] = value.reshape(whole)
    _check_outputs(module, spec, parameters, has_instances=found["b"].ndim == 2)
    loss, error = estimate(spec, parameters, LOSS_SAMPLES, seed)
    return Run(spec, seed, 0, 1, parameters, loss, error, 0.0, provenance=Provenance(__version__, "from a module"))


def array(tensor: torch.Tensor) -> Array:
    """A copy of a tensor as a float32 array."""
    values: Array = tensor.detach().to("cpu", torch.float32, copy=True).numpy()
    return values


def _check_outputs(module: nn.Module, spec: Spec, parameters: Mapping[str, Array], has_instances: bool) -> None:
    rng = np.random.default_rng(0)
    half = (0.5,) * spec.n_instances
    x = sample_features(half, spec.n_features, 64, rng, signed=spec.signed)
    expected = outputs(spec, parameters, x)
    b = module.get_parameter("b") if "b" in dict(module.named_parameters()) else module.get_buffer("b")
    with torch.no_grad():
        answer = module(torch.tensor(x if has_instances else x[0], dtype=b.dtype, device=b.device))
    if not isinstance(answer, torch.Tensor) or answer.shape != (expected if has_instances else expected[0]).shape:
        given = tuple(answer.shape) if isinstance(answer, torch.Tensor) else type(answer).__name__
        raise ValueError(f"the module must answer x {x.shape} by a tensor of the same shape, got {given}")
    miss = np.abs(array(answer).reshape(expected.shape) - expected).max() / max(1.0, np.abs(expected).max())
    if not miss <= SAME_OUTPUT:
        raise ValueError(
            f"the module does not compute what {type(spec).__name__} with its weights does: "
            f"outputs differ by up to {miss:.2g} of the largest"
        )


def _xavier(
    n_instances: int | None, n_features: int, n_hidden: int, generator: torch.Generator | None, device: str
) -> torch.Tensor:
    """Normal weights of the paper's notebook, (instances, features, hidden) or (features, hidden).

    PyTorch takes the axes in this order for channels and a kernel, so the spread depends on the number of instances:
    the variance is 2 / (hidden (instances + features)), or 2 / (features + hidden) without the axis.
    """
    shape = (n_features, n_hidden) if n_instances is None else (n_instances, n_features, n_hidden)
    return nn.init.xavier_normal_(torch.empty(shape, dtype=torch.float32, device=device), generator=generator)


def _module_of(activation: Activation | TorchActivation) -> nn.Module:
    if isinstance(activation, str) and activation in _MODULES:
        return _MODULES[activation]()
    if not callable(activation):
        names = ", ".join(map(repr, _MODULES))
        raise ValueError(f"activation must be one of {names} or a function of tensors, got {activation!s:.40}")
    return Elementwise(activation)


_MODULES: dict[str, Callable[[], nn.Module]] = {
    "relu": nn.ReLU,
    "linear": nn.Identity,
    "gelu": nn.GELU,
    "leaky_relu": partial(nn.LeakyReLU, LEAK),
}
"""The activations of specs as modules."""


def _as_row(b: torch.Tensor) -> torch.Tensor:
    return b if b.ndim == 1 else b.unsqueeze(-2)
