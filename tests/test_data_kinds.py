"""Kinds of data: samples, moments and batches against definitions that are written here without the library."""

import re
import runpy
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import torch

import toymodels as tm
from toymodels.arrays import Array
from toymodels.data import Data, Values, data_from_dict
from toymodels.pytorch_files import pytorch_program
from toymodels.snippets import constructor
from toymodels.spec import Spec, spec_from_json
from toymodels.torch.recipe import _Draw
from toymodels.training.batches import draw_batch
from toymodels.training.ensemble import Batches
from toymodels.training.kernels import measure_models, train_models
from toymodels.training.lanes import LANES

N = 5
PAIRS = ((0, 2), (1, 4))
KINDS: list[Data] = [
    tm.data.Independent(),
    tm.data.Independent(values="binary"),
    tm.data.Correlated(PAIRS),
    tm.data.Correlated(((0, 1, 3),), values="binary"),
    tm.data.Anticorrelated(PAIRS),
    tm.data.Anticorrelated(((0, 1, 3),), values="binary"),
]
P = ((0.3, 0.3, 0.3, 0.3, 0.3), (0.05,) * 5)
OWN = ((0.3, 0.2, 0.3, 0.9, 0.2), (0.01, 0.03, 0.02, 0.1, 0.03))


def model(data: Any, p: npt.ArrayLike = P, signed: bool = False) -> Spec:
    rows = np.array(p)
    return tm.AbsMLP(N, 2, rows, 0.9, data=data) if signed else tm.Autoencoder(N, 2, rows, 0.9, data=data)


def both_active(data: Data, p: Array) -> Array:
    """Probability that two features are active, (features, features), for p (features,)."""
    both = p[:, None] * p
    for group in getattr(data, "groups", ()):
        for i in group:
            for j in group:
                both[i, j] = p[i] if isinstance(data, tm.data.Correlated) else 0
    np.fill_diagonal(both, p)
    return both


def covariance(data: Data, p: Array, signed: bool) -> Array:
    first = 0 if signed else 1 if data.values == "binary" else 0.5
    second = 1 if data.values == "binary" else 1 / 3
    found = both_active(data, p) * first**2 - np.outer(p, p) * first**2
    np.fill_diagonal(found, p * second - p**2 * first**2)
    return found


def agree(values: Array, expected: npt.ArrayLike, errors: float = 4) -> bool:
    """Whether the mean over the first axis is within so many standard errors of what is expected."""
    error = values.std(axis=0, ddof=1) / np.sqrt(len(values))
    return bool(np.all(np.abs(values.mean(axis=0) - expected) <= errors * error + 1e-7))


@pytest.mark.parametrize("signed", [False, True])
@pytest.mark.parametrize("data", [*KINDS, tm.data.Independent()], ids=str)
def test_samples_are_as_the_kind_of_data_is_defined(data: Data, signed: bool) -> None:
    p = np.array(OWN if isinstance(data, tm.data.Independent) else P)
    drawn = data.sample(p, 100_000, np.random.default_rng(3), signed)
    assert drawn.shape == (2, 100_000, N)
    assert drawn.dtype == np.float32
    for x, row in zip(drawn.astype(np.float64), p, strict=True):
        active = (x != 0).astype(np.float64)
        assert agree(active[:, :, None] * active[:, None, :], both_active(data, row))
        assert agree(x, row * (0 if signed else 1 if data.values == "binary" else 0.5))
        deviation = x - x.mean(axis=0)
        assert agree(deviation[:, :, None] * deviation[:, None, :], covariance(data, row, signed))
        for i in range(N):
            value = np.abs(x[:, i][active[:, i] > 0])
            assert np.all(value == 1) if data.values == "binary" else agree(value, 0.5)
        # Independent from sample to sample.
        assert agree(active[1:] * active[:-1], row**2)
    assert np.allclose(data.mean(p, signed)[1], p[1] * (0 if signed else 1 if data.values == "binary" else 0.5))
    assert np.allclose(data.covariance(p, signed)[0], covariance(data, p[0], signed))
    assert np.allclose(data.variance(p, signed), np.diagonal(data.covariance(p, signed), axis1=-2, axis2=-1))


