"""Slide "3. Is superposition good/bad?": each pro and con with evidence from runs of its own."""

from functools import cache

import numpy as np
import pandas as pd
import streamlit as st

from toymodels.analysis import transitions
from toymodels.analysis.equivalent_dimensions import (
    equivalent_dimensions,
    equivalent_dimensions_error,
)
from toymodels.analysis.losses import losses_without_superposition
from toymodels.analysis.neurons import COMPUTED, count
from toymodels.app.compute.shared_cache import kept
from toymodels.app.compute.visitor_training import Wanted, all_trained, trained
from toymodels.app.shell.charts import vega_lite
from toymodels.app.shell.controls import EIGHT_SEEDS, SEED, SPARSITY, Choice, SelectSlider, importance_decay
from toymodels.app.shell.figures import figure
from toymodels.app.shell.page import start_page
from toymodels.app.shell.paper_check import paper_check
from toymodels.app.shell.question import Question
from toymodels.app.shell.tables import draw_table
from toymodels.app.shell.take_home import More, take_home
from toymodels.app.shell.wording import eight_other_seeds, film_note, training_notes
from toymodels.app.views.absolute_value_evidence import (
    computation_evidence,
    computation_table,
    neuron_table,
    single_neuron_evidence,
)
from toymodels.app.views.closing import closing_numbers
from toymodels.app.views.linear_probes import direction_probes, neuron_probes
from toymodels.app.views.transitions import jumps_film
from toymodels.experiments import absolute_value, observation
from toymodels.experiments import good_or_bad as claims
from toymodels.experiments.findings import good_or_bad as findings
from toymodels.experiments.storage import (
    DECAY,
    DENSITIES,
    HELD_OUT,
    HIDDEN,
    N_FEATURES,
    RESTARTS,
    STEPS,
    storage_spec,
)
from toymodels.names import feature_name, feature_names, percent
from toymodels.plots.savings import against_density, explained_variance, storage_curve
from toymodels.run import Run

M = SelectSlider("m", "Dimensions m", HIDDEN, 5, help="Of the autoencoders of this page.")
IMPORTANCE_DECAY = importance_decay(0.7, 0.05, DECAY)
START: Choice[observation.Start] = Choice(
    "start",
    "The film starts from",
    {"no superposition": "no superposition", "near zero": "near zero"},
    help="The best code without superposition, or next to nothing; both with a little noise.",
)

SAVES = Question(("about as many", "up to half as many more", "up to twice as many", "more than twice as many"))

ABSOLUTE_DENSITIES = absolute_value.DENSITIES + absolute_value.SPARSER


page = start_page("good_or_bad", [SPARSITY, M, IMPORTANCE_DECAY, START, SEED, EIGHT_SEEDS])
look = page.look

page.intro(
    "Is it good for a network to keep its features in superposition? Four things speak for or against it, and "
    "**here each is measured**: what it saves in memory, what it saves in operations, what it shows of a training, and "
    "how much harder it makes the network to interpret."
)
page.symbols("S", "Iᵢ", "L", "Ŵᵢ", "Dᵢ", "R²")
with page.controls(idle=["computation", "neuron", "direction"]):
    S = SPARSITY.draw()
with page.controls(idle=["computation", "observation", "neuron"]):
    m = int(M.draw())
with page.more_controls(idle=["computation", "observation", "neuron"]):
    decay = IMPORTANCE_DECAY.draw()
with page.more_controls(idle=["question", "storage", "computation", "neuron", "direction"]):
    start = START.draw()
with page.more_controls(), st.container(width=140):
    seed = SEED.draw()
p = round(1 - S, 6)
page.what_you_should_see(
    "- **Storage**: the curve of the trained models lies below that of codes without superposition, and the sparser "
    "the features, the further below. At S = 0 the two curves are the same.\n"
    "- **Computation**: two neurons per feature as long as features are dense; more features than neurons when "
    "they are very sparse.\n"
    "- **Observation**: the loss drops in the shaded stretches, and nearly all dots, where some D jumps, lie in them. "
    "At S = 0.9 a pair is found late, and its drop stands alone; with much sparser features all drops come at once.\n"
    "- **Interpretability**: with dense features the activation of a neuron is explained by one feature. With sparse "
    "ones the best feature explains about a third of its variance."
)


