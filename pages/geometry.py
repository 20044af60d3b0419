"""Slide "How the superposition states can look like?": four hundred features in thirty dimensions."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from toymodels.app.address import Control, forget_note
from toymodels.app.controls import Rung, Slider, Whole
from toymodels.app.feature_graph import feature_graph_view
from toymodels.app.frame import frame
from toymodels.app.long_training import Progress, finished, stopped, watched
from toymodels.app.paper_check import paper_check
from toymodels.app.planes import Plane, arrow_grid
from toymodels.app.question import Question
from toymodels.app.shipped_ladder import all_features, all_runs, arrangements, checked, kinds, nines, still_moving
from toymodels.app.space import space
from toymodels.app.take_home import npz, take_home
from toymodels.arrangements import edges as polytope_edges
from toymodels.arrays import Array
from toymodels.charts.geometry import cosine_histogram, dimensionality_bars, dimensionality_strip, dimensions_curve
from toymodels.charts.look import Look
from toymodels.costs import rounded, seconds
from toymodels.geometry import cosines
from toymodels.groups import INTERFERES, Group, feature_graph, groups, in_words, off_right_angles, own_space
from toymodels.measures import dimensions_per_feature, feature_dimensionality, represented
from toymodels.run import Run
from toymodels.runs.geometry import LADDER, N_FEATURES, N_HIDDEN, SEEDS, shipped
from toymodels.snippets import snippet
from toymodels.specs import Autoencoder

# Above this many degrees off a right angle, groups are not called orthogonal.
ORTHOGONAL = 5.0

# A group of more features than this is too full to be turned by hand.
MOST_ARROWS = 40

RUNG = Rung(
    "x", "Sparseness 1 / (1 − S)", tuple(map(float, LADDER)), 8.0,
    help="1 − S is the probability that a feature is there. At 4, every fourth feature is.",
)  # fmt: skip
SEED = Whole("seed", "Seed", SEEDS[0], SEEDS[-1], SEEDS[0], help="Every density was trained from three seeds.")
THRESHOLD = Slider(
    "edge", "Join features from |Wᵢ · Wⱼ| ≥", 0.05, 0.95, 0.05, INTERFERES,
    help="Features that are joined, directly or through others, make a group.",
)  # fmt: skip
GROUP = Whole("group", "Open group", 1, N_FEATURES, 1, help="Its number in the picture.")

OWN_FEATURES = Slider("n", "Features n", 20, 400, 20, 200)
OWN_HIDDEN = Whole("m", "Dimensions m", 2, 30, 15)
OWN_DENSITY = Slider("own", "1 / (1 − S)", 1.0, 100.0, 0.1, 7.0)
OWN_DECAY = Slider("decay", "Importance decay r", 0.9, 1.0, 0.01, 1.0, help="Feature i weighs Iᵢ = rⁱ⁻¹ in the loss.")
OWN_STEPS = Slider("steps", "Steps", 500, 8000, 500, 2000, help="More steps, cleaner shapes.")
OWN: list[Control[Any]] = [OWN_FEATURES, OWN_HIDDEN, OWN_DENSITY, OWN_DECAY, OWN_STEPS]


MAKES = Question(("pairs", "triangles and tetrahedra", "pentagons and antiprisms", "something else"))
MADE = {"digon": 0, "triangle": 1, "tetrahedron": 1, "pentagon": 2, "square antiprism": 2}


def most_made(found: Sequence[Group]) -> str:
    """The answer to the question: what most of the groups are."""
    kinds_found = Counter(MADE.get(group.name, 3) for group in found if len(group.features) > 1)
    return MAKES.answers[kinds_found.most_common(1)[0][0]]


def angles_in_words(W: Array, found: Sequence[Group]) -> str:
    """How the groups stand to one another."""
    if len(found) < 2:
        return ""
    off = off_right_angles(W, found)
    if off <= ORTHOGONAL:
        return f" The groups stand at right angles to one another, within {off:.1f}°: a **tegum product**."
    return (
        f" The groups are not at right angles: up to {off:.0f}° off. They interfere, and their Dᵢ are below those of "
        "the ideal."
    )


def draw_groups(
    run: Run, threshold: float, found: Sequence[Group], look: Look, key: str, chosen: int = 0, opens: bool = False
) -> None:
    """The feature graph of a model, and the table of its arrangements."""
    left_out = feature_graph_view(
        run.W[0], found, threshold, run.spec.importances.tolist(), look, key, chosen, open_group if opens else None
    )
    st.caption(
        "Points are features; every group is seen from its widest side. Lines are Wᵢ · Wⱼ: blue below zero, which the "
        "ReLU cuts off, and dashed orange above. Wider is stronger."
        + (f" The weakest {left_out:,} lines are left out." if left_out else "")
        + (" Click on a group to open it." if opens else "")
    )
    st.table(kinds(found), hide_index=True)


def open_group(number: int) -> None:
    """Write the number of a group into its field; only from a callback, before the page runs again."""
    st.session_state[GROUP.key] = number
    forget_note(GROUP.key)


def draw_group(W: Array, group: Group, number: int, threshold: float, look: Look) -> None:
    """One group, in its own subspace."""
    members = W[:, list(group.features)]
    names = [str(feature + 1) for feature in group.features]
    colours = [look.importance[-1]] * len(names)
    says = f"Group {number}: {group.name}, {len(names)} features in {group.n_dimensions} dimensions."
    if group.n_dimensions <= 2:
        flat, _ = own_space(members, 2)
        arrow_grid([Plane(f"Group {number}", flat)], [group.name], names, colours, look, "opened")
        return
    solid, share = own_space(members, 3)
    if group.n_dimensions == 3:
        lines = polytope_edges(solid)
    else:
        where = {feature: k for k, feature in enumerate(group.features)}
        lines = [(where[i], where[j]) for i, j in feature_graph(W, threshold) if i in where]
        st.caption(f"Its three strongest of {group.n_dimensions} dimensions, which hold {share:.0%} of its |W|².")
    space([solid], names, colours, look, "opened_space", says, lines)


page = frame("What superposition can look like", [RUNG, SEED, THRESHOLD, GROUP, *OWN])
look = page.look

page.intro(
    f"Another toy problem, larger: **n = {N_FEATURES} features, m = {N_HIDDEN} dimensions**, all equally important "
    "(I = 1). h = W x, x' = ReLU(Wᵀh + b). **Which directions do the features take?** Every density here was trained "
    "beforehand, from three seeds; further down you can train one of your own."
)

with page.controls():
    x = RUNG.draw()
with page.more_controls():
    seed = SEED.draw()

page.what_you_should_see(
    "- **Dense** (1 / (1 − S) near 1): D\\* = 1. Thirty dimensions, shared a little by all features.\n"
    "- **Then tetrahedra, and triangles** (1 / (1 − S) up to 2): four features in three dimensions, Dᵢ = 3/4, "
    "and three in two, Dᵢ = 2/3.\n"
    "- **A plateau at D\\* = 1/2** (from 2 to about 6): sixty features in thirty antipodal pairs, called "
    "*digons*, each with a dimension to itself.\n"
    "- **Pentagons and square antiprisms** (near 8): Dᵢ = 2/5 and 3/8.\n"
    "- **Sparser still**: larger groups that have no name, and ever smaller Dᵢ.\n"
    "- The Dᵢ add up to m all along: no dimension is wasted."
)

runs = all_runs()
here = runs[(runs["inverse_density"] == x) & (runs["seed"] == seed)].iloc[0]
features = all_features(seed)
run = shipped(x, seed)
W = run.W[0]
S = 1 - 1 / x

if page.stop("question"):
    MAKES.ask(page, f"{N_FEATURES} features, {N_HIDDEN} dimensions, 1 / (1 − S) = {x:g}: what do the features make?")

if page.stop("curve"):
    st.markdown(
        f"At **1 / (1 − S) = {x:g}** (S = {S:.3g}) **{here['represented']:.0f} of {N_FEATURES} features** are "
        f"represented (|Wᵢ| ≥ 0.5). **D\\* = m / |W|² = {here['dimensions_per_feature']:.3f}**."
    )
    st.altair_chart(
        dimensions_curve(runs, seed, x, look),
        width="stretch",
        alt=f"D* falls from {runs['dimensions_per_feature'].max():.2f} when dense to "
        f"{runs['dimensions_per_feature'].min():.2f} when sparse, with plateaus at 1 and 1/2. At {x:g} it is "
        f"{here['dimensions_per_feature']:.3f}.",
    )

if page.stop("strip"):
    own = features[(features["inverse_density"] == x) & features["represented"]]["dimensionality"]
    st.markdown(
        (
            f"Every feature's Dᵢ, at every density. At {x:g} the represented ones have Dᵢ from **{own.min():.3f} to "
            f"{own.max():.3f}**; "
            if len(own)
            else f"Every feature's Dᵢ, at every density. At {x:g} no feature has a direction of its own; "
        )
        + f"all {N_FEATURES} add up to **{feature_dimensionality(W).sum():.2f}**, for m = {N_HIDDEN}."
    )
    st.altair_chart(
        dimensionality_strip(features, x, look),
        width="stretch",
        alt=f"At 1 / (1 - S) = {x:g} there are {in_words(arrangements(x, seed))}, and {N_FEATURES - len(own)} features "
        "are not represented. Of all features at all densities, the largest D is "
        f"{features['dimensionality'].max():.3g}.",
    )
    st.caption("A circle is as large as there are features with this Dᵢ. Grey: not represented, |Wᵢ| < 0.5.")

with_graph, with_group = page.stop("graph"), page.stop("group")
with page.more_controls("Groups", "graph", "group"):
    threshold = THRESHOLD.draw()
    wanted = GROUP.draw()
found = groups(W, threshold)

joined = any(len(group.features) > 1 for group in found)
number = min(wanted, len(found))
if with_graph and joined:
    MAKES.reveal(page, most_made(found))
    st.markdown(f"**{len(found)} groups**: {in_words(found)}.{angles_in_words(W, found)}")
    draw_groups(run, threshold, found, look, "graph", number, opens=True)
if with_group and joined:
    group = found[number - 1]
    opened, spread = st.columns(2, gap="large")
    with opened:
        st.markdown(
            f"**Group {number}** of {len(found)}: {group.name}, {len(group.features)} features in "
            f"{group.n_dimensions} dimension{'s' if group.n_dimensions > 1 else ''}, Dᵢ = {group.dimensionality:.3f} "
            "on average."
        )
        if len(group.features) <= MOST_ARROWS:
            draw_group(W, group, number, threshold, look)
        else:
            st.info(
                f"{len(group.features)} arrows are too many to draw. Raise the threshold, and the group falls apart."
            )
    with spread:
        kept = np.flatnonzero(represented(W))
        between = cosines(W)[np.ix_(kept, kept)][np.triu_indices(len(kept), 1)]
        right = float((np.abs(between) <= np.sin(np.radians(ORTHOGONAL))).mean()) if len(between) else 1.0
        st.markdown(
            f"**Angles** between the {len(kept)} represented features: {right:.0%} of all pairs are within "
            f"{ORTHOGONAL:g}° of a right angle."
        )
        st.altair_chart(
            cosine_histogram(between, look),
            width="stretch",
            alt=f"{right:.0%} of all pairs of features are near a right angle, {(between <= -0.9).sum()} are opposite.",
        )
if (with_graph or with_group) and not joined:
    st.markdown(
        f"**No two features are joined here.** {len(found)} have a direction of their own; the others share what is "
        "left of the dimensions a little, as in principal components, whose axes are arbitrary. A lower threshold "
        "shows weaker ties."
    )

if page.stop("seeds"):
    side = runs[runs["inverse_density"] == x]
    st.table(
        pd.DataFrame(
            {
                "seed": side["seed"],
                "D\\*": side["dimensions_per_feature"].map("{:.3f}".format),
                "features": side["represented"],
                "sum of Dᵢ": [f"{feature_dimensionality(shipped(x, other).W[0]).sum():.2f}" for other in side["seed"]],
                "loss": side["loss"].map("{:.4g}".format),
                f"groups, from |Wᵢ · Wⱼ| ≥ {INTERFERES:g}": [
                    in_words(arrangements(x, other)) for other in side["seed"]
                ],
            }
        ),
        hide_index=True,
    )
    loss_change, size_change = still_moving()
    nine = nines(seed)
    st.markdown(
        f"Was training over? Half as many steps give the same loss within {loss_change:.1%} at every density, and the "
        f"same D* within {size_change:.1%}. Nine features in four dimensions, each with Dᵢ = 4/9, have been reported "
        "by others: "
        + (f"groups of nine in four dimensions turn up {nine} times on the ladder of this seed." if nine
           else "there is none on the ladder of this seed.")
    )  # fmt: skip

if page.reading:
    st.header("Train your own density", anchor="own")
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        own_density = OWN_DENSITY.draw()
        n = int(OWN_FEATURES.draw())
        m = OWN_HIDDEN.draw()
        decay = OWN_DECAY.draw()
        steps = int(OWN_STEPS.draw())
    own_spec = Autoencoder(n, m, round(1 / own_density, 6), decay)
    expected = seconds([own_spec], steps=steps, restarts=1)
    own_place = st.container()


def own_training() -> None:
    """A training that can be watched and stopped."""
    row = st.container(horizontal=True, vertical_alignment="center")
    start = row.button("Train", type="primary", icon=":material/play_arrow:")
    bar, picture = st.empty(), st.empty()
    if start:
        # A click runs the page again, which ends the training where it is.
        row.button("Stop, keep what is there", icon=":material/stop:")

        def waiting(ahead: int) -> None:
            bar.caption(f"{ahead} long training(s) before yours; they run one at a time." if ahead else "Training …")

        def look_at(progress: Progress) -> None:
            bar.progress(
                progress.step / progress.steps,
                f"Step {progress.step} of {progress.steps}, loss {progress.loss[0]:.4g}, "
                f"about {progress.seconds_left:.0f} s left",
            )
            draw_bars(picture, progress.parameters["W"][0], f"after {progress.step} steps")

        watched(own_spec, seed, steps, look_at, waiting)
        bar.empty()
    done = finished(own_spec, seed, steps)
    result = done or stopped(own_spec, seed, steps)
    if result is None:
        picture.caption(
            f"It takes about {rounded(expected)}, and every Dᵢ appears meanwhile. Stop it at any moment, and look at "
            "what is there."
        )
        return
    show_own(result, done is not None)


def draw_bars(place: DeltaGenerator, W: Array, when: str) -> None:
    """How many features have which D_i."""
    kept = represented(W)
    place.altair_chart(
        dimensionality_bars(feature_dimensionality(W), kept, look),
        width="stretch",
        alt=f"{kept.sum()} of {len(kept)} features are represented {when}, the middle one of all has a D of "
        f"{np.median(feature_dimensionality(W)):.2g}.",
    )


def show_own(result: Run, is_done: bool) -> None:
    """The outcome of a visitor's own training."""
    W = result.W[0]
    found = groups(W, threshold)
    st.markdown(
        f"**{represented(W).sum()} of {n} features in {m} dimensions**, D* = {dimensions_per_feature(W):.3f}, the Dᵢ "
        f"add up to {feature_dimensionality(W).sum():.2f}: {in_words(found)}."
    )
    st.caption(
        f"{'Trained' if is_done else 'Stopped'} after {result.steps} steps, {result.seconds:.1f} s. Loss "
        f"{result.loss[0]:.4g} ± {result.loss_error[0]:.1g} on held-out data."
        + ("" if is_done else " The rate had not come down yet: stopped earlier, shapes are less clean.")
    )
    draw_bars(st.container(), W, f"after {result.steps} steps")
    st.download_button(
        "Weights of this run (.npz)", lambda: npz(result), "own-geometry.npz", "application/octet-stream",
        on_click="ignore", icon=":material/database:",
    )  # fmt: skip
    if found:
        draw_groups(result, threshold, found, look, "own_graph")


if page.stop("check"):
    paper_check(checked(seed))

page.what_this_does_not_show(
    "- All features are equally important, independent and equally dense. Real ones are not, and their geometry "
    "is less regular.\n"
    "- Gradient descent finds a good arrangement, not the best one: other seeds differ in detail.\n"
    "- Names are given by angles: a group is called a pentagon when no angle is more than 10° off. What fits "
    "nothing stays unnamed.\n"
    "- Dᵢ of dense models says little about one feature: the axes may be turned freely.\n"
    "- Losses at different S are not comparable; we compare them between seeds only."
)

if page.reading:
    take_home("geometry", run, features, snippet(run))
    st.caption(
        f"Trained in {run.seconds:.1f} s: {run.steps} steps. Loss {run.loss[0]:.4g} ± {run.loss_error[0]:.1g} on "
        "held-out data. Shipped weights are rounded to half precision; every number here is that of the rounded "
        "weights."
    )
page.foot()

# Last, so that the rest of the page is there while it trains.
if page.reading:
    with own_place:
        own_training()
