"""Slides "0 % / 80 % / 90 % sparsity": five features find their places in two dimensions."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import streamlit as st

from toymodels.analysis.directions import turned_like
from toymodels.analysis.losses import loss_without_superposition
from toymodels.analysis.polytopes import NAMED_WITHIN, Shape, shape
from toymodels.analysis.solution_tracking import BEST_LOSS_RATIO
from toymodels.analysis.weights import REPRESENTED_NORM
from toymodels.app.compute.axis_measures import shapes, upright
from toymodels.app.compute.shared_cache import kept
from toymodels.app.compute.visitor_training import Wanted, all_trained, trained
from toymodels.app.shell.charts import vega_lite
from toymodels.app.shell.controls import EIGHT_SEEDS, FEATURES, IMPORTANCE_DECAY, SEED, SPARSITY, Choice
from toymodels.app.shell.figures import figure
from toymodels.app.shell.page import start_page
from toymodels.app.shell.paper_check import paper_check
from toymodels.app.shell.question import Question
from toymodels.app.shell.take_home import take_home
from toymodels.app.shell.wording import eight_other_seeds, film_note, training_note
from toymodels.app.views.arrow_planes import Plane, arrow_grid
from toymodels.app.views.challenges import CHALLENGES, draw_challenges
from toymodels.app.views.paper_recipe import paper_recipe
from toymodels.app.views.slider_models import slider_models
from toymodels.app.views.sparsity_axis import sparsity_axis
from toymodels.app.views.training_film import film, in_training, key_frames
from toymodels.experiments import Check
from toymodels.experiments import pentagon as claims
from toymodels.experiments.challenges import six_survive
from toymodels.experiments.findings import pentagon as findings
from toymodels.experiments.pentagon import (
    N_HIDDEN,
    pentagon_spec,
    two_digons_loss,
)
from toymodels.experiments.two_dimensions import DENSITIES, SPARSITIES, linear_never_superposes
from toymodels.names import OUTPUT_NAMES, compared, feature_names, percent
from toymodels.plots.gram import gram_with_measures
from toymodels.plots.losses import Series, chances, relative_loss
from toymodels.run import Run
from toymodels.spec import Activation

# The sparsities of the curve, and those of them that are drawn side by side, and the deck's three.
SWEEP = (0.0, 0.2, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 0.99)
DRAWN = (0.0, 0.5, 0.7, 0.8, 0.85, 0.9, 0.95, 0.99)
DECK = (0.0, 0.8, 0.9)

# One or a few steps apart; the film shows some of them.
SNAPSHOTS = 401

OUTPUT: Choice[Activation] = Choice(
    "activation",
    "Output",
    {"ReLU": "relu", "GELU": "gelu", "leaky": "leaky_relu"},
    help="GELU bends smoothly where the ReLU has its corner; the leaky ReLU has slope 0.01 below 0.",
)

CURVES = (
    Series("trained", (1, 0), label_at=0.6, above=False),
    Series("two digons", (7, 4), label_at=0.2, above=True),
    Series("two features", (2, 3), label_at=0.6, above=True),
)


CUT_OFF: dict[Activation, str] = {
    "relu": "the ReLU cuts it off, it is free",
    "gelu": "GELU lets a little of it through",
    "leaky_relu": "the leaky ReLU lets a hundredth of it through",
}

DRAWS = Question(("an orthogonal pair", "two digons", "a pentagon", "something else"))
ANSWER = {"orthogonal pair": 0, "two digons": 1, "pentagon": 2}

page = start_page("pentagon", [SPARSITY, FEATURES, IMPORTANCE_DECAY, OUTPUT, SEED, CHALLENGES, EIGHT_SEEDS])
look = page.look

page.intro(
    "Features of falling importance, Iᵢ = rⁱ⁻¹, have to pass through **two dimensions**: h = W x, x′ = ReLU(Wᵀh + b). "
    "Column Wᵢ is the arrow of feature xᵢ. **Which arrows does the model learn, and how does it arrange them?**"
)
page.symbols("S", "xᵢ", "Iᵢ", "h", "Wᵢ", "b", "x′", "WᵀW", "L")

with page.controls(idle=["sweep", "check"]):
    S = SPARSITY.draw()
with page.controls():
    n = int(FEATURES.draw())
with page.more_controls():
    decay = IMPORTANCE_DECAY.draw()
    activation = OUTPUT.draw()
    with st.container(width=125):
        seed = SEED.draw()

page.what_you_should_see(
    "With five features and r = 0.9, as in the paper:\n"
    "- **S = 0**: the two most important features get a dimension each, at a right angle. The others get no "
    "arrow.\n"
    "- **S = 0.8**: four features share two dimensions as two antipodal pairs. Such a pair is called a *digon*; "
    "two of them make a square. The least important feature is dropped. This is the best arrangement from about "
    "S = 0.46 to 0.84, so the deck's 0.8 lies well inside. Near both ends another one is nearly as good, and the "
    "slider may show it.\n"
    "- **S = 0.9**: all five form a pentagon. Neighbours are only 72° apart and disturb each other: *positive "
    "interference*. It is so rare that keeping the fifth feature is worth it.\n"
    "- **Linear output**: two arrows, at any sparsity.\n"
    "- **GELU output**, smooth and only slightly nonlinear near 0: two digons, and no pentagon even at S = 0.99. A "
    "leaky ReLU does what the ReLU does.\n"
    "- **More features** do not give more corners: for n = 6 a pentagon, which leaves the least important feature out, "
    "has a smaller loss than a hexagon up to about S = 0.98."
)

p = round(1 - S, 6)

names = feature_names(n)
axis = slider_models(page, pentagon_spec(p, n, decay, activation), seed, names)
run = axis.at(p)

# What every other picture of these features is turned and mirrored like.
arrows_above = upright(axis)[SPARSITIES.index(S)]
importances = run.spec.importances
colours = look.importance_colours(importances)
found = kept(shape, run.W[0])
if page.section("question"):
    DRAWS.ask(page, f"{n} features, two dimensions, {percent(S)} zeros: what will it draw?")

if page.section("axis"):
    DRAWS.reveal(page, DRAWS.answers[ANSWER.get(found.name, 3)])
    # The digons' loss by hand is that of a ReLU.
    digons = (
        {}
        if n < 4 or activation != "relu"
        else {"two digons": np.array([two_digons_loss(q, importances) for q in DENSITIES])}
    )
    two_features = np.array([loss_without_superposition(importances, N_HIDDEN, q) for q in DENSITIES])
    sparsity_axis(axis, findings.embedded, {**digons, "two features": two_features}, CURVES, names, look)
    page.small_print(
        f"Drag S: every stop of the slider is a trained model. Of its {run.restarts} starts, among those within "
        f"{percent(BEST_LOSS_RATIO - 1)} of the least loss, you see the one whose arrows move least from one stop "
        "to the next. WᵀW holds the product Wᵢ · Wⱼ of every two arrows: 0 at a right angle, negative where they point "
        "apart, and on the diagonal their squared lengths. Colour follows importance. Embedded are features with an "
        f"arrow of at least {REPRESENTED_NORM:g}, the dashed circle being 1. A shape has a name if every angle between "
        f"two arrows is within {NAMED_WITHIN:g}° of the ideal's; a digon is an antipodal pair."
    )
    draw_challenges(page, lambda: [six_survive(run)])

if page.section("film"):
    alone, linear = all_trained(
        Wanted(pentagon_spec(p, n, decay, output), seed, snapshots=SNAPSHOTS) for output in (activation, "linear")
    )
    st.markdown(findings.in_training(alone, linear))
    assert alone.snapshots is not None
    filmed = kept(in_training, f"{OUTPUT_NAMES[activation]} output", alone, arrows_above)
    film(
        [filmed, kept(in_training, "Linear", linear, filmed.W[-1])],
        alone.snapshots.step[kept(key_frames, alone.snapshots.step)],
        names,
        colours,
        look,
        "film",
        f"{n} features in 2 dimensions at S = {S:g}",
    )
    page.small_print(
        f"Press play to see the arrows find their places. **Slider and film show two of {alone.restarts} starts**: the "
        "film the one that ends with the least loss at this S, the slider one that ends with nearly as little, and "
        "whose arrows move least when you drag S. So a feature may have other neighbours here than above. Both are "
        "turned so that x₁ points to the right, and mirrored to look as alike as they can. Early steps are stretched, "
        "since most happens there. " + film_note(alone)
    )


def shapes_at(sparsities: Sequence[float]) -> list[Shape]:
    """What the arrows form at some of the sparsities."""
    return [shapes(axis)[SPARSITIES.index(s)] for s in sparsities]


if page.section("sweep"):
    st.markdown(findings.sweep(n, shapes_at(DRAWN), DRAWN))
    arrow_grid(
        [Plane(f"S = {s:g}", upright(axis)[SPARSITIES.index(s)]) for s in DRAWN],
        [found.name for found in shapes_at(DRAWN)],
        names,
        colours,
        look,
        "sweep",
        marked=[k for k, s in enumerate(DRAWN) if s in DECK],
    )

if page.section("curve"):
    if activation != "relu":
        st.markdown("The losses by hand are those of a ReLU output. Choose it to compare.")
    elif n < 4:
        st.markdown("Two digons need four features: here there are three.")
    else:
        rows = []
        for s in sorted({*SWEEP, S}):
            loss = float(axis.loss[SPARSITIES.index(s)])
            two = loss_without_superposition(importances, N_HIDDEN, 1 - s)
            for code, expected in (
                ("trained", loss),
                ("two digons", two_digons_loss(1 - s, importances)),
                ("two features", two),
            ):
                rows.append({"S": s, "code": code, "loss": expected, "relative": expected / two})
        finding = findings.superposition_pays(importances, shapes_at(SWEEP), SWEEP)
        st.markdown(
            "Expected loss, at every S as a multiple of *two features*: the two most important are kept, the outputs "
            f"of the others are their average. {finding}"
        )
        if page.reading:
            words, small = st.columns(2, gap="large", vertical_alignment="center")
            words.markdown(
                "**Why sparsity helps.** A feature that is left out is lost whenever it is nonzero, with probability "
                "p = 1 − S. Two features of an antipodal pair disturb each other only when both are nonzero, with "
                f"probability p². Here p = {p:g} and p² = {p * p:.2g}: the sparser the features, the smaller p² is "
                "beside p."
            )
            figure("chances", small).vega_lite_chart(
                vega_lite(chances, S, look),
                width="stretch",
                alt=f"p falls in a straight line from 1 to 0 as S grows, p² much faster. At S = {S:g} p is {p:g} and "
                f"p² is {p * p:.2g}.",
            )
        figure("curve").vega_lite_chart(
            vega_lite(relative_loss, pd.DataFrame(rows), CURVES, S, look),
            width="stretch",
            alt=f"{finding} At S = {S:g} the loss of the trained model is "
            f"{compared(float(run.loss[0]) / loss_without_superposition(importances, N_HIDDEN, p))} that of "
            "two features.",
        )

if page.section("interference"):
    left, right = st.columns([1, 1] if page.reading else [1, 3], gap="large")
    with left:
        page.explanation(
            f"When xᵢ = 1 and nothing else is active, output j receives Wᵢ · Wⱼ + bⱼ before the "
            f"{OUTPUT_NAMES[activation]}. **Blue** is negative interference: {CUT_OFF[activation]}. **Orange** off the "
            "diagonal is positive: it adds to the output where the bias is not negative enough to cancel it."
        )
        st.markdown(
            findings.positive_interference(run) if activation == "relu" else f"**{findings.positive_products(run)}**"
        )
        st.markdown(
            "In a square every other arrow is at a right angle or opposite: no positive interference. Five arrows "
            "cannot avoid it. In a pentagon each has two neighbours, 72° away, with Wᵢ · Wⱼ > 0."
        )
    with right:
        figure("gram").vega_lite_chart(
            vega_lite(gram_with_measures, run.W[0], names, look, 500 if page.reading else 640),
            width="stretch",
            alt=findings.positive_products(run),
        )
        page.small_print(
            "Beside each row, **superposition**: Σ (Ŵᵢ · Wⱼ)² over all other features j, how strongly they together "
            "reach into the direction of feature i; Ŵᵢ is Wᵢ made 1 long. **Dᵢ** = |Wᵢ|² / (|Wᵢ|² + superposition) is "
            "the share of a dimension that the feature has for itself: 1 alone, 1/2 in a pair, 2/5 in a pentagon. A "
            "pair stands twice in WᵀW, as (i, j) and (j, i), and is counted once. Where a cell is too small for its "
            "number, a tap or the pointer tells it."
        )

if page.section("seeds") and page.eight_seeds():
    runs = all_trained(Wanted(pentagon_spec(p, n, decay, activation), other) for other in eight_other_seeds(seed))
    others = [shape(other.W[0]) for other in runs]
    st.markdown(findings.other_seeds(runs, run))
    arrow_grid(
        [Plane(f"seed {other.seed}", turned_like(other.W[0], arrows_above)) for other in runs],
        [other.name for other in others],
        names,
        colours,
        look,
        "eight_seeds",
    )


def decks_claims(one: Run) -> list[Check]:
    """What the deck says of the densities of the curve."""
    return [
        claims.dense_gives_the_top_two_a_dimension_each(one),
        claims.sparser_gives_two_digons(one),
        claims.sparse_gives_the_pentagon(one),
        claims.pentagon_interferes_positively(one),
        claims.each_arrangement_pays_where_it_is_found(one),
    ]


if page.reading:

    def arrows_of_the_deck(one: Run) -> None:
        drawn = [one.W[SWEEP.index(s)] for s in DECK]
        arrow_grid(
            [
                Plane(f"S = {s:g}", turned_like(W, upright(axis)[SPARSITIES.index(s)]))
                for s, W in zip(DECK, drawn, strict=True)
            ],
            [shape(W).name for W in drawn],
            names,
            colours,
            look,
            f"recipe-{id(one)}",
        )

    paper_recipe(
        page,
        pentagon_spec([round(1 - s, 6) for s in SWEEP], n, decay, activation),
        seed,
        lambda: trained(pentagon_spec([round(1 - s, 6) for s in SWEEP], n, decay, activation), seed),
        picture=arrows_of_the_deck,
        claims=decks_claims,
    )

if page.section("check"):
    densities = [round(1 - s, 6) for s in DECK]
    linear = trained(pentagon_spec(densities, n, decay, "linear"), seed)
    paper_check([*decks_claims(axis), linear_never_superposes(linear)])

page.what_this_does_not_show(
    "- Training finds a good arrangement, not always the best. At S = 0.99 with n = 7 and r = 1, most seeds end in a "
    "heptagon, and 2 of 16 in a hexagon, whose loss is 1 % higher.\n"
    "- Two dimensions are easy to see and special: in more of them, other shapes are possible.\n"
    "- A name says that the angles fit. It says nothing of the lengths, which differ with importance.\n"
    "- Which feature sits beside which differs from seed to seed; the loss hardly does.\n"
    "- Losses at different S are not comparable: with sparser features the loss of any code is smaller. We draw "
    "ratios.\n"
    "- Several starts end with nearly the same loss. The slider shows one whose arrows fit those of the sparsities "
    "beside it, the film the best."
)

if page.reading:
    arrows = pd.DataFrame(
        [
            {"S": s, "feature": i + 1, "importance": importances[i], "h1": W[0, i], "h2": W[1, i], "shape": one.name}
            for s, W, one in zip(SPARSITIES, axis.W, shapes(axis), strict=True)
            for i in range(n)
        ]
    )
    take_home("pentagon", run, arrows)
    st.caption(training_note(run, axis=axis))
page.foot()
