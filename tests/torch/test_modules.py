"""A run as a module of PyTorch, and a module as a run."""

import copy
import json
from dataclasses import replace

import numpy as np
import pytest
import safetensors.torch
import torch

import toymodels as tm
from toymodels.data import sample_features
from toymodels.models import outputs, parameter_shapes
from toymodels.pytorch_files import state_dict_file
from toymodels.run import Run
from toymodels.spec import Spec

SPECS: list[Spec] = [
    tm.Autoencoder(5, 2, (1, 0.3, 0.1), 0.9),
    tm.Autoencoder(4, 3, (0.5,), (1, 0.2, 1, 0), "linear"),
    tm.AbsMLP(4, 6, (0.5, 0.1), 0.8),
    tm.Autoencoder(3, 3, (0.4,), 1.0),
    tm.Autoencoder(1, 1, (0.4,), 1.0),
    tm.Autoencoder(4, 3, (0.5, 0.1), 0.9, "gelu", "relu"),
    tm.Autoencoder(4, 3, (0.5, 0.1), 0.9, "leaky_relu", data=tm.data.Correlated(((0, 1),))),
]


def run_of(spec: Spec) -> Run:
    """A run of random weights: what training would give is no matter here."""
    rng = np.random.default_rng(7)
    parameters = {
        name: rng.standard_normal((spec.n_instances, *shape)).astype(np.float32)
        for name, shape in parameter_shapes(spec).items()
    }
    loss, error = tm.losses.estimate(spec, parameters)
    return Run(spec, 7, 0, 1, parameters, loss, error, 0.0)


def inputs(spec: Spec, samples: int = 50) -> np.ndarray:
    signed = isinstance(spec, tm.AbsMLP)
    return sample_features((0.6,) * spec.n_instances, spec.n_features, samples, np.random.default_rng(1), signed)


@pytest.mark.parametrize("spec", SPECS, ids=str)
def test_a_module_gives_the_outputs_of_the_run(spec: Spec) -> None:
    run, x = run_of(spec), inputs(spec)
    expected = outputs(spec, run.parameters, x)
    together = tm.torch.to_module(run, None)(torch.tensor(x))
    np.testing.assert_allclose(together.detach().numpy(), expected, rtol=1e-6, atol=1e-6)
    for instance in range(spec.n_instances):
        module = tm.torch.to_module(run, instance)
        assert {name: tuple(value.shape) for name, value in module.named_parameters()} == parameter_shapes(spec)
        alone = module(torch.tensor(x[instance]))
        np.testing.assert_allclose(alone.detach().numpy(), expected[instance], rtol=1e-6, atol=1e-6)
        one_sample = module(torch.tensor(x[instance, 3]))
        np.testing.assert_allclose(one_sample.detach().numpy(), expected[instance, 3], rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("spec", SPECS, ids=str)
def test_there_and_back_changes_no_bit(spec: Spec) -> None:
    run = run_of(spec)
    back = tm.torch.from_module(tm.torch.to_module(run, None), spec)
    assert back.spec == spec
    for name, value in run.parameters.items():
        assert back.parameters[name].dtype == np.float32
        np.testing.assert_array_equal(back.parameters[name], value)
    for instance, p in enumerate(spec.feature_probability):
        one = tm.torch.from_module(tm.torch.to_module(run, instance), replace(spec, feature_probability=(p,)))
        for name, value in run.parameters.items():
            np.testing.assert_array_equal(one.parameters[name], value[instance : instance + 1])
        assert abs(one.loss[0] - run.loss[instance]) < 5 * (one.loss_error[0] + run.loss_error[instance]) + 1e-9


def test_a_run_keeps_its_weights_when_the_module_is_trained_on() -> None:
    run = run_of(SPECS[0])
    before = run.W.copy()
    module = tm.torch.to_module(run)
    back = tm.torch.from_module(module, replace(SPECS[0], feature_probability=(1.0,)))
    with torch.no_grad():
        module.get_parameter("W").add_(1.0)
    np.testing.assert_array_equal(run.W, before)
    np.testing.assert_array_equal(back.W, before[:1])


@pytest.mark.parametrize("spec", SPECS, ids=str)
def test_hooks_read_the_hidden_activations_and_what_comes_before_and_after_the_output(spec: Spec) -> None:
    run, x = run_of(spec), inputs(spec)
    module = tm.torch.to_module(run, None)
    seen: dict[str, tuple[np.ndarray, np.ndarray]] = {}

    def keep(name: str) -> None:
        def hook(_: torch.nn.Module, given: tuple[torch.Tensor, ...], result: torch.Tensor) -> None:
            seen[name] = given[0].detach().numpy(), result.detach().numpy()

        module.get_submodule(name).register_forward_hook(hook)

    keep("hidden")
    keep("output")
    answer = module(torch.tensor(x)).detach().numpy()
    first, second = ("W", "W") if isinstance(spec, tm.Autoencoder) else ("W1", "W2")
    hidden = np.einsum("kmn,ksn->ksm", run.parameters[first], x)
    np.testing.assert_allclose(seen["hidden"][0], hidden, rtol=1e-5, atol=1e-5)
    if spec.hidden_activation == "relu":
        hidden = np.maximum(hidden, 0)
    np.testing.assert_allclose(seen["hidden"][1], hidden, rtol=1e-5, atol=1e-5)
    back = "knm,ksm->ksn" if second == "W2" else "kmn,ksm->ksn"
    before = np.einsum(back, run.parameters[second], hidden) + run.b[:, None]
    np.testing.assert_allclose(seen["output"][0], before, rtol=1e-5, atol=1e-5)
    np.testing.assert_array_equal(seen["output"][1], answer)


def test_a_hook_can_change_the_hidden_activation() -> None:
    module = tm.torch.to_module(run_of(SPECS[0]))
    module.get_submodule("hidden").register_forward_hook(lambda _module, _given, h: 0 * h)
    expected = torch.relu(module.get_parameter("b")).expand(4, 5)
    torch.testing.assert_close(module(torch.rand(4, 5)), expected)


@pytest.mark.parametrize("spec", SPECS, ids=str)
def test_the_weights_file_is_the_state_dict(spec: Spec) -> None:
    run = run_of(spec)
    for instance in range(spec.n_instances):
        weights = safetensors.torch.load(state_dict_file(run, instance))
        module = copy.deepcopy(tm.torch.to_module(run, instance))
        with torch.no_grad():
            for parameter in module.parameters():
                parameter.zero_()
        module.load_state_dict(weights)
        for name, value in run.parameters.items():
            np.testing.assert_array_equal(module.get_parameter(name).detach().numpy(), value[instance])


def test_the_weights_file_says_what_was_trained() -> None:
    run = run_of(SPECS[0])
    data = state_dict_file(run, 2)
    length = int.from_bytes(data[:8], "little")
    about = json.loads(data[8 : 8 + length])["__metadata__"]
    assert tm.spec_from_json(about["spec"]) == run.spec
    assert (about["instance"], about["feature_probability"], about["seed"]) == ("2", "0.1", "7")


@pytest.mark.parametrize("instance", [-1, 3, 0.5, True, "0"])
def test_an_instance_that_is_not_there_is_refused(instance: object) -> None:
    run = run_of(SPECS[0])
    with pytest.raises(ValueError, match="instance must be a whole number from 0 to 2"):
        tm.torch.to_module(run, instance)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="instance must be a whole number from 0 to 2"):
        state_dict_file(run, instance)  # type: ignore[arg-type]