def watched(seed: int) -> Wanted:
    """The training that is watched."""
    spec = observation.observed_spec(p)
    first = observation.observed_start(spec, start, seed)
    return Wanted(spec, seed, steps=observation.STEPS, snapshots=observation.FRAMES, start=first)


@cache
def own_run() -> Run:
    """The autoencoder of m dimensions at this S; where the sweep has this density, the same model as there."""
    return trained(storage_spec(m, p, decay), seed)


@cache
def storage_runs() -> list[Run]:
    """The autoencoders of this S, one for each number of dimensions."""
    fewer_or_more = [one for one in HIDDEN if one != m]
    others = all_trained(
        Wanted(storage_spec(one, p, decay), seed, steps=STEPS, restarts=RESTARTS, held_out=HELD_OUT)
        for one in fewer_or_more
    )
    return sorted([own_run(), *others], key=lambda one: one.spec.n_hidden)


@cache
def storage() -> pd.DataFrame:
    """Loss and equivalent dimensions, one row for each number of dimensions."""
    return pd.DataFrame(
        {
            "m": HIDDEN,
            "loss": [float(one.loss[0]) for one in storage_runs()],
            "equivalent_dimensions": [float(kept(equivalent_dimensions, one)[0]) for one in storage_runs()],
        }
    )


@cache
def sweep() -> Run:
    """The autoencoder of m dimensions at all densities."""
    return trained(storage_spec(m, DENSITIES, decay), seed)


@cache
def film() -> Run:
    """The training whose loss is searched for drops."""
    return all_trained([watched(seed)])[0]


@cache
def seen() -> transitions.Transitions:
    """Its drops and jumps."""
    return kept(transitions.find_transitions, film())


@cache
def absolute_runs() -> list[Run]:
    """The absolute-value models, from dense to sparse; they take seconds."""
    return all_trained(
        Wanted(
            absolute_value.absolute_value_spec(density),
            seed,
            steps=absolute_value.absolute_value_steps(density),
            held_out=absolute_value.HELD_OUT,
        )
        for density in ABSOLUTE_DENSITIES
    )


if page.section("question"):
    SAVES.ask(page, f"In superposition {m} dimensions store as much as how many without, at S = {S:g}?")

if page.section("storage"):
    equivalent = float(storage()["equivalent_dimensions"][HIDDEN.index(m)])
    error = float(kept(equivalent_dimensions_error, own_run())[0])
    SAVES.reveal(page, SAVES.answers[int(np.searchsorted((1.1 * m, 1.5 * m, 2 * m), equivalent))])
    left, right = st.columns(2, gap="large", vertical_alignment="bottom")
    left.markdown(findings.storage(m, S, equivalent, error))
    figure("storage", left).vega_lite_chart(
        vega_lite(storage_curve, losses_without_superposition(own_run().spec.importances, p), storage(), m, look),
        width="stretch",
        alt=f"Loss against the number of dimensions at S = {S:g}. The trained models lie "
        + ("below" if equivalent - m > claims.NONE_SAVED else "on")
        + f" the line of codes without superposition: {m} dimensions do what {equivalent:.1f} do without.",
    )
    # Eight more models: the figure on the left does not wait for them.
    over_densities = kept(equivalent_dimensions, sweep())
    right.markdown(findings.storage_over_densities(m, DENSITIES, over_densities))
    figure("saved", right).vega_lite_chart(
        vega_lite(
            against_density,
            pd.DataFrame(
                {"density": DENSITIES, "value": over_densities, "label": [f"{value:.1f}" for value in over_densities]}
            ),
            f"equivalent dimensions of m = {m}",
            m,
            "without superposition",
            p,
            look,
        ),
        width="stretch",
        alt=f"Dimensions without superposition that have the loss of {m} in superposition, from "
        f"{over_densities[0]:.1f} at density {DENSITIES[0]:g} to {over_densities[-1]:.1f} at {DENSITIES[-1]:g}.",
    )
    page.small_print(
        "Without superposition the best code is known: the m most important features have a dimension each, the "
        "outputs of the others are their mean, and each of these adds Iᵢ (p/3 − p²/4) to the loss. Between whole "
        "numbers of dimensions we interpolate linearly. Losses are drawn as a part of the loss of storing nothing."
    )

