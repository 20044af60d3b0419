"""Paper, "The geometry of superposition": pairs of features that are active together, or never."""

from functools import cache

import numpy as np
import pandas as pd
import streamlit as st

from toymodels.analysis.directions import turned, turned_like
from toymodels.app.compute.visitor_training import Wanted, all_trained, trained
from toymodels.app.shell.charts import vega_lite
from toymodels.app.shell.controls import EIGHT_SEEDS, SEED, SPARSITY, SelectSlider
from toymodels.app.shell.figures import figure
from toymodels.app.shell.page import start_page
from toymodels.app.shell.paper_check import paper_check
from toymodels.app.shell.question import Question
from toymodels.app.shell.take_home import take_home
from toymodels.app.shell.wording import eight_other_seeds, training_note
from toymodels.app.views.arrow_planes import Plane, arrow_grid
from toymodels.app.views.sparsity_axis import sparsity_axis
from toymodels.experiments import correlated as claims
from toymodels.experiments.correlated import (
    KINDS,
    MOST_APART,
    N_COLLAPSED,
    N_PLANE,
    Kind,
    over_principal_components,
    pairs,
    pairs_spec,
    partner_cosines,
    sweep_spec,
)
from toymodels.experiments.findings import correlated as findings
from toymodels.experiments.two_dimensions import DENSITIES
from toymodels.names import feature_name, feature_names
from toymodels.plots.correlated import partner_cosine_chart
from toymodels.plots.losses import Series
from toymodels.run import Run

FEATURES = SelectSlider("n", "Features n", (4, 6, 8, 12), 6, help="In pairs, with one dimension for each pair.")

CAPTIONS: dict[Kind, str] = {
    "together": "Active together",
    "independent": "Independent",
    "never together": "Never together",
}

CURVES = (
    Series("trained", (1, 0), label_at=0.8, above=False),
    Series("principal components", (7, 4), label_at=0.3, above=True),
)

LIE = Question(("in one direction", "at a right angle", "in opposite directions"))

page = start_page("correlated", [SPARSITY, FEATURES, SEED, EIGHT_SEEDS])
look = page.look

page.intro(
    "So far every feature came and went by itself. In the world many come together: a face has eyes *and* a nose. "
    "Here features are **pairs of partners**, x₁ with x₂, x₃ with x₄. Partners are active **together**, with values of "
    "their own, or **never** together. **Where does the model put their arrows?**"
)
page.symbols("S", "xᵢ", "h", "Wᵢ", "ReLU", "L")
with page.controls():
    S = SPARSITY.draw()
with page.more_controls(idle=["question", "partners", "collapse", "seeds"]):
    n = int(FEATURES.draw())
with page.more_controls():
    seed = SEED.draw()
page.what_you_should_see(
    "- **Sparse, active together**: partners are at right angles. Interference between them would add to the loss each "
    "time that they are active, so a pair gets an orthogonal basis of its own and shares it with another pair.\n"
    "- **Never together**: partners are opposite. Interference between them never occurs, and the ReLU takes the "
    "negative output away: two features in one dimension, for nothing.\n"
    "- **Denser, active together**: partners have one direction. The model keeps the sum of the two: that is the "
    "first principal component of the pair, the direction in which its data vary most. The change is sudden."
)

p = round(1 - S, 6)


@cache
def in_the_plane() -> dict[Kind, Run]:
    """Two pairs in two dimensions at the page's S, for each kind of data that has this S."""
    kinds = [kind for kind in KINDS if kind != "never together" or p <= MOST_APART]
    runs = all_trained(Wanted(pairs_spec(kind, 4, N_PLANE, p), seed) for kind in kinds)
    return dict(zip(kinds, runs, strict=True))


@cache
def sweep(kind: Kind) -> Run:
    """As many dimensions as pairs, at all densities."""
    return trained(sweep_spec(kind, n), seed)


