"""Slide "3. Is superposition good/bad?": every pro and the con, each with evidence from runs of its own."""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
import streamlit as st

from toymodels.analysis import transitions
from toymodels.analysis.equivalent_dimensions import equivalent_dimensions, losses_without_superposition
from toymodels.analysis.neurons import COMPUTED, count
from toymodels.app.compute.training_queue import is_trained, trained, trained_in
from toymodels.app.shell.controls import EIGHT_SEEDS, SEED, SPARSITY, Choice, Rung, importance_decay
from toymodels.app.shell.page import start_page
from toymodels.app.shell.paper_check import paper_check
from toymodels.app.shell.question import Question
from toymodels.app.shell.take_home import take_home
from toymodels.app.views.absolute_value_evidence import Computation, NeuronCost
from toymodels.app.views.linear_probes import told_by_directions, told_by_neurons
from toymodels.app.views.transitions import jumps_film
from toymodels.experiments import absolute_value, observation
from toymodels.experiments import good_or_bad as claims
from toymodels.experiments.storage import DECAY, DENSITIES, HIDDEN, N_FEATURES, storage_spec
from toymodels.names import feature_name, feature_names
from toymodels.plots.savings import against_density, explained_variance, storage_curve
from toymodels.run import Run

M = Rung("m", "Dimensions m", HIDDEN, 5, help="Of the autoencoders of this page.")
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
    "The last slide lists what speaks for superposition and what against it. **Here is each point, measured**: what it "
    "saves in memory, what it saves in operations, what it shows of a training, and what it takes from whoever wants "
    "to read the network."
)
with page.controls():
    S = SPARSITY.draw()
    m = int(M.draw())
with page.more_controls():
    decay = IMPORTANCE_DECAY.draw()
    start = START.draw()
    with st.container(width=140):
        seed = SEED.draw()
p = round(1 - S, 6)
page.what_you_should_see(
    "- **Storage**: the curve of the trained models lies below that of codes without superposition, and the more "
    "so the sparser the features are. At S = 0 the two are one.\n"
    "- **Computation**: two neurons per feature as long as features are dense; more features than neurons when "
    "they are very sparse.\n"
    "- **Observation**: shaded stretches, where the loss drops, hold nearly all dots, where some D jumps. At "
    "S = 0.9 a pair is found late, and its drop stands alone; much sparser, everything falls at once.\n"
    "- **Cost**: dense, a neuron tells one feature and nothing else. Sparse, a quarter of what it says is about "
    "the feature that it says most about."
)


def film_run(seed: int) -> Run:
    """The training that is watched."""
    spec = observation.observed_spec(p)
    first = observation.observed_start(spec, start, seed)
    return trained(spec, seed, steps=observation.STEPS, snapshots=observation.FRAMES, start=first)


# What several sections share, as far as they are on the screen. Those that show the absolute-value models leave here
# what draws them: these models take seconds, and the rest of the page comes first.
draw_absolute: list[Callable[[Sequence[Run]], None]] = []
if page.shows("storage"):
    storage_runs = [trained(storage_spec(one, p, decay), seed) for one in HIDDEN]
    run = storage_runs[HIDDEN.index(m)]
    storage = pd.DataFrame(
        {
            "m": HIDDEN,
            "loss": [float(one.loss[0]) for one in storage_runs],
            "equivalent_dimensions": [float(equivalent_dimensions(one)[0]) for one in storage_runs],
        }
    )
if page.shows("storage", "direction", "check"):
    ladder = trained(storage_spec(m, DENSITIES, decay), seed)
if page.shows("observation", "check"):
    film = film_run(seed)
    seen = transitions.find_transitions(film)

if page.section("question"):
    SAVES.ask(page, f"In superposition {m} dimensions store as much as how many without, at S = {S:g}?")