if page.section("computation"):
    computation_evidence(absolute_runs(), look)
    page.small_print(
        f"The model of the page before: {absolute_value.N_FEATURES} features, {absolute_value.N_NEURONS} neurons, "
        f"|x| wanted. |x| is computed for one sign of a feature if y′ rises by {COMPUTED:g} or more when the feature "
        "alone goes from 0 to 1, or to −1; each sign counts half. The loss weighs features by Iᵢ = "
        f"{absolute_value.DECAY:g}ⁱ⁻¹: the {absolute_value.N_NEURONS // 2} that fit without superposition hold "
        f"{percent(1 - absolute_value.DECAY ** (absolute_value.N_NEURONS // 2))} of the weight, and the others "
        "change it little."
    )

if page.section("observation"):
    names = feature_names(observation.N_FEATURES)
    st.markdown(findings.observation(seen(), S))
    jumps_film(
        seen(),
        names,
        look.importance_colours(film().spec.importances),
        look,
        "film",
        f"{observation.N_FEATURES} features in {observation.N_HIDDEN} dimensions at S = {S:g}, starting from {start}",
    )
    page.small_print(
        f"{observation.N_FEATURES} features in {observation.N_HIDDEN} dimensions, Iᵢ = {film().spec.importance:g}ⁱ⁻¹. "
        f"Shaded: the loss falls by {percent(transitions.FALL)} or more within "
        f"{transitions.WINDOW * observation.STEPS // observation.FRAMES} steps. ● D changes by {transitions.JUMP:g} "
        "or more in as many steps, ○ the same outside a drop. D = 1 is a dimension of one’s own, "
        "½ a shared one; 0 while a feature is not represented, |Wᵢ| < ½. Drawn are running medians. Early steps are "
        "stretched. " + film_note(film())
    )

if page.section("neuron"):
    single_neuron_evidence(absolute_runs(), look)
    page.small_print(
        "The same models as under Computation. One stroke per neuron: R² of its activation with ReLU(xᵢ) or ReLU(−xᵢ), "
        "of all features the one that it explains best, on held-out data. R² is the part of the feature’s "
        "variance that a straight line through the activation explains; the rest of what one sees there is other "
        f"features. From other held-out data a mean moves by {claims.MEAN_R2_ERROR:g}, a single neuron by 0.01."
    )

if page.section("direction"):
    directions = direction_probes(sweep())
    by_density = directions.groupby("density", sort=False)[["alone", "output"]].mean()
    alone = dict(zip(map(float, by_density.index), by_density["alone"], strict=True))
    st.markdown(findings.directions(alone, None if directions.empty else float(by_density["output"].iloc[-1])))
    if not directions.empty:
        dense, sparse = by_density.iloc[0], by_density.iloc[-1]
        first, last = by_density.index[0], by_density.index[-1]
        figure("direction").vega_lite_chart(
            vega_lite(
                explained_variance,
                directions.assign(
                    r2=directions["alone"], unit=[feature_name(int(feature)) for feature in directions["feature"]]
                ),
                "one direction as it is",
                by_density.reset_index().rename(columns={"output": "r2"}),
                "through ReLU(Wᵢ · h + bᵢ)",
                look,
            ),
            width="stretch",
            alt=f"R² of the directions of represented features with their feature, against density: mean from "
            f"{dense['alone']:.2f} at {first:g} to {sparse['alone']:.2f} at {last:g}; through the ReLU "
            f"{sparse['output']:.2f}.",
        )
    page.small_print(
        f"The models of {N_FEATURES} features in m = {m} dimensions from above, one stroke per represented feature. "
        "For independent features the squared correlation of Ŵᵢ · h with xᵢ is exactly |Wᵢ|² / Σⱼ (Ŵᵢ · Wⱼ)², which is "
        "Dᵢ: dimensions per feature are also the variance that is explained. The dashed line is measured on held-out "
        "data."
    )

if page.section("seeds") and page.eight_seeds():
    seeds = eight_other_seeds(seed)
    others = [transitions.find_transitions(one) for one in all_trained(watched(other) for other in seeds)]
    models = all_trained(Wanted(storage_spec(m, p, decay), other) for other in seeds)
    stored = [float(equivalent_dimensions(one)[0]) for one in models]
    st.markdown(findings.other_seeds(S, m, stored, others))
    draw_table(
        pd.DataFrame(
            {
                "seed": seeds,
                "dimensions without superposition": [f"{value:.1f}" for value in stored],
                "drops of the loss": [len(one.drops) for one in others],
                "jumps of a D": [len(one.jumps) for one in others],
                "of them in a drop": [one.matched for one in others],
                "by chance": [f"{one.covered * len(one.jumps):.1f}" for one in others],
            }
        )
    )

