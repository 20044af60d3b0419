"""Slides "1. Models", "Linear Model" and "ReLU Output Model": a density sweep of twenty features in five dimensions."""

from typing import Literal

import numpy as np
import pandas as pd
import streamlit as st

from toymodels.analysis.density_sweep import entries_outside_one, instances, specimen
from toymodels.analysis.weights import feature_dimensionality, norms, represented, superposition_if_represented
from toymodels.app.compute.shared_cache import kept
from toymodels.app.compute.visitor_training import (
    Wanted,
    all_trained,
    is_trained,
    tell_refusal,
    trained,
    trained_in,
)
from toymodels.app.shell.charts import vega_lite
from toymodels.app.shell.controls import EIGHT_SEEDS, SEED, Choice, Pick, Whole, importance_decay
from toymodels.app.shell.density_list import DensityList, write_densities
from toymodels.app.shell.figures import figure
from toymodels.app.shell.page import start_page
from toymodels.app.shell.paper_check import paper_check
from toymodels.app.shell.question import Question
from toymodels.app.shell.take_home import take_home
from toymodels.app.shell.wording import eight_other_seeds
from toymodels.app.views.density_sweep import (
    Row,
    closeup_view,
    density_name,
    density_sweep_view,
    specimen_view,
)
from toymodels.app.views.paper_recipe import paper_recipe
from toymodels.experiments import Check
from toymodels.experiments import ladder as claims
from toymodels.experiments.findings import ladder as findings
from toymodels.experiments.ladder import DECAY, DENSITIES, N_FEATURES, N_HIDDEN, PRESETS, Preset, density_sweep_spec
from toymodels.names import scientific
from toymodels.plots.density_sweep import represented_over_seeds
from toymodels.run import Run
from toymodels.snippets import program
from toymodels.spec import Activation
from toymodels.training import default_config
from toymodels.training.run_time import refusal, rounded, seconds

FEATURES = Whole("n", "Features n", 2, 100, N_FEATURES)
HIDDEN = Whole("m", "Dimensions m", 1, 100, N_HIDDEN, help="At most n.")
IMPORTANCE_DECAY = importance_decay(0.5, 0.01, DECAY)
DENSITY = DensityList(
    "densities",
    "Densities 1 − S",
    DENSITIES,
    help="The probabilities that a feature is not zero: up to twenty numbers.",
)
OUTPUT: Choice[Literal["both", "ReLU", "linear", "GELU"]] = Choice(
    "activation",
    "Output",
    {"both": "both", "ReLU": "ReLU", "linear": "linear", "GELU": "GELU"},
    help="GELU bends smoothly where the ReLU has its corner; it stands beside the ReLU.",
)
ACTIVATIONS: dict[str, tuple[Activation, ...]] = {
    "both": ("linear", "relu"),
    "ReLU": ("relu",),
    "linear": ("linear",),
    "GELU": ("relu", "gelu"),
}
FEATURE = Pick(
    "feature",
    "Feature",
    "none",
    r"[1-9]\d?|100",
    "feature",
    help="Lights up in every panel. Or click it in the picture.",
)
ZOOM = Pick("zoom", "Close-up", "all", r"[0-9.e-]{1,10}", "density", help="One density, large. Or click its heading.")

# Trainings that are estimated at more are announced.
ANNOUNCED_SECONDS = 1.0

KEEPS = Question(("as many as dimensions", "up to twice as many", "more than twice as many", "all of them"))

NAMES: dict[Activation, tuple[str, str]] = {
    "linear": ("Linear output", "x′ = WᵀW x + b"),
    "relu": ("ReLU output", "x′ = ReLU(WᵀW x + b)"),
    "gelu": ("GELU output", "x′ = GELU(WᵀW x + b)"),
}


def apply_preset(preset: Preset) -> None:
    st.session_state.update(
        {
            FEATURES.key: float(preset.n_features),
            HIDDEN.key: float(preset.n_hidden),
            IMPORTANCE_DECAY.key: preset.decay,
            DENSITY.key: write_densities(preset.densities),
            FEATURE.key: FEATURE.nothing,
            ZOOM.key: ZOOM.nothing,
        }
    )


def pick(feature: int | None) -> None:
    st.session_state[FEATURE.key] = FEATURE.nothing if feature is None else str(feature + 1)


def zoom_in(text: str) -> None:
    st.session_state[ZOOM.key] = ZOOM.read(text)[0]


page = start_page("ladder", [FEATURES, HIDDEN, IMPORTANCE_DECAY, DENSITY, OUTPUT, SEED, EIGHT_SEEDS, FEATURE, ZOOM])
look = page.look

page.intro(
    "n features go through m dimensions and come back: h = W x, x′ = ReLU(Wᵀh + b), beside the same without the ReLU. "
    "1 − S, the density, is the probability that a feature is active. Each column is trained on sparser data than the "
    "one before. **How many features does the model keep?**"
)
page.symbols("S", "Iᵢ", "h", "b", "x′", "WᵀW", "|Wᵢ|", "superposition", "D*")
with page.controls():
    with st.container(width=125):
        n = FEATURES.draw()
    with st.container(width=125):
        wanted_m = HIDDEN.draw()