if page.section("storage"):
    worths = equivalent_dimensions(ladder)
    own_worth = float(storage["equivalent_dimensions"][HIDDEN.index(m)])
    SAVES.reveal(page, SAVES.answers[int(np.searchsorted((1.1 * m, 1.5 * m, 2 * m), own_worth))])
    st.markdown(
        f"{N_FEATURES} features at **S = {S:g}**: in superposition **{m} dimensions do what {own_worth:.1f} do "
        f"without**, {own_worth - m:.1f} are saved. At 1 − S = {DENSITIES[0]:g} they do what {worths[0]:.1f} do, at "
        f"{DENSITIES[-1]:g} what **{worths[-1]:.1f}** do."
    )
    left, right = st.columns([3, 2], gap="large")
    left.altair_chart(
        storage_curve(losses_without_superposition(run.spec.importances, p), storage, m, look),
        width="stretch",
        alt=f"Loss against the number of dimensions at S = {S:g}. The trained models lie "
        + ("below" if own_worth - m > claims.NONE_SAVED else "on")
        + f" the line of codes without superposition: {m} dimensions are worth {own_worth:.1f}.",
    )
    right.altair_chart(
        against_density(
            pd.DataFrame({"density": DENSITIES, "value": worths, "label": [f"{value:.1f}" for value in worths]}),
            f"dimensions that m = {m} is worth",
            m,
            "without superposition",
            p,
            look,
        ),
        width="stretch",
        alt=f"What {m} dimensions are worth, from {worths[0]:.1f} at density {DENSITIES[0]:g} to {worths[-1]:.1f} at "
        f"{DENSITIES[-1]:g}.",
    )
    page.small_print(
        "Without superposition the best code is known: the m most important features have a dimension each, the others "
        "are answered by their mean, and cost Iᵢ (p/3 − p²/4). Between whole numbers of dimensions we go in proportion "
        "to the loss. Losses are drawn as a part of what storing nothing costs."
    )

if page.section("computation"):
    draw_absolute.append(Computation(look).draw)
    page.small_print(
        f"The model of the page before: {absolute_value.N_FEATURES} features, {absolute_value.N_NEURONS} neurons, "
        f"|x| wanted. A side of a feature is computed if y′ rises by {COMPUTED:g} or more when it alone goes to its "
        f"end; one side counts half. The loss weighs features by Iᵢ = {absolute_value.DECAY:g}ⁱ⁻¹: the "
        f"{absolute_value.N_NEURONS // 2} that fit without superposition hold "
        f"{1 - absolute_value.DECAY ** (absolute_value.N_NEURONS // 2):.0%} of the weight, and those on top "
        "change it little."
    )

if page.section("observation"):
    names = feature_names(observation.N_FEATURES)
    if seen.jumps:
        st.markdown(
            f"**{seen.matched} of {len(seen.jumps)} jumps of a D fall within a drop of the loss.** There are "
            f"{len(seen.drops)} such drops. From the first of them to the last event they take up {seen.covered:.0%} "
            f"of the time, so chance alone would match about {seen.covered * len(seen.jumps):.0f}."
        )
    else:
        st.markdown(f"**Nothing jumps** in this training at S = {S:g}: the code that it starts from is the best one.")
    jumps_film(
        seen,
        names,
        look.importance_colours(film.spec.importances),
        look,
        "film",
        f"{observation.N_FEATURES} features in {observation.N_HIDDEN} dimensions at S = {S:g}, starting from {start}",
    )
    page.small_print(
        f"{observation.N_FEATURES} features in {observation.N_HIDDEN} dimensions, Iᵢ = {film.spec.importance:g}ⁱ⁻¹. "
        f"Shaded: the loss falls by {transitions.FALL:.0%} or more within "
        f"{transitions.WINDOW * observation.STEPS // observation.FRAMES} steps. ● D changes by {transitions.JUMP:g} "
        "or more in as many steps, ○ the same outside a drop. D = 1 is a dimension of one’s own, "
        "½ a shared one; 0 while a feature is not represented, |Wᵢ| < ½. Drawn are running medians. Early steps are "
        "stretched."
    )

if page.section("neuron"):
    draw_absolute.append(NeuronCost(look).draw)
    page.small_print(
        "The same models as under Computation. One stroke per neuron: R² of its activation with the one side of the "
        "one feature, ReLU(xᵢ) or ReLU(−xᵢ), that it tells most of, on held-out data. R² is the part of the feature’s "
        "variance that a straight line through the activation explains; the rest of what one sees there is other "
        "features."
    )