@pytest.mark.parametrize("signed", [False, True])
@pytest.mark.parametrize("data", KINDS, ids=str)
def test_compiled_batches_have_the_expectations_of_the_data(data: Data, signed: bool) -> None:
    p = np.array(OWN if data == tm.data.Independent() else P)
    spec = model(data, p, signed)
    arguments: Any = Batches(spec).arguments()
    way, *arrays, binary, share, zero_weight, stratified = arguments
    x, weight = np.empty((2, N, LANES), np.float32), np.empty((2, 1, LANES), np.float32)
    for instance, row in enumerate(p):
        estimates = []
        for number in range(2000):
            draw_batch(
                x, weight, np.uint64(77), number, instance, way, *arrays, binary, stratified[instance], signed
            )  # fmt: skip
            samples, w = np.moveaxis(x, 1, 2).reshape(-1, N).astype(np.float64), weight.reshape(-1) / share[instance]
            active = (samples != 0).astype(np.float64)
            estimates.append([
                *np.einsum("s,si,sj->ij", w, active, active).ravel() / 32,
                *np.einsum("s,si,sj->ij", w, samples, samples).ravel() / 32,
                *(w @ samples) / 32,
                w.mean() + zero_weight[instance] / share[instance],
            ])  # fmt: skip
        # From step to step batches are independent: the same place of one and of the next are not correlated.
        steps = np.array(estimates)[:, -N - 1 : -1]
        assert np.abs([np.corrcoef(steps[1:, i], steps[:-1, i])[0, 1] for i in range(N)]).max() < 0.12
        mean = data.mean(row, signed)
        second = covariance(data, row, signed) + np.outer(mean, mean)
        expected = [*both_active(data, row).ravel(), *second.ravel(), *mean, 1]
        assert agree(np.array(estimates), expected, 4.5)
        assert bool(stratified[instance]) == (row.sum() < 2)


FIXED: list[Data] = [tm.data.FixedSamples(40, 3), tm.data.FixedSamples(7, values="binary")]


@pytest.mark.parametrize("data", [*KINDS, *FIXED], ids=str)
@pytest.mark.parametrize("activation", ["relu", "linear", "gelu", "absolute"])
def test_losses_are_those_of_many_plain_samples(data: Data, activation: str) -> None:
    p = np.array(OWN if data == tm.data.Independent() else P)
    spec = model(data, p, signed=True)
    importance = [(1, 0.5, 2, 1, 0), (0.9, 0.8, 0.7, 0.6, 0.5)]
    if activation == "gelu":
        spec = tm.Autoencoder(N, 2, p, importance, "gelu", "relu", data)
    elif activation != "absolute":
        spec = tm.Autoencoder(N, 2, p, importance, "relu" if activation == "relu" else "linear", data=data)
    run = tm.train(spec, steps=20, restarts=2)
    x = run.sample(100_000, seed=9)
    each = (((np.abs(x) if spec.signed else x) - run(x)) ** 2).astype(np.float64)
    each = (each * np.broadcast_to(spec.importances, p.shape)[:, None]).sum(axis=-1)
    error = each.std(axis=-1) / np.sqrt(each.shape[1])
    estimated = tm.losses.estimate(spec, run.parameters, 50_000)
    exact = isinstance(data, tm.data.FixedSamples) or activation == "linear"
    for loss, its_error in ((run.loss, run.loss_error), (estimated.loss, estimated.error)):
        assert np.all((its_error == 0) == exact)
        assert np.all(np.abs(loss - each.mean(axis=-1)) <= 4 * np.hypot(error, its_error) + 1e-6)
    if activation in ("gelu", "absolute"):
        return
    # Another kind of data has another loss.
    usual = tm.losses.estimate(replace(spec, data=tm.data.Independent()), run.parameters)
    other = np.abs(usual.loss - run.loss) > 4 * np.hypot(usual.error, run.loss_error)
    assert other.any() == (data != tm.data.Independent())


def test_all_kinds_of_data_share_one_compiled_trainer() -> None:
    """Another type of an argument, such as an array that cannot be written, would compile it once more, for seconds."""
    for data in (*KINDS, *FIXED):
        for p in (0.05, P):
            tm.train(model(data, p), steps=2, restarts=1)
    assert len(train_models.signatures) == len(measure_models.signatures) == 1


