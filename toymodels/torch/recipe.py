"""Training by the paper's recipe, in plain PyTorch: what `toymodels.train` is to be compared with.

Source: the paper's notebook. The loss of a step is the mean over samples and features, summed over the instances; Adam
does not care for the factor.
"""

from __future__ import annotations

import math
import time
from dataclasses import asdict

import numpy as np
import torch
from torch import nn
from torch.optim.adamw import adamw

from toymodels.analysis.losses import HELD_OUT, Estimate, estimate
from toymodels.arrays import Array
from toymodels.checks import MAX_SEED, whole_number
from toymodels.data import FixedSamples
from toymodels.models import parameter_shapes
from toymodels.provenance import Provenance
from toymodels.run import Run
from toymodels.spec import Spec, checked_spec
from toymodels.torch.modules import TorchActivation, array, untrained
from toymodels.training import OnProgress
from toymodels.training.recipe import LOSS_SAMPLES, RecipeConfig
from toymodels.version import __version__

SECONDS_BETWEEN_REPORTS = 0.02
"""Least time between two calls of on_progress."""

MONTE_CARLO_SAMPLES = 262_144
"""Held-out samples per instance behind the loss with an activation that is not the library's."""

MONTE_CARLO_NUMBERS = 1 << 28
"""Most numbers of data that these samples may be in all; there are at least 4096 of them."""


def train(
    spec: Spec,
    seed: int = 0,
    steps: int = RecipeConfig.steps,
    batch: int = RecipeConfig.batch,
    lr: float = RecipeConfig.learning_rate,
    weight_decay: float = RecipeConfig.weight_decay,
    device: str = RecipeConfig.device,
    activation: TorchActivation | None = None,
    on_progress: OnProgress | None = None,
) -> Run:
    """Train every instance of a spec by the paper's recipe: autograd, AdamW, one random start (paper's notebook).

    The same arguments give the same weights on the same machine and number of threads. PyTorch's global generator,
    threads and defaults are neither read nor changed.

    Args:
        spec: what to train.
        seed: 0 to 2**32 - 1, where the random numbers start.
        steps: optimiser steps, 1 to 1,000,000.
        batch: samples per step and instance, 1 to 65,536.
        lr: learning rate, constant, greater than 0 and at most 1.
        weight_decay: 0 to 1; the default is PyTorch's.
        device: "cpu", or "cuda", "cuda:N" or "mps" where there is one.
        activation: any function of tensors that works elementwise, in place of the spec's activation (of the
            absolute-value model: of both). It may have no parameters of its own.
        on_progress: as in `toymodels.train`: called with the number of steps done, the number of all steps, and the
            loss of the current batch (instances,). If it raises, training ends there and the exception goes on.

    Returns:
        The run. Its loss is the held-out estimate of `toymodels.losses.estimate`; with an activation that is handed in,
        a plain Monte Carlo estimate with that activation, on samples that training has not seen.

    Raises:
        ValueError: naming the argument, the value and the allowed range; or the device that is not there.
        FloatingPointError: if the loss grows beyond all numbers, as with too high a learning rate.
    """
    began = time.perf_counter()
    spec, seed = checked_spec("spec", spec), whole_number("seed", seed, 0, MAX_SEED)
    config = RecipeConfig(steps, batch, lr, weight_decay, device, None if activation is None else _name(activation))
    _check_device(config.device)
    if activation is not None:
        _check_activation(activation, config.device)
    generator = torch.Generator(config.device).manual_seed(seed)
    with torch.enable_grad():
        module = untrained(spec, spec.n_instances, activation, generator, config.device)
        _descend(module, spec, config, generator, on_progress)
    parameters = {name: array(module.get_parameter(name)) for name in parameter_shapes(spec)}
    if activation is None:
        loss, error = estimate(spec, parameters, LOSS_SAMPLES, seed)
    else:
        loss, error = _monte_carlo(module, spec, seed, config)
    settings = {name: value for name, value in asdict(config).items() if value is not None}
    made = Provenance(__version__, "paper", {**settings, "torch": torch.__version__})
    seconds = time.perf_counter() - began
    return Run(spec, seed, config.steps, 1, parameters, loss, error, seconds, provenance=made)


def _descend(
    module: nn.Module, spec: Spec, config: RecipeConfig, generator: torch.Generator, on_progress: OnProgress | None
) -> None:
    optimiser = _AdamW(list(module.parameters()), config)
    draw, importance = _Draw(spec, config.device), _importance(spec, config.device)
    reported = time.perf_counter()
    for step in range(1, config.steps + 1):
        losses = _losses(module, spec, draw(config.batch, generator), importance).mean(dim=-1)
        optimiser.step(torch.autograd.grad(losses.sum() / spec.n_features, optimiser.parameters))
        last = step == config.steps
        if last and not bool(torch.isfinite(losses).all()):
            raise FloatingPointError(f"the loss is not finite after {step} steps with lr={config.learning_rate:g}")
        if on_progress is not None and (step == 1 or last or time.perf_counter() - reported > SECONDS_BETWEEN_REPORTS):
            on_progress(step, config.steps, array(losses))
            reported = time.perf_counter()


class _AdamW:
    """`torch.optim.AdamW` by its functional form: the class imports PyTorch's compiler, two seconds and 74 MB."""

    def __init__(self, parameters: list[nn.Parameter], config: RecipeConfig) -> None:
        self.parameters = parameters
        self._config = config
        self._means = [torch.zeros_like(parameter) for parameter in parameters]
        self._squares = [torch.zeros_like(parameter) for parameter in parameters]
        self._steps = [torch.tensor(0.0, dtype=torch.float32) for _ in parameters]

    @torch.no_grad()
    def step(self, gradients: tuple[torch.Tensor, ...]) -> None:
        adamw(
            list(self.parameters), list(gradients), self._means, self._squares, [], self._steps, amsgrad=False,
            beta1=0.9, beta2=0.999, lr=self._config.learning_rate, weight_decay=self._config.weight_decay, eps=1e-8,
            maximize=False,
        )  # fmt: skip


