"""Findings of the density sweep page: how many features are kept at each density, and over other seeds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from toymodels.analysis.density_sweep import Instance, nearest_features
from toymodels.analysis.directions import antipodal_pairs
from toymodels.analysis.weights import gram
from toymodels.names import counted, scientific, subscript, with_error


def one_density(output: str, instance: Instance) -> str:
    """What the model of one density keeps; `output` names the row: "ReLU output"."""
    m, n = instance.W.shape
    pairs = antipodal_pairs(instance.W)
    return (
        f"{output} at **1 − S = {instance.density:g}**: **{instance.n_represented} of {counted(n, 'feature')} in "
        f"{counted(m, 'dimension')}**, {counted(len(pairs), 'antipodal pair')}. "
        f"D* = {instance.dimensions_per_feature:.3g}, loss {with_error(instance.loss, instance.loss_error)}."
    )


def kept(
    output: str, instances: Sequence[Instance], beside: Sequence[Instance] | None = None, its_output: str = "linear"
) -> str:
    """How many features are kept at the first and the last density.

    Args:
        output: the name of the row: "ReLU output".
        instances: its models, in the order of the picture.
        beside: models of the row above it, if there is one.
        its_output: "linear" or "ReLU", what that row has.
    """
    counts = [one.n_represented for one in instances]
    m, n = instances[0].W.shape
    first = f"{output} keeps **{counts[0]} of {counted(n, 'feature')} in {counted(m, 'dimension')}** at "
    if min(counts) == max(counts):
        return first + "every density here."
    both = f"{first}1 − S = {instances[0].density:g}, and **{counts[-1]}** at 1 − S = {instances[-1].density:g}."
    if not beside:
        return both
    if its_output == "linear":
        return f"{both} The linear one never keeps more than **{max(one.n_represented for one in beside)}**."
    return f"{both} The {its_output} one keeps **{beside[-1].n_represented}** there."


def beyond_one(number: int, largest: float) -> str:
    """How many values are beyond ±1, up to which size, and that they are drawn as ±1; empty if none is."""
    if not number:
        return ""
    values = f"{counted(number, 'value')} {'is' if number == 1 else 'are'}"
    return f"{values} beyond ±1, up to ±{largest:.3g}, and drawn as ±1"


def how_to_read(instance: Instance) -> str:
    """What the cells, the bias and the bars of one panel say, as a list with this model's numbers."""
    m, n = instance.W.shape
    lines = [
        f"- **WᵀW**: row i, column j is Wᵢ · Wⱼ. Orange on the diagonal is |Wᵢ|²: {instance.n_represented} of "
        f"{counted(n, 'feature')} have an arrow. A blank row is a feature without one."
    ]
    pairs = antipodal_pairs(instance.W)
    if pairs:
        i, j = pairs[0]
        product = float(gram(instance.W)[i, j])
        lines.append(
            f"- **Blue off the diagonal**: features {i + 1} and {j + 1} point opposite ways, W{subscript(i + 1)} · "
            f"W{subscript(j + 1)} = −{abs(product):.2f}. They share one dimension, an *antipodal pair*. It stands "
            f"twice, in row {i + 1} and in row {j + 1}."
        )
    left_out = np.flatnonzero(~instance.represented)
    lines.append(
        "- **b**: what is added to each output."
        + (
            f" Of a feature without an arrow it is all that comes out: its average, {instance.b[left_out].mean():.2g}."
            if len(left_out)
            else ""
        )
    )
    lines += [
        "- **|Wᵢ|**: the length of each arrow; from the dashed ½ on the feature counts as represented. Grey: it has "
        f"its direction to itself. Crimson: other features reach into it, {len(instance.in_superposition)} of them "
        "here.",
        f"- **D\\* = m / |W|²**: dimensions per feature. |W|² is the sum of all |Wᵢ|², which is about the number of "
        f"features: {m} / {m / instance.dimensions_per_feature:.3g} = {instance.dimensions_per_feature:.3g}."
        if np.isfinite(instance.dimensions_per_feature) and instance.dimensions_per_feature > 0
        else "- **D\\* = m / |W|²**: dimensions per feature. Here no feature has an arrow.",
    ]
    return "\n".join(lines)


def spans(counts: Mapping[float, Sequence[int]]) -> str:
    """By density, from how many to how many features: "5 at 1, 5 to 7 at 0.3"."""
    words = []
    for density, some in counts.items():
        low, high = min(some), max(some)
        words.append(f"{low} to {high} at {density:g}" if low != high else f"{low} at {density:g}")
    return ", ".join(words)


def other_seeds(output: str, counts: Mapping[float, Sequence[int]]) -> str:
    """How many features are represented over eight other seeds.

    Args:
        output: the name of the row.
        counts: by density, the number of features that each seed represents.
    """
    return (
        f"{output}, features represented over eight other seeds, by 1 − S: **{spans(counts)}**. "
        "A dot is as large as the number of seeds that end there; the line is their mean."
    )


def one_feature(feature: int, importance: float, rows: Mapping[str, Sequence[Instance]]) -> str:
    """Where along the density sweep a feature is represented, and its antipodal features there.

    Args:
        feature: counted from 0.
        importance: I_i.
        rows: models by the name of their row.
    """
    parts = [f"**Feature {feature + 1}** has importance {scientific(importance)}."]
    for name, models in rows.items():
        nearest = [(model, nearest_features(model.W)[feature]) for model in models if model.represented[feature]]
        opposites = [
            f"{near[0].feature + 1} at {model.density:g}" for model, near in nearest if near and near[0].opposite
        ]
        densities = "1 density" if len(models) == 1 else f"{len(models)} densities"
        words = f"{name} represents it at {len(nearest)} of {densities}"
        parts.append(f"{words}; its opposite is {', '.join(opposites)}." if opposites else f"{words}.")
    return " ".join(parts)