with page.more_controls():
    with st.container(width=160):
        decay = IMPORTANCE_DECAY.draw()
    activations = ACTIVATIONS[OUTPUT.draw()]
    with st.container(width=125):
        seed = SEED.draw()
with st.container(horizontal=True, vertical_alignment="center", gap="small") if page.reading else page.more_controls():
    st.caption("From the literature:", width="content")
    for preset in PRESETS:
        st.button(preset.name, help=preset.source, on_click=apply_preset, args=(preset,), type="tertiary")
with page.more_controls("Densities"):
    densities = DENSITY.draw()
m = min(wanted_m, n)
if m < wanted_m:
    st.info(f"m = {wanted_m} is more than n = {n}; showing m = {m}.")

page.what_you_should_see(
    "- **Linear output**: the same picture at every density. The m most important features get a dimension each; "
    "the outputs of the others are their average, the bias.\n"
    "- **ReLU, dense** (1 − S = 1): the same as linear.\n"
    "- **ReLU, sparser**: blue cells appear off the diagonal. Two features share a dimension, pointing opposite "
    "ways: an antipodal pair. It begins with the less important ones.\n"
    "- **ReLU, very sparse**: every feature that is kept is in superposition. Bars are crimson, and biases turn "
    "negative, so that the ReLU sets small interference to 0.\n"
    "- **GELU**, smooth and only slightly nonlinear near 0: superposition too, of fewer features."
)

specs = [density_sweep_spec(one, n, m, decay, densities) for one in activations]

with page.more_controls(idle=["question", "seeds", "check"]):
    with st.container(width=165):
        feature_name = FEATURE.draw([str(i + 1) for i in range(n)])
    with st.container(width=165):
        zoom = ZOOM.draw([density_name(p) for p in densities])
picked = None if feature_name is None else int(feature_name) - 1

sentence = refusal(specs)
if sentence is not None:
    usual = default_config(specs[-1])
    tell_refusal(sentence, program(specs[-1], seed, usual.steps, usual.restarts))
    page.foot()
    st.stop()

if page.section("question"):
    KEEPS.ask(page, f"{n} features, {m} dimensions, 1 − S = {densities[-1]:g}: how many will the model keep?")

# There in every run, so that nothing below it moves in Streamlit's tree.
place = st.empty()


def draw_linear() -> None:
    """The row of the linear output, which takes a tenth of the time, while that of the ReLU waits for its turn."""
    row = Row(*NAMES["linear"], kept(instances, trained(specs[0], seed)))
    with place.container():
        st.markdown("The linear output. The ReLU comes next.")
        density_sweep_view([row], "", picked, look, pick, zoom_in, "linear_row")


# What is over at once leaves the figure before in its place.
announced = seconds(specs) > ANNOUNCED_SECONDS and not all(is_trained(spec, seed) for spec in specs)
if announced:
    with place.container():
        models = sum(spec.n_instances for spec in specs)
        st.caption(f"Training {models} models: about {rounded(seconds(specs))}.")
        st.skeleton(height=560)
both = page.reading and not announced and zoom is None and activations == ("linear", "relu")
runs: dict[Activation, Run] = dict(
    zip(activations, all_trained((Wanted(spec, seed) for spec in specs), draw_linear if both else None), strict=True)
)
place.empty()
rows = [Row(*NAMES[one], kept(instances, run)) for one, run in runs.items()]
main_activation, main = list(runs.items())[-1]
main_row = rows[-1]
counts = [rung.n_represented for rung in main_row.rungs]
chosen = next((rung for rung in main_row.rungs if density_name(rung.density) == zoom), None)
clipped, largest = kept(entries_outside_one, [chosen] if chosen else [rung for row in rows for rung in row.rungs])
beyond = findings.beyond_one(clipped, largest)

if page.section("sweep"):
    learned = np.searchsorted((min(m, n - 1), min(2 * m, n - 1), n - 1), counts[-1])
    KEEPS.reveal(page, KEEPS.answers[int(learned)])
    if chosen is not None:
        st.markdown(findings.one_density(main_row.name, chosen))
    else:
        beside = rows[0].rungs if len(rows) > 1 else None
        st.markdown(findings.kept(main_row.name, main_row.rungs, beside, "ReLU" if "gelu" in runs else "linear"))
    if chosen is None and page.reading:
        shown = specimen(main_row.rungs)
        st.markdown(f"**One of the panels, enlarged: {main_row.name} at 1 − S = {density_name(shown.density)}**")
        panel, reading = st.columns([2, 3], gap="large")
        with panel:
            specimen_view(shown, main_row.name, picked, look, pick)
        reading.markdown(findings.how_to_read(shown))
    if chosen is not None:
        closeup_view(chosen, main_row.name, beyond, picked, look, pick)
    else:
        density_sweep_view(rows, beyond, picked, look, pick, zoom_in)
    if picked is not None:
        st.markdown(
            findings.one_feature(picked, float(main.spec.importances[picked]), {row.name: row.rungs for row in rows})
        )

