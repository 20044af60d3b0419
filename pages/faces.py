"""Slides "Toy problem": a face of four features is squeezed through two dimensions and drawn again."""

from functools import cache

import numpy as np
import pandas as pd
import streamlit as st

from toymodels.analysis.directions import antipodal_pairs, turned
from toymodels.analysis.polytopes import shape
from toymodels.app.compute.visitor_training import trained
from toymodels.app.shell.controls import ACTIVATION, EIGHT_SEEDS, SEED, SPARSITY, Slider
from toymodels.app.shell.page import start_page
from toymodels.app.shell.paper_check import paper_check
from toymodels.app.shell.question import Question
from toymodels.app.shell.take_home import take_home
from toymodels.app.shell.wording import eight_other_seeds, training_note
from toymodels.app.views.arrow_planes import Plane, arrow_grid
from toymodels.app.views.faces import ShownCode, face_codes
from toymodels.app.views.paper_recipe import paper_recipe
from toymodels.data import sample_features
from toymodels.experiments import faces as claims
from toymodels.experiments.faces import (
    IMPORTANCE,
    codes_by_hand,
    face_spec,
)
from toymodels.experiments.findings import faces as findings
from toymodels.experiments.two_dimensions import linear_never_superposes, superposition_pays_from
from toymodels.names import FACE_FEATURES, compared
from toymodels.plots.losses import Series, relative_loss
from toymodels.run import Run
from toymodels.spec import Activation

# The sparsities at which the curve is trained.
SWEEP = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99)

# Those of them whose arrows stand beside the paper's recipe.
BESIDE_THE_RECIPE = (0.0, 0.5, 0.8, 0.95)

IMPORTANCES = [
    Slider(f"I_{feature}", feature.capitalize(), 0.05, 1.0, 0.05, default)
    for feature, default in zip(FACE_FEATURES, IMPORTANCE, strict=True)
]

CURVES = (
    Series("trained", (1, 0), label_at=0.3, above=False),
    Series("four arrows", (7, 4), label_at=0.2, above=True),
    Series("two features", (2, 3), label_at=0.6, above=True),
)

KEEPS = Question(("two or fewer", "three", "all four"))

page = start_page("faces", [SPARSITY, ACTIVATION, SEED, *IMPORTANCES, EIGHT_SEEDS])
look = page.look

page.intro(
    "A face is four numbers, X = [x₁, x₂, x₃, x₄]: the sizes of **eyes, nose, lips and head**. It has to pass through "
    "only two, H = [h₁, h₂], and is drawn again from these: h = W x, x' = ReLU(Wᵀh + b). **What should H keep?**"
)

with page.controls():
    S = SPARSITY.draw()
    activation = ACTIVATION.draw()
with page.more_controls():
    seed = SEED.draw()
with page.controls().popover("Importance", help="How much each feature weighs in the loss."):
    importance = [control.draw() for control in IMPORTANCES]
    st.latex(r"L = \sum_x \sum_i I_i\,(x_i - x'_i)^2")
better_from = superposition_pays_from(importance, activation)
page.what_you_should_see(
    "- **Dense faces** (S near 0): the trained code is the first one. Eyes and nose get a dimension each. Lips and "
    "head get none: their outputs are the same for every face, their average.\n"
    f"- **Sparse faces** ({f'S above {better_from:.2f}' if better_from is not None else 'with ReLU'}): the loss is "
    "smallest with all four kept, as two antipodal pairs. Drag one feature: the output of its partner, whose arrow "
    "points the opposite way, would be negative, and the ReLU makes it 0.\n"
    "- Drag **both** features of a pair: the smaller one is lost. That is interference. It is rare when faces "
    "are sparse.\n"
    "- **Linear output**: negative outputs stay, and keeping four is never better than keeping two."
)

p = round(1 - S, 6)
run = trained(face_spec(p, importance, activation), seed)
two, four = codes_by_hand(p, importance, activation)

kept = claims.embedded(run.W[0])
pairs = antipodal_pairs(run.W[0])
times = run.loss[0] / two.loss

if page.section("question"):
    KEEPS.ask(page, f"S = {S:g}: how many of the four features will the trained code keep?")

with_codes, with_samples = page.section("codes"), page.section("samples")
if with_codes:
    KEEPS.reveal(page, KEEPS.answers[max(0, len(kept) - 2)])
    st.markdown(findings.kept(run, two.loss))