if page.section("check"):
    counts = [kept(count, one) for one in absolute_runs()]
    explained = {one.spec.feature_probability[0]: neuron_probes(one).one.r2 for one in absolute_runs()}
    paper_check(
        [
            claims.superposition_saves_dimensions(sweep()),
            claims.saving_grows_with_sparsity(sweep()),
            claims.more_features_per_neuron(counts),
            claims.jumps_fall_in_drops(seen()),
            claims.every_drop_has_a_jump(seen()),
            claims.neurons_explain_less(explained),
            claims.directions_explain_less(sweep()),
        ]
    )

if page.reading:
    by_neuron = [float(neuron_probes(absolute_runs()[k]).one.r2.mean()) for k in (0, -1)]
    st.header("In one table", anchor="table")
    draw_table(
        pd.DataFrame(
            findings.for_and_against(
                m, S, float(kept(equivalent_dimensions, own_run())[0]), kept(count, absolute_runs()[-1]), seen(),
                by_neuron, direction_probes(sweep()).groupby("density", sort=False)["alone"].mean().tolist(),
            ),
            columns=["", "without superposition", "with it", "so it is"],
        )
    )  # fmt: skip

if page.section("closing"):
    dense, sparse = (neuron_probes(absolute_runs()[k]).one.r2.mean() for k in (0, -1))
    read = direction_probes(sweep()).groupby("density", sort=False)["alone"].mean()
    equivalent, computed = float(kept(equivalent_dimensions, own_run())[0]), count(absolute_runs()[-1])
    closing_numbers(
        findings.closing_savings(m, S, equivalent, computed),
        findings.closing_costs((float(dense), float(sparse)), [float(value) for value in read]),
        findings.closing_answer(m, equivalent, computed, (float(dense), float(sparse))),
        page.links_beyond,
    )

page.what_this_does_not_show(
    "- Bytes or seconds. We count dimensions and neurons; every number in them is a float on both sides.\n"
    "- Losses at different S are not comparable, so what is saved is read off at one S at a time.\n"
    "- A match of jumps and drops is less than it seems where the first drop is long: many features jump in it, "
    "and most would be inside anyway. Look at the later drops. The thresholds of both are ours.\n"
    "- We know what the features are. In a real network one would first have to find them, which is harder "
    "than reading them, and is not measured here.\n"
    "- R² is that of a straight line. Through a ReLU much of a feature can be read in a shared direction, as the last "
    "figure shows.\n"
    "- Good or bad depends on who asks: the network saves dimensions, and whoever interprets it has more work."
)


def curves() -> dict[str, pd.DataFrame]:
    """What the figures are drawn from, one table for each."""
    frames = np.arange(len(seen().step))
    dropping = np.any([(first <= frames) & (frames <= last) for first, last in [*seen().drops, (1, 0)]], axis=0)
    observed = pd.DataFrame({"step": seen().step, "loss": seen().loss, "in_drop": dropping})
    for i, level in enumerate(seen().level.T, start=1):
        observed[f"D_x{i}"] = level
    directions = direction_probes(sweep())
    return {
        "storage": storage(),
        "storage_by_density": pd.DataFrame(
            {"density": DENSITIES, "equivalent_dimensions": kept(equivalent_dimensions, sweep())}
        ),
        "computation": computation_table(absolute_runs()),
        "observation": observed,
        "neurons": neuron_table(absolute_runs()),
        "directions": directions.assign(feature=directions["feature"] + 1),
    }


if page.reading:
    take_home(
        "good_or_bad",
        own_run(),
        storage(),
        more=[
            More(
                "All curves",
                "curves",
                "the data of every figure, as CSV",
                lambda: {f"{name}.csv": table.to_csv(index=False).encode() for name, table in curves().items()},
            )
        ],
    )
    runs = [*storage_runs(), sweep(), film(), *absolute_runs()]
    st.caption(training_notes(runs, own_run(), f"The one to take home, m = {m}"))
page.foot()
