"""Files for PyTorch that stand alone: a program that trains a spec by the paper's recipe, and weights.

Neither needs this library where it is used, and neither needs PyTorch where it is made.
"""

from __future__ import annotations

import json
import pprint

from toymodels.checks import whole_number
from toymodels.data import FixedSamples, Independent
from toymodels.extras import extra
from toymodels.run import Run
from toymodels.spec import Spec
from toymodels.training.recipe import RecipeConfig

with extra("torch", __name__):
    from safetensors.numpy import save

WIDTH = 96
"""Characters of a line of numbers in the program."""


def state_dict_file(run: Run, instance: int = 0) -> bytes:
    """The weights of one instance of a run as a safetensors file, to be read by `safetensors.torch.load`.

    Tensors "W" (hidden, features) and "b" (features,), or "W1" (hidden, features), "W2" (features, hidden) and "b":
    the state dict of `toymodels.torch.to_module(run, instance)`. The metadata says what was trained and how.

    Raises:
        ValueError: if the run has no such instance.
    """
    instance = whole_number("instance", instance, 0, run.spec.n_instances - 1)
    about = {
        "spec": run.spec.to_json(),
        "instance": str(instance),
        "feature_probability": json.dumps(run.spec.feature_probability[instance]),
        "seed": str(run.seed),
        "steps": str(run.steps),
        "restarts": str(run.restarts),
    }
    return save({name: value[instance].copy() for name, value in run.parameters.items()}, about)


def pytorch_program(spec: Spec, seed: int = 0, config: RecipeConfig | None = None) -> str:
    """One file of Python, without this library, that trains a spec by the paper's recipe and draws its figure.

    It needs torch, numpy and matplotlib, and gives the weights of `toymodels.torch.train(spec, seed)`. The figure has
    a panel for each density: the arrows W_i for two hidden dimensions; else W^T W and |W_i|; for the absolute value,
    what each neuron reads, as stacks.
    """
    is_autoencoder = spec.tied
    constants = _constants(spec, seed, config or RecipeConfig())
    model = (_AUTOENCODER if is_autoencoder else _ABSOLUTE_VALUE) + _draw_samples(spec)
    figure = _STACKS if not is_autoencoder else _ARROWS if spec.n_hidden == 2 else _HEAT_MAPS
    return "\n\n".join(part.strip("\n") for part in (_HEAD, constants, model, _TRAINING, figure, _MAIN)) + "\n"


def _constants(spec: Spec, seed: int, config: RecipeConfig) -> str:
    if isinstance(spec.importance, float):
        importance = f"[{spec.importance!r} ** i for i in range(N_FEATURES)]"
    else:
        importance = _numbers(spec.importance)
    activation = (
        f'ACTIVATION = "{spec.activation}"  # of the output: "relu", "linear", "gelu" or "leaky_relu"\n'
        f'HIDDEN_ACTIVATION = "{spec.hidden_activation}"  # of the hidden layer'
        if spec.tied
        else 'ACTIVATION = "relu"  # of the neurons and of the output: "relu", "linear", "gelu" or "leaky_relu"'
    )
    own = " row" if spec.probabilities.strides[1] else ""
    its = ", for each model" if spec.importances.ndim == 2 else ""
    return f"""
# What is trained
N_FEATURES = {spec.n_features}  # n, numbers that go in and should come out
N_HIDDEN = {spec.n_hidden}  # m, numbers in between
# 1 - S, the probability that a feature is not zero: one model for each{own}, all trained side by side
FEATURE_PROBABILITY = {_numbers(spec.feature_probability)}
IMPORTANCE = {importance}  # I_i, the weight of feature i in the loss{its}
{activation}
{_data_constants(spec)}
# How: the recipe of the paper's notebook
SEED = {seed}  # where the random numbers start
STEPS = {config.steps:_}  # optimiser steps
BATCH = {config.batch}  # fresh samples per step and model
LEARNING_RATE = {config.learning_rate!r}  # of AdamW, constant
WEIGHT_DECAY = {config.weight_decay!r}  # of AdamW; 0.01 is PyTorch's default
DEVICE = "{config.device}"  # "cpu", "cuda" or "mps"

# What comes out
HELD_OUT = 200_000  # new samples per model for the loss that is printed
REPORT_EVERY = 1000  # steps
WEIGHTS = "weights.pt"  # the trained weights, a dictionary of tensors; torch.load reads it
FIGURE = "superposition.png"
"""