if page.section("direction"):
    directions = told_by_directions(ladder)
    by_density = directions.groupby("density", sort=False)[["alone", "output"]].mean()
    if directions.empty:
        st.markdown("None of these models represents a feature.")
    else:
        dense, sparse = by_density.iloc[0], by_density.iloc[-1]
        first, last = by_density.index[0], by_density.index[-1]
        st.markdown(
            f"Of what we see in **one direction**, Ŵᵢ · h, the part Dᵢ is feature i: {dense['alone']:.2f} on average "
            f"at 1 − S = {first:g}, **{sparse['alone']:.2f} at {last:g}**. Read through the model’s own bias and ReLU, "
            f"the same direction tells {sparse['output']:.2f}: the feature is there, but not for a straight line."
        )
        st.altair_chart(
            explained_variance(
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
        "Dᵢ: dimensions per feature are also what a direction tells. The dashed line is measured on held-out data."
    )

if page.section("seeds") and page.eight_seeds():
    rows = []
    for other_seed in range(seed + 1, seed + 9):
        stored = trained(storage_spec(m, p, decay), other_seed)
        watched = transitions.find_transitions(film_run(other_seed))
        rows.append(
            {
                "seed": other_seed,
                "worth": float(equivalent_dimensions(stored)[0]),
                "drops": len(watched.drops),
                "jumps": len(watched.jumps),
                "in a drop": watched.matched,
                "by chance": watched.covered * len(watched.jumps),
            }
        )
    seeds = pd.DataFrame(rows)
    st.markdown(
        f"Eight other seeds at S = {S:g}: {m} dimensions are worth **{seeds['worth'].min():.1f} to "
        f"{seeds['worth'].max():.1f}**. **{seeds['in a drop'].sum()} of {seeds['jumps'].sum()} jumps** fall within a "
        f"drop; chance would match {seeds['by chance'].sum():.0f}. The absolute-value models take too long for this; "
        "change the seed above."
    )
    shown_seeds = seeds.assign(**{name: seeds[name].map("{:.1f}".format) for name in ("worth", "by chance")})
    st.table(shown_seeds.rename(columns={"worth": f"m = {m} is worth"}), hide_index=True)

checking = page.section("check")
check_place = st.container()
page.what_this_does_not_show(
    "- Bytes or seconds. We count dimensions and neurons; every number in them is a float on both sides.\n"
    "- Losses at different S are not comparable, so what is saved is read off at one S at a time.\n"
    "- A match of jumps and drops is less than it seems where the first drop is long: many features jump in it, "
    "and most would be inside anyway. Look at the later drops. The thresholds of both are ours.\n"
    "- We know what the features are. In a real network one would first have to find them, which is the greater "
    "cost, and is not measured here.\n"
    "- R² asks for a straight line. Through a ReLU a shared direction still tells much, as the last figure shows.\n"
    "- Good or bad depends on who asks: the network saves dimensions, the reader pays."
)
if page.reading:
    take_home("good_or_bad", run, storage)
time_place = st.empty()
page.foot()

# The absolute-value models, density by density, in their places further up.
absolute_runs: list[Run] = []
for density in ABSOLUTE_DENSITIES if draw_absolute or checking else ():
    spec, steps = absolute_value.absolute_value_spec(density), absolute_value.absolute_value_steps(density)
    if not is_trained(spec, seed, steps=steps):
        time_place.caption(
            f"Training {absolute_value.N_FEATURES} features in {absolute_value.N_NEURONS} neurons, "
            f"1 − S = {density:g} …"
        )
        for draw in draw_absolute if absolute_runs else ():
            draw(absolute_runs)
    absolute_runs.append(trained(spec, seed, steps=steps))
for draw in draw_absolute:
    draw(absolute_runs)
if checking:
    counts = [count(one) for one in absolute_runs]
    tells = {one.spec.feature_probability[0]: told_by_neurons(one).one.r2 for one in absolute_runs}
    with check_place:
        paper_check(
            [
                claims.superposition_saves_dimensions(ladder),
                claims.saving_grows_with_sparsity(ladder),
                claims.more_features_per_neuron(counts),
                claims.jumps_fall_in_drops(seen),
                claims.every_drop_has_a_jump(seen),
                claims.neurons_explain_less(tells),
                claims.directions_explain_less(ladder),
            ]
        )
if page.reading:
    shown_runs = [*storage_runs, ladder, film, *absolute_runs]
    time_place.caption(
        f"{trained_in(shown_runs)}, {sum(one.spec.n_instances for one in shown_runs)} models. The one to "
        f"take home, m = {m}: {run.steps} steps from {run.restarts} starts, the best kept; loss {run.loss[0]:.3g} ± "
        f"{run.loss_error[0]:.1g} on held-out data."
    )