def test_a_fixed_set_is_met_as_a_whole_and_alone() -> None:
    data = tm.data.FixedSamples(8, seed=5)
    spec = tm.Autoencoder(3, 2, (0.5, 0.1), 1.0, data=data)
    every = data.all(spec.probabilities)
    assert every.shape == (2, 8, 3)
    assert np.array_equal(every[1], data.all(spec.at(1).probabilities)[0])
    assert not np.array_equal(every[0], tm.data.FixedSamples(8, seed=6).all(spec.probabilities)[0])
    arguments: Any = Batches(spec).arguments()
    way, *arrays, binary, _, _, stratified = arguments
    x, weight = np.empty((2, 3, LANES), np.float32), np.empty((2, 1, LANES), np.float32)
    for number in range(20):
        draw_batch(x, weight, np.uint64(1), number, 0, way, *arrays, binary, stratified[0], False)
        drawn = np.moveaxis(x, 1, 2).reshape(-1, 3)
        assert np.all(weight == 1)
        # Every sample four times: the batch is the set.
        assert np.allclose(drawn.mean(axis=0), every[0].mean(axis=0), atol=1e-6)
    assert np.isin(drawn, every[0]).all()
    assert np.allclose(data.covariance(spec.probabilities)[0], np.cov(every[0].T, bias=True), atol=1e-6)


def test_a_set_of_as_many_samples_as_dimensions_is_learned_by_heart() -> None:
    """Two samples of twenty features fit into two dimensions; many do not."""
    few, many = (
        tm.train(tm.Autoencoder(20, 2, 0.2, 1.0, data=tm.data.FixedSamples(samples)), steps=800) for samples in (2, 400)
    )
    assert few.loss[0] < 0.02 * many.loss[0]


# Legality