def _data_constants(spec: Spec) -> str:
    """Lines of constants for data that are not independent."""
    data = spec.data
    if isinstance(data, FixedSamples):
        about = "  # T, all there are", "  # where their random numbers start"
        return f"SAMPLES = {data.samples}{about[0]}\nSAMPLES_SEED = {data.seed}{about[1]}\n"
    if isinstance(data, Independent):
        return ""
    meaning = "all of them are active or none" if data.together else "at most one of them is active at a time"
    units = pprint.pformat([list(unit) for unit in data.units(spec.n_features)], width=WIDTH, compact=True)
    return f"# Groups of features, counted from 0: {meaning}\nGROUPS = {units}\n"


def _draw_samples(spec: Spec) -> str:
    """The function of the program that draws x and its target."""
    data, signed = spec.data, spec.signed
    binary = data.values == "binary"
    values = ("-1 or 1" if signed else "1") if binary else f"uniform on [{-1 if signed else 0}, 1]"
    about = f"    # x_i is 0 with probability S, else {values}; the target is {'|x|' if signed else 'x itself'}.\n"
    answer = "    return x, x.abs()\n" if signed else "    return x, x\n"
    if isinstance(data, FixedSamples):
        u = "value"
        made = {(False, False): u, (False, True): f"2 * {u} - 1", (True, False): f"np.ones_like({u})"}.get(
            (binary, signed), f"np.where({u} < 0.5, -1, 1)"
        )
        return _FIXED.format(about=about, made=made, answer=answer)
    uniform = "torch.rand(shape, generator=generator, device=DEVICE)"
    made = {
        (False, False): uniform,
        (False, True): f"2 * {uniform} - 1",
        (True, False): "torch.ones(shape, device=DEVICE)",
    }.get((binary, signed), f"2 * (2 * {uniform}).floor() - 1")
    return (_INDEPENDENT if isinstance(data, Independent) else _TOGETHER if data.together else _ONE_OF).format(
        about=about, made=made, answer=answer
    )


def _numbers(values: tuple[object, ...]) -> str:
    rows = [list(value) if isinstance(value, tuple) else value for value in values]
    return pprint.pformat(rows, width=WIDTH, compact=True)


_HEAD = '''
"""A toy model of superposition, trained by the recipe of the paper's notebook. Needs torch, numpy and matplotlib.

After Elhage et al., "Toy Models of Superposition" (2022), https://transformer-circuits.pub/2022/toy_model.
Axes: instances (one model for each feature probability), features, hidden.
"""

import matplotlib.pyplot as plt
import numpy as np
import torch
'''

_AUTOENCODER = """
def start(generator):
    W = torch.empty(len(FEATURE_PROBABILITY), N_FEATURES, N_HIDDEN, device=DEVICE)
    torch.nn.init.xavier_normal_(W, generator=generator)
    b = torch.zeros(len(FEATURE_PROBABILITY), N_FEATURES, device=DEVICE)
    return {"W": W.mT.contiguous().requires_grad_(), "b": b.requires_grad_()}


def forward(parameters, x):
    # h = W x, x' = ReLU(W^T h + b), with the activations that are set above
    W, b = parameters["W"], parameters["b"]
    h = activations[HIDDEN_ACTIVATION](x @ W.mT)
    return activation(h @ W + b[:, None])

"""

_ABSOLUTE_VALUE = """
def start(generator):
    W1 = torch.empty(len(FEATURE_PROBABILITY), N_FEATURES, N_HIDDEN, device=DEVICE)
    torch.nn.init.xavier_normal_(W1, generator=generator)
    W2 = torch.nn.init.xavier_normal_(torch.empty_like(W1), generator=generator)
    b = torch.zeros(len(FEATURE_PROBABILITY), N_FEATURES, device=DEVICE)
    return {"W1": W1.mT.contiguous().requires_grad_(), "W2": W2.requires_grad_(), "b": b.requires_grad_()}


def forward(parameters, x):
    # h = ReLU(W1 x), y' = ReLU(W2 h + b)
    h = activation(x @ parameters["W1"].mT)
    return activation(h @ parameters["W2"].mT + parameters["b"][:, None])

"""

_INDEPENDENT = """

def draw_samples(samples, generator):
{about}    shape = (samples, len(FEATURE_PROBABILITY), N_FEATURES)
    values = {made}
    active = torch.rand(shape, generator=generator, device=DEVICE) <= p
    x = (values * active).movedim(1, 0)
{answer}"""