class Own(torch.nn.Module):
    """A module as a user writes it."""

    def __init__(self, W: torch.Tensor, b: torch.Tensor, transposed: bool = False) -> None:
        super().__init__()
        self.W, self.b = torch.nn.Parameter(W), torch.nn.Parameter(b)
        self.transposed = transposed

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        W = self.W.mT if self.transposed else self.W
        return torch.relu(x @ W.mT @ W + self.b)


SQUARE = tm.Autoencoder(3, 3, 0.2, 1.0)


def test_a_module_of_ones_own_becomes_a_run_also_in_double_precision() -> None:
    W = torch.tensor(np.random.default_rng(0).standard_normal((3, 3)))
    run = tm.torch.from_module(Own(W, torch.zeros(3, dtype=torch.float64)), SQUARE)
    np.testing.assert_array_equal(run.W[0], W.numpy().astype(np.float32))
    exact = tm.losses.estimate(SQUARE, run.parameters, 200_000, 5)
    assert abs(run.loss[0] - exact.loss[0]) < 5 * (exact.error[0] + run.loss_error[0])


def test_a_module_that_does_not_compute_the_model_is_refused() -> None:
    W = torch.tensor(np.random.default_rng(0).standard_normal((3, 3)), dtype=torch.float32)
    with pytest.raises(ValueError, match="does not compute what Autoencoder with its weights does"):
        tm.torch.from_module(Own(W, torch.zeros(3), transposed=True), SQUARE)
    # The outputs must be negative somewhere, else a ReLU changes nothing.
    linear = tm.torch.AutoencoderModule(3, 3, "linear")
    linear.load_state_dict({"W": W, "b": torch.full((3,), -1.0)})
    with pytest.raises(ValueError, match="does not compute"):
        tm.torch.from_module(linear, SQUARE)
    assert tm.torch.from_module(linear, replace(SQUARE, activation="linear")).loss.shape == (1,)


@pytest.mark.parametrize(
    ("module", "sentence"),
    [
        (torch.nn.Linear(3, 3), "must have a parameter W, got weight, bias"),
        (tm.torch.AutoencoderModule(3, 2), r"W must have shape \(1, 3, 3\) or \(3, 3\), got \(2, 3\)"),
        (tm.torch.AutoencoderModule(3, 3, n_instances=2), r"W must have shape .* got \(2, 3, 3\)"),
        (Own(torch.full((3, 3), torch.nan), torch.zeros(3)), "W must hold finite numbers"),
    ],
)
def test_a_module_that_does_not_fit_the_spec_is_refused(module: torch.nn.Module, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        tm.torch.from_module(module, SQUARE)


def test_an_activation_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="'gelu', 'leaky_relu' or a function of tensors, got sigmoid"):
        tm.torch.AutoencoderModule(3, 2, "sigmoid")  # type: ignore[arg-type]