INDEPENDENT: Any = tm.data.Independent
CORRELATED: Any = tm.data.Correlated
"""As somebody without type hints calls them."""


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: INDEPENDENT(values="normal"), "values must be 'uniform' or 'binary', got 'normal'"),
        (lambda: CORRELATED(5), "groups must hold 1 to 4096 groups of features, got 5"),
        (lambda: tm.data.Correlated(()), "groups must hold 1 to 4096 groups of features, got ()"),
        (lambda: CORRELATED((0, 1)), "groups must be of 2 to 4096 features each, got 0"),
        (lambda: tm.data.Correlated(((0,),)), "groups must be of 2 to 4096 features each, got (0,)"),
        (lambda: CORRELATED(((0, 1.5),)), "groups must be a whole number from 0 to 4095, got 1.5"),
        (lambda: tm.data.Correlated(((0, 1), (1, 2))), "groups must hold no feature twice, got one again in (1, 2)"),
        (lambda: tm.data.FixedSamples(0), "samples must be a whole number from 1 to 1048576, got 0"),
        (lambda: tm.data.FixedSamples(5, seed=-1), "seed must be a whole number from 0 to 4294967295, got -1"),
        (lambda: model(tm.data.Correlated(((0, 5),))), "groups must hold features from 0 to 4, got 5"),
        (lambda: model(tm.data.Correlated(((0, 3),)), OWN),
         "feature_probability must be one number for all features of a group, got [0.3, 0.9] for (0, 3)"),
        (lambda: model(tm.data.Anticorrelated(((0, 1, 2),)), (0.1, 0.34)),
         "feature_probability must be at most 1/3 = 0.333333 in an anticorrelated group of 3, got 0.34"),
        (lambda: model("Correlated"), "data must be one of the kinds in toymodels.data, got 'Correlated'"),
    ],
)  # fmt: skip
def test_what_is_not_legal_is_refused_by_field_value_and_range(make: Callable[[], object], sentence: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        make()


def test_anticorrelated_features_may_fill_their_group() -> None:
    spec = model(tm.data.Anticorrelated(((0, 1, 2),)), 1 / 3)
    assert np.all((tm.train(spec, steps=2).sample(1000)[..., :3] > 0).sum(axis=-1) == 1)


@pytest.mark.parametrize("data", [*KINDS, tm.data.FixedSamples(9, 4)], ids=str)
def test_data_survive_json_repr_and_snippet(data: Data) -> None:
    spec = model(data)
    assert spec_from_json(spec.to_json()) == spec
    assert data_from_dict(data.to_dict()) == data
    assert eval(repr(data), vars(tm.data)) == data
    assert eval(constructor(spec), {"tm": tm}) == spec
    assert (spec.to_json() == model(tm.data.Independent()).to_json()) == (data == tm.data.Independent())


def test_groups_are_sets() -> None:
    assert CORRELATED([[4, 1], (2, 0)]) == tm.data.Correlated(PAIRS)


# PyTorch

VALUES: list[Values] = ["uniform", "binary"]
DRAWN: list[tuple[Any, dict[str, Any]]] = [
    (tm.data.Independent, {}),
    (tm.data.Correlated, {"groups": PAIRS}),
    (tm.data.Anticorrelated, {"groups": PAIRS}),
    (tm.data.FixedSamples, {"samples": 30}),
]


@pytest.mark.parametrize("values", VALUES)
@pytest.mark.parametrize("signed", [False, True])
@pytest.mark.parametrize(("kind", "arguments"), DRAWN)
def test_the_recipe_and_its_program_draw_the_same_samples(
    kind: Any, arguments: dict[str, Any], values: Values, signed: bool, tmp_path: Path
) -> None:
    data = kind(**arguments, values=values)
    spec = model(data, signed=signed)
    drawn = _Draw(spec, "cpu")(20_000, torch.Generator().manual_seed(4))
    (tmp_path / "program.py").write_text(pytorch_program(spec), encoding="utf-8")
    program = runpy.run_path(str(tmp_path / "program.py"))
    x, target = program["draw_samples"](20_000, torch.Generator().manual_seed(4))
    assert torch.equal(x, drawn)
    assert torch.equal(target, x.abs() if signed else x)
    samples = drawn.numpy().astype(np.float64)
    for k in range(2):
        assert agree(samples[k], data.mean(spec.probabilities, signed)[k], 5)
        deviation = samples[k] - samples[k].mean(axis=0)
        products = deviation[:, :, None] * deviation[:, None, :]
        assert agree(products, data.covariance(spec.probabilities, signed)[k], 5)


# What the models must learn (paper, "Correlated and anticorrelated features")


@pytest.mark.parametrize("sparse", [0.02, 0.1])
def test_correlated_pairs_are_orthogonal_and_anticorrelated_ones_antipodal(sparse: float) -> None:
    """Four features in two dimensions, in seven of eight seeds; neither kind does what the other does."""
    orthogonal, antipodal = {}, {}
    for kind in (tm.data.Correlated, tm.data.Anticorrelated):
        spec = tm.Autoencoder(4, 2, sparse, 1.0, data=kind(((0, 1), (2, 3))))
        cosines = []
        for seed in range(8):
            W = tm.train(spec, seed=seed).W[0]
            assert tm.represented(W).all()
            directions = W / np.linalg.norm(W, axis=0)
            cosines.append([directions[:, 0] @ directions[:, 1], directions[:, 2] @ directions[:, 3]])
        orthogonal[kind] = int((np.abs(cosines) < 0.1).all(axis=-1).sum())
        antipodal[kind] = int((np.array(cosines) < -0.95).all(axis=-1).sum())
    assert orthogonal[tm.data.Correlated] >= 7
    assert antipodal[tm.data.Anticorrelated] >= 7
    assert antipodal[tm.data.Correlated] == orthogonal[tm.data.Anticorrelated] == 0


def test_a_pentagon_turns_into_two_digons_where_one_feature_is_sparser_and_their_losses_cross() -> None:
    """Paper, "Non-uniform superposition". The losses cross at .27 of the others' density, .05."""
    p = np.full((4, 5), 0.05)
    p[:, 4] *= (0.6, 0.3, 0.24, 0.2)
    spec = tm.Autoencoder(5, 2, p, 1.0)
    angle = 2 * np.pi * np.arange(5) / 5
    pentagon = {"W": 1.14 * np.stack([np.cos(angle), np.sin(angle)]), "b": np.full(5, -0.25)}
    digons = {"W": np.array([[1.0, -1, 0, 0, 0], [0, 0, 1, -1, 0]]), "b": np.zeros(5)}
    one, other = (tm.train(spec, start=start, steps=1500) for start in (pentagon, digons))
    assert tm.represented(one.W).all()
    assert not tm.represented(other.W)[:, 4].any()
    assert (other.loss < one.loss).tolist() == [False, False, True, True]
    # From random starts the better of the two is found.
    found = tm.train(spec)
    assert tm.represented(found.W)[:, 4].tolist() == [True, True, False, False]
    assert np.all(found.loss < 1.02 * np.minimum(one.loss, other.loss))
