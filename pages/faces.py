"""Slides "Toy problem": a face of four features is squeezed through two dimensions and drawn again."""

import numpy as np
import pandas as pd
import streamlit as st

from toymodels.app.controls import ACTIVATION, EIGHT_SEEDS, SEED, SPARSITY, Slider
from toymodels.app.face_stage import StagedCode, face_stage
from toymodels.app.frame import foot, frame
from toymodels.app.paper_check import paper_check
from toymodels.app.planes import Plane, arrow_grid
from toymodels.app.take_home import take_home
from toymodels.app.trainings import trained
from toymodels.charts.relative_loss import Series, relative_loss
from toymodels.claims import faces as claims
from toymodels.data import sample_features
from toymodels.faces import FEATURES, IMPORTANCE, face_spec, hand_made, superposition_pays_from
from toymodels.geometry import antipodal_pairs, shape, turned

# The sparsities at which the curve is trained.
LADDER = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99)

IMPORTANCES = [
    Slider(f"I_{feature}", feature.capitalize(), 0.05, 1.0, 0.05, default)
    for feature, default in zip(FEATURES, IMPORTANCE, strict=True)
]

CURVES = (
    Series("trained", (1, 0), label_at=0.3, above=False),
    Series("four arrows", (7, 4), label_at=0.2, above=True),
    Series("two features", (2, 3), label_at=0.8, above=True),
)

TITLE = "A face through a bottleneck"

look = frame(TITLE, [SPARSITY, ACTIVATION, SEED, *IMPORTANCES, EIGHT_SEEDS])

st.markdown(
    "A face is four numbers, X = [x₁, x₂, x₃, x₄]: the sizes of **eyes, nose, lips and head**. It has to pass through "
    "only two, H = [h₁, h₂], and is drawn again from these: h = W x, x' = ReLU(Wᵀh + b). **What should H keep?**"
)

with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
    S = SPARSITY.draw()
    activation = ACTIVATION.draw()
    seed = SEED.draw()
    with st.popover("Importance", help="How much each feature weighs in the loss."):
        importance = [control.draw() for control in IMPORTANCES]
        st.latex(r"L = \sum_x \sum_i I_i\,(x_i - x'_i)^2")
pays = superposition_pays_from(importance, activation)
with st.expander("What you should see"):
    st.markdown(
        "- **Dense faces** (S near 0): the trained code is the first one. Eyes and nose get a dimension each; lips and "
        "head are answered by their average.\n"
        f"- **Sparse faces** ({f'S above {pays:.2f}' if pays is not None else 'with ReLU'}): it pays to keep all four, "
        "as two antipodal pairs. Drag one feature: its partner points the other way, and the ReLU cuts the negative "
        "echo off.\n"
        "- Drag **both** features of a pair: the smaller one is lost. That is interference. It is rare when faces "
        "are sparse.\n"
        "- **Linear output**: the echo is not cut off, and four arrows never pay."
    )

p = round(1 - S, 6)
run = trained(face_spec(p, importance, activation), seed)
two, four = hand_made(p, importance, activation)

kept = claims.embedded(run.W[0])
pairs = antipodal_pairs(run.W[0])
times = run.loss[0] / two.loss
st.markdown(
    f"At **S = {S:g}** (a feature is there with probability 1 − S = {p:g}) the trained code keeps **{len(kept)} of 4 "
    f"features in 2 dimensions** ({claims.named(kept)})"
    + (f", {len(pairs)} antipodal {'pair' if len(pairs) == 1 else 'pairs'}" if pairs else "")
    + f". Its loss is **{times:.3g} times** that of keeping eyes and nose alone."
)

# On arrival two features of different pairs: a typical sparse face, which two arrows of the code can tell apart.
arrival = (0.8, 0, 0, 0.7) if (0, 3) not in pairs else (0.8, 0, 0.7, 0)
samples = sample_features((p,), len(FEATURES), 8, np.random.default_rng(seed))[0]
face_stage(
    [
        StagedCode("Two features", "H = [x₁, x₂]", two.W, two.b),
        StagedCode("Four arrows, by hand", "two antipodal pairs", four.W, four.b),
        StagedCode("Trained", "found by gradient descent", turned(run.W[0]), run.b[0], trained=True),
    ],
    arrival,
    importance,
    samples,
    f"Eight faces at S = {S:g}, and what the trained code gives back",
    activation == "relu",
    look,
)

st.subheader("Where does superposition start to pay?")
ladder = trained(face_spec([round(1 - s, 6) for s in LADDER], importance, activation), seed)
rows = []
for s, loss in sorted([*zip(LADDER, ladder.loss.tolist(), strict=True), (S, float(run.loss[0]))]):
    codes = hand_made(round(1 - s, 6), importance, activation)
    measure = codes[0].loss
    rows.append({"S": s, "code": "trained", "loss": loss, "relative": loss / measure})
    rows += [
        {"S": s, "code": code.name, "loss": code.loss, "relative": code.loss / measure} for code in reversed(codes)
    ]
table = pd.DataFrame(rows)
finding = (
    f"From **S = {pays:.2f}** on, four arrows cost less" if pays is not None else "Four arrows never cost less here"
)
st.markdown(
    f"Expected loss of the three codes, at every S as a multiple of *two features*. {finding}; gradient descent finds "
    "whichever is better, or something better than both."
)
st.altair_chart(
    relative_loss(table, CURVES, S, look),
    width="stretch",
    alt=f"{finding.replace('*', '')} than keeping two features. At S = {S:g} the trained code has {times:.3g} times "
    "their loss.",
)

st.subheader("Is that real, or a lucky seed?")
if EIGHT_SEEDS.draw():
    seeds = range(seed + 1, seed + 9)
    runs = [trained(face_spec(p, importance, activation), other) for other in seeds]
    found = sum(claims.two_antipodal_pairs(other.W[0]) for other in runs)
    losses = [float(other.loss[0]) for other in runs]
    st.markdown(
        f"**{found} of 8** other seeds end in two antipodal pairs. Their losses run from {min(losses):.3g} to "
        f"{max(losses):.3g}; the one above has {run.loss[0]:.3g}. Pictures are turned: eyes point to the right."
    )
    arrow_grid(
        [Plane(f"seed {other.seed}", turned(other.W[0])) for other in runs],
        [shape(other.W[0]).name for other in runs],
        FEATURES,
        look.importance_colours(importance),
        look,
        "eight_seeds",
    )

linear = trained(face_spec([round(1 - s, 6) for s in LADDER], importance, "linear"), seed)
paper_check(
    [
        claims.dense_keeps_the_most_important(ladder),
        claims.sparse_makes_two_antipodal_pairs(run.W[0], S, activation),
        claims.never_worse_than_by_hand(ladder),
        claims.linear_never_superposes(linear),
    ]
)

with st.expander("What this does not show"):
    st.markdown(
        "- Real networks have no named features; here we chose them, and made them independent of one another.\n"
        "- Losses at different S are not comparable: sparser faces are cheaper for any code. We draw ratios.\n"
        "- The plane may be turned freely without changing the loss. We turn it so that eyes point to the right."
    )

take_home("faces", run, table)
st.caption(
    f"Trained in {run.seconds:.2f} s: {run.steps} steps from {run.restarts} starts, the best kept. "
    f"Loss {run.loss[0]:.3g} ± {run.loss_error[0]:.1g} on held-out faces."
)
foot(TITLE)
