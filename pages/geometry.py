"""Slide "How the superposition states can look like?": four hundred features in thirty dimensions."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from toymodels.analysis.directions import cosines
from toymodels.analysis.feature_graph import INTERFERES, Group, groups
from toymodels.analysis.polytopes import BY_NAME
from toymodels.analysis.weights import feature_dimensionality, represented
from toymodels.app.compute.shared_cache import kept
from toymodels.app.shell.address import Control, forget_note
from toymodels.app.shell.charts import vega_lite
from toymodels.app.shell.controls import SelectSlider, Slider, Whole, importance_decay
from toymodels.app.shell.figures import figure
from toymodels.app.shell.page import start_page
from toymodels.app.shell.paper_check import paper_check
from toymodels.app.shell.question import Question
from toymodels.app.shell.tables import draw_table
from toymodels.app.shell.take_home import take_home
from toymodels.app.shell.wording import steps_and_loss
from toymodels.app.views.feature_groups import draw_group, draw_groups
from toymodels.app.views.formulas import dimensionality_formula
from toymodels.app.views.geometry_runs import (
    all_features,
    all_runs,
    arrangements,
    checked,
    is_whole,
    nines,
    still_moving,
)
from toymodels.app.views.own_training import own_recipe, own_training
from toymodels.experiments.findings import geometry as findings
from toymodels.experiments.geometry import INVERSE_DENSITIES, N_FEATURES, N_HIDDEN, SEEDS
from toymodels.names import percent, with_error
from toymodels.plots.geometry import cosine_histogram, dimensionality_strip, dimensions_curve
from toymodels.pretrained.geometry import shipped
from toymodels.snippets import snippet
from toymodels.spec import Autoencoder

INVERSE_DENSITY = SelectSlider(
    "inverse_density", "Sparseness 1 / (1 − S)", tuple(map(float, INVERSE_DENSITIES)), 8.0,
    help="1 − S is the probability that a feature is nonzero. At 4, every fourth feature is.",
)  # fmt: skip
SEED = Whole("seed", "Seed", SEEDS[0], SEEDS[-1], SEEDS[0], help="Every density was trained from three seeds.")
THRESHOLD = Slider(
    "edge", "Join two features if |Wᵢ · Wⱼ| ≥", 0.05, 0.95, 0.05, INTERFERES,
    help="Features that are joined, directly or through others, make a group.",
)  # fmt: skip
GROUP = Whole("group", "Open group", 1, N_FEATURES, 1, help="Its number in the picture.")

OWN_FEATURES = Slider("n", "Features n", 20, 400, 20, 200)
OWN_HIDDEN = Whole("m", "Dimensions m", 2, 30, 15)
OWN_SPARSITY = Slider(
    "S", "Sparsity S", 0.0, 0.99, 0.01, 0.86, help="1 − S is the probability that a feature is there."
)
OWN_DECAY = importance_decay(0.9, 0.01, 1.0)
OWN_STEPS = Slider("steps", "Steps", 500, 8000, 500, 2000, help="More steps, cleaner shapes.")
OWN: list[Control[Any]] = [OWN_FEATURES, OWN_HIDDEN, OWN_SPARSITY, OWN_DECAY, OWN_STEPS]


MAKES = Question(("pairs", "triangles and tetrahedra", "pentagons and antiprisms", "something else"))
MADE = {"digon": 0, "triangle": 1, "tetrahedron": 1, "pentagon": 2, "square antiprism": 2}


def most_made(found: Sequence[Group]) -> str:
    """The answer to the question: what most of the groups are."""
    kinds_found = Counter(MADE.get(group.name, 3) for group in found if len(group.features) > 1)
    return MAKES.answers[kinds_found.most_common(1)[0][0]]


def open_group(number: int) -> None:
    """Write the number of a group into its field; only from a callback, before the page runs again."""
    st.session_state[GROUP.key] = number
    forget_note(GROUP.key)


page = start_page("geometry", [INVERSE_DENSITY, SEED, THRESHOLD, GROUP, *OWN])
look = page.look

page.intro(
    f"Another toy problem, larger: **n = {N_FEATURES} features, m = {N_HIDDEN} dimensions**, all equally important "
    "(I = 1). h = W x, x′ = ReLU(Wᵀh + b). **Which directions do the features take?** Every density here was trained "
    "beforehand, from three seeds; the page also trains one of your own."
)
page.symbols("S", "Wᵢ", "|Wᵢ|", "Wᵢ · Wⱼ", "Dᵢ", "D*", "L")

with page.controls(idle=["check"]):
    x = INVERSE_DENSITY.draw()
with page.more_controls():
    seed = SEED.draw()

page.what_you_should_see(
    "- **Dense** (1 / (1 − S) near 1): D\\* = 1, as if thirty features had a dimension each. In truth all 400 have a "
    "little of each: where features are dense and equally important, both lose the same.\n"
    "- **Then tetrahedra, and triangles** (1 / (1 − S) up to 2): four features in three dimensions, Dᵢ = 3/4, "
    "and three in two, Dᵢ = 2/3.\n"
    "- **A plateau near D\\* = 1/2** (0.50 at 2.5, 0.48 at 6): sixty features in thirty antipodal pairs, called "
    "*digons*, each with a dimension to itself. It is not 1/2 exactly because their |Wᵢ|² is a little above 1.\n"
    "- **Pentagons and square antiprisms** (near 8): Dᵢ = 2/5 and 3/8. A square antiprism has eight corners: "
    "two squares, one above the other, turned by 45°.\n"
    "- **Sparser still**: larger groups that have no name, and ever smaller Dᵢ.\n"
    "- The Dᵢ add up to m at every density: no dimension is unused."
)

if not is_whole():
    st.error(
        "The trainings that ship with this page are missing on this server, or damaged, and would take half an hour. "
        "`python -m toymodels.pretrained.make geometry` makes them again.",
        icon=":material/folder_off:",
    )
    page.foot()
    st.stop()

runs = all_runs()
here = runs[(runs["inverse_density"] == x) & (runs["seed"] == seed)].iloc[0]
features = all_features(seed)
run = shipped(x, seed)
W = run.W[0]
S = 1 - 1 / x

if page.section("question"):
    MAKES.ask(page, f"{N_FEATURES} features, {N_HIDDEN} dimensions, 1 / (1 − S) = {x:g}: what do the features make?")

if page.section("curve"):
    page.explanation(
        "**D\\*** counts dimensions per represented feature: m divided by |W|², the sum of all squared lengths |Wᵢ|². "
        "A feature that is represented has a length near 1, so |W|² is about the number of features represented."
    )
    st.markdown(kept(findings.dimensions, W, x))
    figure("curve").vega_lite_chart(
        vega_lite(dimensions_curve, runs, seed, x, look),
        width="stretch",
        alt=f"D* falls from {runs['dimensions_per_feature'].max():.2f} when dense to "
        f"{runs['dimensions_per_feature'].min():.2f} when sparse, with plateaus near 1 and 1/2. At {x:g} it is "
        f"{here['dimensions_per_feature']:.3f}.",
    )

if page.section("strip"):
    drawn = features[(features["inverse_density"] == x) & features["represented"]]["dimensionality"]
    page.explanation(
        "**Dᵢ, the share of a dimension that a feature has for itself, worked out for a digon**: two features in one "
        "dimension, W₁ = 1 and W₂ = −1. Feature 1 fills its direction with |W₁|² = 1. Feature 2 reaches into it with "
        "(Ŵ₁ · W₂)² = (−1)² = 1 as well. So each has half of it:"
    )
    if page.reading:
        st.latex(dimensionality_formula(BY_NAME["digon"].W, 0))
    st.markdown(kept(findings.dimensionalities, W, x))
    figure("strip").vega_lite_chart(
        vega_lite(dimensionality_strip, features, x, look),
        width="stretch",
        alt=f"At 1 / (1 - S) = {x:g} there are {findings.arrangements(arrangements(x, seed))}, and "
        f"{N_FEATURES - len(drawn)} features are not represented. Of all features at all densities, the largest D is "
        f"{features['dimensionality'].max():.3g}.",
    )
    st.caption("A circle is as large as there are features with this Dᵢ. Grey: not represented, |Wᵢ| < 0.5.")

with_graph, with_group = page.section("graph"), page.section("group")
with page.section_controls("graph", "group"):
    threshold = THRESHOLD.draw()
    wanted = GROUP.draw()
found = kept(groups, W, threshold)

joined = any(len(group.features) > 1 for group in found)
number = min(wanted, len(found))
if with_graph and joined:
    MAKES.reveal(page, most_made(found))
    st.markdown(kept(findings.all_groups, W, found))
    draw_groups(run, threshold, found, look, "graph", number, open_group)
if with_group and joined:
    group = found[number - 1]
    opened, spread = st.columns(2, gap="large")
    with opened:
        st.markdown(findings.one_group(number, found))
        draw_group(W, group, number, threshold, look)
    with spread:
        learned = np.flatnonzero(represented(W))
        between = cosines(W)[np.ix_(learned, learned)][np.triu_indices(len(learned), 1)]
        right = findings.near_right_angle(between)
        st.markdown(findings.angles(len(learned), between))
        figure("angles").vega_lite_chart(
            vega_lite(cosine_histogram, between, look, 200 if page.reading else 270),
            width="stretch",
            alt=f"{percent(right)} of all pairs of features are near a right angle, "
            f"{(between <= -0.9).sum()} are opposite.",
        )
if (with_graph or with_group) and not joined:
    st.markdown(findings.nothing_joined(found))

if page.section("seeds"):
    side = runs[runs["inverse_density"] == x]
    draw_table(
        pd.DataFrame(
            {
                "seed": side["seed"],
                "D\\*": side["dimensions_per_feature"].map("{:.3f}".format),
                "features": side["represented"],
                "sum of Dᵢ": [
                    f"{kept(feature_dimensionality, shipped(x, other).W[0]).sum():.2f}" for other in side["seed"]
                ],
                "loss": [with_error(loss, error) for loss, error in zip(side["loss"], side["loss_error"], strict=True)],
                f"groups, from |Wᵢ · Wⱼ| ≥ {INTERFERES:g}": [
                    findings.arrangements(arrangements(x, other)) for other in side["seed"]
                ],
            }
        )
    )
    st.markdown(findings.convergence(*still_moving(), nines(seed)))

if page.section("check"):
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
        f"Trained in {run.seconds:.1f} s: {steps_and_loss(run)} "
        "Shipped weights are rounded to half precision; every number here is that of the rounded weights."
    )
    # The last of the page, so that the rest is there while it trains.
    st.header("Train your own density", anchor="own")
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        own_sparsity = OWN_SPARSITY.draw()
        n = int(OWN_FEATURES.draw())
        m = OWN_HIDDEN.draw()
        decay = OWN_DECAY.draw()
        steps = int(OWN_STEPS.draw())
    own_spec = Autoencoder(n, m, round(1 - own_sparsity, 6), decay)
    own = own_training(own_spec, seed, steps, threshold, look)
    if own is not None:
        own_recipe(page, own, threshold, look)
page.foot()