class _Draw:
    """Draws independent samples of a spec's data, two uniform draws for each entry, as in the notebook."""

    def __init__(self, spec: Spec, device: str) -> None:
        n, data = spec.n_features, spec.data
        units = data.units(n)
        unit_of, place = np.empty((2, n), np.int64)
        for number, unit in enumerate(units):
            unit_of[list(unit)], place[list(unit)] = number, range(len(unit))
        self._spec, self._device = spec, device
        self._p = torch.tensor(data.unit_probability(spec.probabilities), dtype=torch.float32, device=device)
        self._unit_of, self._place = (torch.tensor(index, device=device) for index in (unit_of, place))
        self._size = torch.tensor([len(unit) for unit in units], dtype=torch.float32, device=device)
        self._every: torch.Tensor | None = None
        if isinstance(data, FixedSamples):
            self._every = torch.tensor(data.all(spec.probabilities, spec.signed), device=device)

    def __call__(self, samples: int, generator: torch.Generator) -> torch.Tensor:
        """Samples, (instances, samples, features)."""
        if self._every is not None:
            there = self._every.shape[1]
            return self._every[:, torch.randint(there, (samples,), generator=generator, device=self._device)]
        values = self._values(samples, generator)
        unit = self._uniform(samples, len(self._size), generator) <= self._p
        active = unit[..., self._unit_of]
        if not self._spec.data.together:
            chosen = (self._uniform(samples, len(self._size), generator) * self._size).floor()
            active = active & (chosen[..., self._unit_of] == self._place)
        return (values * active).movedim(1, 0)

    def _values(self, samples: int, generator: torch.Generator) -> torch.Tensor:
        """What the features are where they are active, (samples, instances, features)."""
        binary, signed = self._spec.data.values == "binary", self._spec.signed
        if binary and not signed:
            return torch.ones(1, device=self._device)
        u = self._uniform(samples, self._spec.n_features, generator)
        if binary:
            u = (2 * u).floor()
        return 2 * u - 1 if signed else u

    def _uniform(self, samples: int, width: int, generator: torch.Generator) -> torch.Tensor:
        shape = (samples, self._spec.n_instances, width)
        return torch.rand(shape, generator=generator, dtype=torch.float32, device=self._device)


def _losses(module: nn.Module, spec: Spec, x: torch.Tensor, importance: torch.Tensor) -> torch.Tensor:
    """sum_i I_i (target_i - x'_i)^2 of every sample, (instances, samples)."""
    target = x.abs() if spec.signed else x
    losses: torch.Tensor = (importance * (target - module(x)) ** 2).sum(dim=-1)
    return losses


def _importance(spec: Spec, device: str) -> torch.Tensor:
    """I, (1, features), or (instances, 1, features) where instances have their own."""
    return torch.tensor(spec.importances, dtype=torch.float32, device=device).unsqueeze(-2)


def _monte_carlo(module: nn.Module, spec: Spec, seed: int, config: RecipeConfig) -> Estimate:
    """The mean loss over held-out samples and its standard error, (instances,) each."""
    # On the CPU, PyTorch's generator reads 32 bits of its seed: a large number added to the seed would change nothing.
    (other,) = np.random.SeedSequence((seed, HELD_OUT)).generate_state(1)
    generator = torch.Generator(config.device).manual_seed(int(other))
    draw, importance = _Draw(spec, config.device), _importance(spec, config.device)
    affordable = MONTE_CARLO_NUMBERS // (spec.n_instances * spec.n_features)
    batches = math.ceil(min(MONTE_CARLO_SAMPLES, max(4096, affordable)) / config.batch)
    total: Array = np.zeros(spec.n_instances)
    squares: Array = np.zeros(spec.n_instances)
    with torch.no_grad():
        for _ in range(batches):
            losses = _losses(module, spec, draw(config.batch, generator), importance)
            values = array(losses).astype(np.float64)
            total += values.sum(axis=-1)
            squares += (values**2).sum(axis=-1)
    samples = batches * config.batch
    mean = total / samples
    spread = np.maximum(squares / samples - mean**2, 0)
    return Estimate(mean, np.sqrt(spread / (samples - 1)))


def _check_device(device: str) -> None:
    kind, _, number = device.partition(":")
    there = {
        "cpu": 1,
        "cuda": torch.cuda.device_count() if torch.cuda.is_available() else 0,
        "mps": int(torch.backends.mps.is_available()),
    }[kind]
    if int(number or 0) >= there:
        raise ValueError(f"device {device!r} is not there: PyTorch sees {there} of that kind")


def _check_activation(activation: TorchActivation, device: str) -> None:
    if not callable(activation):
        raise ValueError(f"activation must be a function of tensors, got {activation!s:.40}")
    if isinstance(activation, nn.Module) and any(True for _ in activation.parameters()):
        raise ValueError(f"activation must have no parameters of its own, got {_name(activation)}")
    x = torch.linspace(-1, 1, 6, device=device).reshape(2, 3).requires_grad_()
    y = activation(x)
    if not isinstance(y, torch.Tensor) or y.shape != x.shape or not y.requires_grad:
        raise ValueError(f"activation must keep the shape and be differentiable, {_name(activation)} is not so")


def _name(activation: TorchActivation) -> str:
    return str(getattr(activation, "__name__", type(activation).__name__))