@cache
def cosines() -> pd.DataFrame:
    """Cosine between partners, one row for each pair, density and kind of data."""
    return pd.DataFrame(
        [
            {
                "density": density,
                "cosine": float(cosine),
                "kind": kind,
                "pair": f"{feature_name(first)} and {feature_name(second)}",
            }
            for kind in KINDS
            for density, found in zip(sweep(kind).spec.densities, partner_cosines(sweep(kind).W), strict=True)
            for (first, second), cosine in zip(pairs(n), found, strict=True)
        ]
    )


@cache
def collapsed() -> Run:
    """Three pairs that are active together in two dimensions, at every stop of the slider."""
    return trained(pairs_spec("together", N_COLLAPSED, N_PLANE, DENSITIES), seed, tracked=True)


if page.section("question"):
    LIE.ask(page, f"x₁ and x₂ are always active together, at S = {S:g}. How will their arrows lie?")

if page.section("partners"):
    cosine = float(partner_cosines(in_the_plane()["together"].W[0]).mean())
    LIE.reveal(page, LIE.answers[0 if cosine > 0.5 else 1 if cosine > -0.5 else 2])
    st.markdown(findings.partners(in_the_plane()))
    arrow_grid(
        [Plane(CAPTIONS[kind], turned(run.W[0])) for kind, run in in_the_plane().items()],
        [f"partners at {findings.angles(run)}" for run in in_the_plane().values()],
        feature_names(4),
        look.importance_colours(np.ones(4)),
        look,
        "partners",
    )
    page.small_print(
        "Two pairs in two dimensions, all features of the same importance. Each plane is turned so that x₁ points to "
        "the right."
    )

if page.section("sweep"):
    st.markdown(findings.sweep(sweep("together"), sweep("never together")))
    figure("cosines").vega_lite_chart(
        vega_lite(partner_cosine_chart, cosines(), KINDS, look),
        width="stretch",
        alt="Cosine between partners against density, mean of the pairs: "
        + "; ".join(
            f"{kind} " + ", ".join(f"{mean:.2f} at {density:g}" for density, mean in findings.means(sweep(kind)))
            for kind in KINDS
        )
        + ".",
    )
    page.small_print(
        f"{n} features in {n // 2} dimensions. Cosine 1: one direction. 0: a right angle. −1: opposite. Partners "
        "that are never together take turns, so neither can be active in more than half of the inputs: "
        f"1 − S ≤ {MOST_APART:g}."
    )

if page.section("collapse"):
    page.explanation(
        "Three pairs in two dimensions: there is no room for a basis each. Dense, the model has one direction for each "
        "pair, as principal component analysis. The sparser the features, the more pairs open up."
    )
    ratio = over_principal_components(collapsed())
    sparsity_axis(
        collapsed(),
        findings.collapse,
        {"principal components": collapsed().loss / ratio},
        CURVES,
        feature_names(N_COLLAPSED),
        look,
        "principal components",
    )

if page.section("seeds") and page.eight_seeds():
    runs = all_trained(Wanted(pairs_spec("together", 4, N_PLANE, p), other) for other in eight_other_seeds(seed))
    st.markdown(findings.other_seeds([partner_cosines(run.W[0]) for run in runs]))
    arrow_grid(
        [Plane(f"seed {run.seed}", turned_like(run.W[0], turned(in_the_plane()["together"].W[0]))) for run in runs],
        [findings.angles(run) for run in runs],
        feature_names(4),
        look.importance_colours(np.ones(4)),
        look,
        "eight_seeds",
    )

if page.section("check"):
    paper_check(
        [
            claims.sparse_partners_are_at_right_angles(sweep("together")),
            claims.denser_partners_share_a_direction(sweep("together")),
            claims.features_that_are_never_together_are_opposite(sweep("never together")),
            claims.dense_is_principal_components(collapsed()),
            claims.sparse_pairs_keep_both_features(collapsed()),
        ]
    )

page.what_this_does_not_show(
    "- Correlations in data are mostly partial: features that often come together, and not always.\n"
    "- Groups of more than two features. In the paper, two groups of ten have a nearly orthogonal basis each.\n"
    "- Where features are never together and very sparse, all arrangements lose next to nothing, and training may end "
    "in any of them."
)

if page.reading:
    run = sweep("together")
    take_home("correlated", run, cosines())
    st.caption(training_note(run))
page.foot()