if page.section("seeds") and page.eight_seeds():
    sentence = refusal(specs[-1:], seeds=8)
    if sentence is not None:
        st.warning(f"Eight more seeds: {sentence}")
    else:
        seeds = eight_other_seeds(seed)
        place = st.empty()
        if not all(is_trained(specs[-1], other) for other in seeds):
            with place.container():
                st.caption(f"Training eight density sweeps: about {rounded(seconds(specs[-1:], 8))}.")
                st.skeleton(height=320)
        sweeps = {run.seed: instances(run) for run in all_trained(Wanted(specs[-1], other) for other in seeds)}
        spread = pd.DataFrame(
            [
                {"density": rung.density, "features": rung.n_represented, "seed": other}
                for other, sweep in sweeps.items()
                for rung in sweep
            ]
        )
        by_density: dict[float, list[int]] = {}
        for rung in (rung for sweep in sweeps.values() for rung in sweep):
            by_density.setdefault(rung.density, []).append(rung.n_represented)
        with place.container():
            st.markdown(findings.other_seeds(main_row.name, by_density))
            figure("eight_seeds").vega_lite_chart(
                vega_lite(represented_over_seeds, spread, m, look),
                width="stretch",
                alt=f"Over eight seeds the number of features represented is {findings.spans(by_density)}, for "
                f"m = {m}.",
            )

relu, linear = runs.get("relu"), runs.get("linear")


def decks_claims(one: Run) -> list[Check]:
    """What the deck says of a row of the picture."""
    if main_activation == "linear":
        return [claims.linear_keeps_the_top(one)]
    if main_activation == "gelu":
        return [claims.sparsity_adds_features(one)]
    return [
        claims.dense_relu_keeps_the_top(one),
        claims.sparsity_adds_features(one),
        claims.superposition_starts_at_the_bottom(one),
        claims.early_superposition_is_antipodal(one),
        claims.sparse_puts_all_in_superposition(one),
        claims.sparse_biases_are_negative(one),
    ]


if page.reading:

    def represented_by_density(one: Run) -> None:
        counts_there = ", ".join(f"{rung.n_represented} at {density_name(rung.density)}" for rung in instances(one))
        figure(f"recipe-{id(one)}").vega_lite_chart(
            vega_lite(represented_over_seeds, [one], m, look, 240),
            width="stretch",
            alt=f"Features represented, by 1 − S: {counts_there}, for m = {m}.",
        )

    paper_recipe(page, main.spec, seed, lambda: main, picture=represented_by_density, claims=decks_claims)

if page.section("check"):
    paper_check(
        ([claims.linear_keeps_the_top(linear)] if relu is not None and linear is not None else [])
        + ([claims.relu_is_never_worse(relu, linear)] if relu is not None and linear is not None else [])
        + decks_claims(main)
        + ([claims.gelu_superposes_less(runs["gelu"], runs["relu"])] if "gelu" in runs else [])
    )

page.what_this_does_not_show(
    "- A feature counts as represented from |Wᵢ| ≥ ½ on. Near that line the count depends on the seed.\n"
    "- Losses at different S are not comparable: on sparser data the loss of any model is smaller.\n"
    "- Superposition is the sum of the slides, Σ (Ŵᵢ · Wⱼ)² over j ≠ i. The paper’s notebook colours by its "
    "square root.\n"
    "- Here features are independent. Real ones are correlated, which changes which features share a direction."
)

if page.reading:
    table = pd.concat(
        pd.DataFrame(
            {
                "output": one,
                "feature_probability": np.repeat(densities, n),
                "feature": np.tile(np.arange(1, n + 1), len(densities)),
                "importance": np.tile(run.spec.importances, len(densities)),
                "norm": norms(run.W).ravel(),
                "superposition": superposition_if_represented(run.W).ravel(),
                "dimensionality": feature_dimensionality(run.W).ravel(),
                "bias": run.b.ravel(),
                "represented": represented(run.W).ravel(),
                "loss": np.repeat(run.loss, n),
            }
        )
        for one, run in runs.items()
    )
    take_home("ladder", main, table)
    if len(runs) > 1:
        st.caption(f"Weights and code are those of the row “{main_row.name}”. Choose the other output for the other.")
    largest = max(float((run.loss_error / run.loss).max()) for run in runs.values())
    st.caption(
        f"{trained_in(runs.values())}: {main.steps} steps from {main.restarts} starts "
        f"for each of {sum(run.spec.n_instances for run in runs.values())} models, the best kept. Losses are held-out; "
        f"their relative error is at most {scientific(largest, 1)}."
    )
page.foot()