if with_codes or with_samples:
    # On arrival two features of different pairs: a typical sparse face, which two arrows of the code can tell apart.
    arrival = (0.8, 0, 0, 0.7) if (0, 3) not in pairs else (0.8, 0, 0.7, 0)
    samples = sample_features((p,), len(FACE_FEATURES), 8, np.random.default_rng(seed))[0]
    codes = [
        ShownCode("Two features", "H = [x₁, x₂]", two.W, two.b),
        ShownCode("Four arrows, by hand", "two antipodal pairs", four.W, four.b),
        ShownCode("Trained", "found by gradient descent", turned(run.W[0]), run.b[0], trained=True),
    ]
    face_codes(
        codes,
        arrival,
        importance,
        samples if with_samples else [],
        f"Eight faces at S = {S:g}, and what the trained code gives back",
        activation == "relu",
        look,
        with_codes=with_codes,
    )


@cache
def sweep(output: Activation) -> Run:
    """The four features at every sparsity of the curve."""
    return trained(face_spec([round(1 - s, 6) for s in SWEEP], importance, output), seed)


@cache
def losses() -> pd.DataFrame:
    """Of the three codes, along the curve and at this S."""
    rows = []
    for s, loss in sorted([*zip(SWEEP, sweep(activation).loss.tolist(), strict=True), (S, float(run.loss[0]))]):
        codes = codes_by_hand(round(1 - s, 6), importance, activation)
        measure = codes[0].loss
        rows.append({"S": s, "code": "trained", "loss": loss, "relative": loss / measure})
        rows += [
            {"S": s, "code": code.name, "loss": code.loss, "relative": code.loss / measure} for code in reversed(codes)
        ]
    return pd.DataFrame(rows)


if page.section("curve"):
    finding = findings.four_arrows_pay(better_from)
    st.markdown(
        f"Expected loss of the three codes, at every S as a multiple of *two features*. {finding}. Gradient descent "
        "finds whichever is better, or something better than both."
    )
    st.altair_chart(
        relative_loss(losses(), CURVES, S, look),
        width="stretch",
        alt=f"{finding.replace('*', '')}. At S = {S:g} the loss of the trained code is {compared(times)} that of two.",
    )

if page.section("seeds") and page.eight_seeds():
    runs = [trained(face_spec(p, importance, activation), other) for other in eight_other_seeds(seed)]
    st.markdown(findings.other_seeds(runs, run))
    arrow_grid(
        [Plane(f"seed {other.seed}", turned(other.W[0])) for other in runs],
        [shape(other.W[0]).name for other in runs],
        FACE_FEATURES,
        look.importance_colours(importance),
        look,
        "eight_seeds",
    )

if page.reading:

    def arrows_of_the_sweep(one: Run) -> None:
        drawn = [one.W[SWEEP.index(s)] for s in BESIDE_THE_RECIPE]
        arrow_grid(
            [Plane(f"S = {s:g}", turned(W)) for s, W in zip(BESIDE_THE_RECIPE, drawn, strict=True)],
            [shape(W).name for W in drawn],
            FACE_FEATURES,
            look.importance_colours(importance),
            look,
            f"recipe_{id(one)}",
        )

    paper_recipe(
        page,
        face_spec([round(1 - s, 6) for s in SWEEP], importance, activation),
        seed,
        lambda: sweep(activation),
        picture=arrows_of_the_sweep,
        claims=lambda one: [
            claims.dense_keeps_the_most_important(one),
            claims.sparse_makes_two_antipodal_pairs(one.W[SWEEP.index(0.95)], 0.95, activation),
            claims.never_worse_than_by_hand(one),
        ],
    )

if page.section("check"):
    paper_check(
        [
            claims.dense_keeps_the_most_important(sweep(activation)),
            claims.sparse_makes_two_antipodal_pairs(run.W[0], S, activation),
            claims.never_worse_than_by_hand(sweep(activation)),
            linear_never_superposes(sweep("linear")),
        ]
    )

page.what_this_does_not_show(
    "- Real networks have no named features; here we chose them, and made them independent of one another.\n"
    "- Losses at different S are not comparable: with sparser faces the loss of any code is smaller. We draw ratios.\n"
    "- The plane may be turned freely without changing the loss. We turn it so that eyes point to the right."
)

if page.reading:
    take_home("faces", run, losses())
    st.caption(training_note(run))
page.foot()