_TOGETHER = """

def draw_samples(samples, generator):
{about}    shape = (samples, len(FEATURE_PROBABILITY), N_FEATURES)
    values = {made}
    first = [group[0] for group in GROUPS]
    probability = p.expand(shape[1:])[:, first]
    group_active = torch.rand((*shape[:2], len(GROUPS)), generator=generator, device=DEVICE) <= probability
    group_of = [next(k for k, group in enumerate(GROUPS) if i in group) for i in range(N_FEATURES)]
    x = (values * group_active[..., group_of]).movedim(1, 0)
{answer}"""

_ONE_OF = """

def draw_samples(samples, generator):
{about}    shape = (samples, len(FEATURE_PROBABILITY), N_FEATURES)
    values = {made}
    size = torch.tensor([len(group) for group in GROUPS], dtype=torch.float32, device=DEVICE)
    probability = p.expand(shape[1:])[:, [group[0] for group in GROUPS]] * size
    group_active = torch.rand((*shape[:2], len(GROUPS)), generator=generator, device=DEVICE) <= probability
    chosen = (torch.rand((*shape[:2], len(GROUPS)), generator=generator, device=DEVICE) * size).floor()
    group_of = [next(k for k, group in enumerate(GROUPS) if i in group) for i in range(N_FEATURES)]
    place = torch.tensor([GROUPS[k].index(i) for i, k in enumerate(group_of)], device=DEVICE)
    active = group_active[..., group_of] & (chosen[..., group_of] == place)
    x = (values * active).movedim(1, 0)
{answer}"""

_FIXED = """

def all_samples():
{about}    shape = (2, SAMPLES, N_FEATURES)
    bits = np.random.SFC64(SAMPLES_SEED).random_raw(2 * SAMPLES * N_FEATURES).reshape(shape)
    mask, value = (bits >> np.uint64(40)).astype(np.float32) * np.float32(2**-24)
    probability = np.array(FEATURE_PROBABILITY, np.float32).reshape(len(FEATURE_PROBABILITY), 1, -1)
    x = ({made}) * (mask < probability)
    return torch.tensor(x, dtype=torch.float32, device=DEVICE)


def draw_samples(samples, generator):
    x = every_sample[:, torch.randint(SAMPLES, (samples,), generator=generator, device=DEVICE)]
{answer}

every_sample = all_samples()
"""

_TRAINING = '''
p = torch.tensor(FEATURE_PROBABILITY, dtype=torch.float32, device=DEVICE).reshape(len(FEATURE_PROBABILITY), -1)
importance = torch.tensor(IMPORTANCE, dtype=torch.float32, device=DEVICE).reshape(-1, 1, N_FEATURES)
densities = p.mean(dim=1).tolist()
activations = {
    "relu": torch.relu,
    "linear": lambda x: x,
    "gelu": torch.nn.functional.gelu,
    "leaky_relu": torch.nn.functional.leaky_relu,
}
activation = activations[ACTIVATION]


def losses(parameters, samples, generator):
    """sum_i I_i (target_i - x'_i)^2 of fresh samples, (instances, samples)."""
    x, target = draw_samples(samples, generator)
    return (importance * (target - forward(parameters, x)) ** 2).sum(dim=-1)


def train():
    generator = torch.Generator(DEVICE).manual_seed(SEED)
    parameters = start(generator)
    optimiser = torch.optim.AdamW(parameters.values(), lr=LEARNING_RATE, weight_decay=WEIGHT_DECAY)
    for step in range(1, STEPS + 1):
        loss = losses(parameters, BATCH, generator).mean(dim=1)
        optimiser.zero_grad()
        (loss.sum() / N_FEATURES).backward()
        optimiser.step()
        if step % REPORT_EVERY == 0 or step == STEPS:
            print(f"step {step}: batch loss", " ".join(f"{value:.4g}" for value in loss.tolist()), flush=True)
    return {name: value.detach() for name, value in parameters.items()}


@torch.no_grad()
def print_losses(parameters):
    # Another generator goes on from another seed: training has not seen these samples.
    generator = torch.Generator(DEVICE).manual_seed(SEED ^ 0x5EED5EED)
    parts = [losses(parameters, 1000, generator) for _ in range(max(1, HELD_OUT // 1000))]
    held_out = torch.cat(parts, dim=1).double().cpu().numpy()
    for density, row in zip(densities, held_out):
        print(f"1 - S = {density:g}: loss {row.mean():.4g} +- {row.std() / np.sqrt(len(row)):.1g}")


def panels(rows_each, height):
    """A figure with a column of `rows_each` panels for each model, some columns beside one another."""
    count = len(FEATURE_PROBABILITY)
    across = min(count, 5)
    down = -(-count // across)
    figure, axes = plt.subplots(
        rows_each * down, across, figsize=(3 * across, height * down), squeeze=False, layout="constrained"
    )
    for axis in axes.flat:
        axis.set_axis_off()
    return figure, [axes[rows_each * (k // across) :, k % across] for k in range(count)]


def weights():
    """I_i of every model, (instances, features)."""
    return importance[:, 0].expand(len(FEATURE_PROBABILITY), N_FEATURES).cpu().numpy()


def colours(values):
    """Strong for important features, pale for the others."""
    return plt.cm.viridis_r(0.1 + 0.9 * np.asarray(values) / max(np.max(values), 1e-12))
'''

