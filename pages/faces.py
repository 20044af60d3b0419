"""Slides "Toy problem": a face of four features is squeezed through two dimensions and drawn again."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import streamlit as st

from toymodels.analysis.directions import turned_like
from toymodels.analysis.polytopes import shape
from toymodels.analysis.solution_tracking import BEST_LOSS_RATIO
from toymodels.app.compute.axis_measures import upright
from toymodels.app.compute.visitor_training import Wanted, all_trained, trained
from toymodels.app.shell.controls import ACTIVATION, EIGHT_SEEDS, SEED, SPARSITY, Slider
from toymodels.app.shell.page import start_page
from toymodels.app.shell.paper_check import paper_check
from toymodels.app.shell.question import Question
from toymodels.app.shell.take_home import take_home
from toymodels.app.shell.wording import eight_other_seeds, training_note
from toymodels.app.views.arrow_planes import Plane, arrow_grid
from toymodels.app.views.faces import CodeByHand, face_codes
from toymodels.app.views.paper_recipe import paper_recipe
from toymodels.app.views.slider_models import slider_models
from toymodels.app.views.sparsity_axis import sparsity_axis
from toymodels.arrays import Array
from toymodels.experiments import faces as claims
from toymodels.experiments.faces import (
    IMPORTANCE,
    codes_by_hand,
    face_spec,
)
from toymodels.experiments.findings import faces as findings
from toymodels.experiments.two_dimensions import DENSITIES, SPARSITIES, linear_never_superposes, superposition_pays_from
from toymodels.names import FACE_FEATURES, percent
from toymodels.plots.losses import Series
from toymodels.run import Run
from toymodels.spec import Activation

# The sparsities that the paper's recipe trains as well.
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

# Titles of the two codes that one would write by hand.
BY_HAND = ("Two features", "Four arrows, by hand")

KEEPS = Question(("two or fewer", "three", "all four"))

page = start_page("faces", [SPARSITY, ACTIVATION, SEED, *IMPORTANCES, EIGHT_SEEDS])
look = page.look

page.intro(
    "A face is four numbers, its **features** x = [x₁, x₂, x₃, x₄]: the sizes of **eyes, nose, lips and head**. It has "
    "to pass through only two, h = W x = [h₁, h₂], and is drawn again from these: x′ = ReLU(Wᵀh + b). The ReLU makes "
    "negative numbers 0. W and b together are a **code**; training finds one. **What should h keep?**"
)
page.symbols("S", "xᵢ", "Iᵢ", "h", "Wᵢ", "Wᵀ", "b", "x′", "ReLU", "L")

with page.controls():
    S = SPARSITY.draw()
    activation = ACTIVATION.draw()
with page.more_controls():
    seed = SEED.draw()
with page.more_controls("Importance"):
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

axis = slider_models(page, face_spec(p, importance, activation), seed, FACE_FEATURES)
run = axis.at(p)
codes = [codes_by_hand(q, importance, activation) for q in DENSITIES]
kept = claims.embedded(run.W[0])

if page.section("question"):
    KEEPS.ask(page, f"S = {S:g}: how many of the four features will the trained code keep?")

with_codes, with_samples = page.section("codes"), page.section("samples")
if with_codes:
    KEEPS.reveal(page, KEEPS.answers[max(0, len(kept) - 2)])
if with_codes or with_samples:
    by_hand = [
        CodeByHand(title, codes[0][k].W, np.array([one[k].b for one in codes])) for k, title in enumerate(BY_HAND)
    ]
    face_codes(by_hand, axis, findings.kept, look, with_codes, with_samples)
    page.small_print(
        "Loss: that of this one face, Σ Iᵢ (xᵢ − x′ᵢ)², each squared error weighted by the importance of its feature. "
        "What is trained is its average over all faces. A feature without an arrow comes back as its average. "
        "Opposite arrows cancel: of a face with both features of a pair, only their difference comes back."
    )


def at_all(sparsities: Sequence[float], output: Activation) -> Run:
    """The four features at several sparsities, from the best of all starts."""
    return trained(face_spec([round(1 - s, 6) for s in sparsities], importance, output), seed)


if page.section("curve"):
    finding = findings.four_arrows_pay(better_from)
    st.markdown(
        f"Expected loss of the three codes, at every S as a multiple of *two features*. {finding}. Gradient descent "
        "finds whichever is better, or something better than both."
    )
    losses_by_hand: dict[str, Array] = {
        code.name: np.array([one[k].loss for one in codes]) for k, code in enumerate(codes[0])
    }
    sparsity_axis(axis, None, losses_by_hand, CURVES, FACE_FEATURES, look)
    page.small_print(
        f"Drag S: every stop of the slider is a trained code. Of its {run.restarts} starts, among those within "
        f"{percent(BEST_LOSS_RATIO - 1)} of the least loss, you see the one whose arrows move least from one stop "
        "to the next. A digon is an antipodal pair."
    )

if page.section("seeds") and page.eight_seeds():
    runs = all_trained(Wanted(face_spec(p, importance, activation), other) for other in eight_other_seeds(seed))
    st.markdown(findings.other_seeds(runs, run))
    arrow_grid(
        [Plane(f"seed {other.seed}", turned_like(other.W[0], upright(axis)[SPARSITIES.index(S)])) for other in runs],
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
            [
                Plane(f"S = {s:g}", turned_like(W, upright(axis)[SPARSITIES.index(s)]))
                for s, W in zip(BESIDE_THE_RECIPE, drawn, strict=True)
            ],
            [shape(W).name for W in drawn],
            FACE_FEATURES,
            look.importance_colours(importance),
            look,
            f"recipe-{id(one)}",
        )

    paper_recipe(
        page,
        face_spec([round(1 - s, 6) for s in SWEEP], importance, activation),
        seed,
        lambda: at_all(SWEEP, activation),
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
            claims.dense_keeps_the_most_important(axis),
            claims.sparse_makes_two_antipodal_pairs(run.W[0], S, activation),
            claims.never_worse_than_by_hand(axis),
            linear_never_superposes(at_all(SWEEP, "linear")),
        ]
    )

page.what_this_does_not_show(
    "- Real networks have no named features; here we chose them, and made them independent of one another.\n"
    "- Losses at different S are not comparable: with sparser faces the loss of any code is smaller. We draw ratios.\n"
    "- The plane may be turned freely without changing the loss. We turn it so that eyes point to the right."
)

if page.reading:
    losses = pd.DataFrame(
        [
            {"S": s, "code": name, "loss": loss, "relative": loss / two_features.loss}
            for s, trained_loss, (two_features, four_arrows) in zip(SPARSITIES, axis.loss, codes, strict=True)
            for name, loss in (
                ("trained", float(trained_loss)),
                (four_arrows.name, four_arrows.loss),
                (two_features.name, two_features.loss),
            )
        ]
    )
    take_home("faces", run, losses)
    st.caption(training_note(run, axis=axis))
page.foot()