_ARROWS = '''
def draw(parameters):
    """The arrows W_i in the plane, the unit circle behind them."""
    figure, places = panels(1, 3.2)
    for density, W, weight, (axis, *_) in zip(densities, parameters["W"].cpu().numpy(), weights(), places):
        axis.add_patch(plt.Circle((0, 0), 1, fill=False, linestyle="--", color="0.7"))
        for i, colour in enumerate(colours(weight)):
            axis.annotate(
                "", W[:, i], (0, 0), arrowprops={"arrowstyle": "-|>", "color": colour, "linewidth": 2.5, "shrinkB": 0}
            )
            if np.linalg.norm(W[:, i]) > 0.2:
                axis.annotate(f"$x_{{{i + 1}}}$", 1.15 * W[:, i], ha="center", va="center")
        reach = max(1.2, 1.3 * np.abs(W).max())
        axis.set(xlim=(-reach, reach), ylim=(-reach, reach), aspect="equal", title=f"1 - S = {density:g}")
    return figure
'''

_HEAT_MAPS = '''
def draw(parameters):
    """W^T W, and below it |W_i| as bars, from grey to orange by superposition, sum_{j != i} (What_i . W_j)^2."""
    figure, places = panels(2, 4.6)
    for density, W, (above, below, *_) in zip(densities, parameters["W"].cpu().numpy(), places):
        gram = W.T @ W
        length = np.sqrt(np.diag(gram))
        others = (gram - np.diag(np.diag(gram))) / np.maximum(length, 1e-12)[:, None]
        superposition = np.where(length > 1e-6, (others**2).sum(axis=1), 0.0)
        above.set_axis_on()
        above.imshow(gram, cmap="RdBu", vmin=-1, vmax=1)
        above.set(xticks=[], yticks=[], title=f"1 - S = {density:g}")
        below.set_axis_on()
        ramp = plt.cm.colors.LinearSegmentedColormap.from_list("superposition", ["0.6", "tab:orange"])
        below.bar(np.arange(1, N_FEATURES + 1), length, width=1.0, color=ramp(np.minimum(superposition, 1)))
        below.set(xlabel="feature i", ylabel="|W_i|", ylim=(0, max(1.2, 1.05 * length.max())))
    return figure
'''

_STACKS = '''
def draw(parameters):
    """What each neuron reads, |W1| stacked, the largest below; neurons in the order of their largest feature."""
    figure, places = panels(1, 3.2)
    for density, W1, its, (axis, *_) in zip(densities, parameters["W1"].cpu().numpy(), weights(), places):
        # ReLU(c h) = c ReLU(h): scaled so that the largest weight into each neuron is 1.
        weight = np.abs(W1) / np.maximum(np.abs(W1).max(axis=1, keepdims=True), 1e-12)
        weight = weight[np.argsort(weight.argmax(axis=1), kind="stable")]
        order = np.argsort(-weight, axis=1)
        below = np.zeros(N_HIDDEN)
        for rank in range(N_FEATURES):
            feature = order[:, rank]
            height = weight[np.arange(N_HIDDEN), feature]
            if height.max() < 0.03:
                break
            axis.bar(
                np.arange(N_HIDDEN), height, 1.0, bottom=below, color=colours(its)[feature],
                edgecolor="white", linewidth=0.3,
            )
            below += height
        axis.set_axis_on()
        axis.set(xlabel="neuron", ylabel="|weight in|", title=f"1 - S = {density:g}")
    return figure
'''

_MAIN = """
if __name__ == "__main__":
    trained = train()
    print_losses(trained)
    torch.save({name: value.cpu() for name, value in trained.items()}, WEIGHTS)
    draw(trained).savefig(FIGURE, dpi=150)
    print(f"{WEIGHTS} and {FIGURE} are written")
"""
