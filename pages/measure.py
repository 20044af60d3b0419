"""Slides "Can we quantify superposition?" and "Space for scribbles": any W, and its superposition in numbers."""

import numpy as np
import pandas as pd
import streamlit as st

from toymodels.analysis.losses import loss_without_superposition
from toymodels.analysis.polytopes import polytope_edges, shape
from toymodels.analysis.weights import feature_dimensionality, gram, represented, superposition_if_represented
from toymodels.app.compute.shared_cache import kept
from toymodels.app.compute.visitor_training import Wanted, all_trained, trained
from toymodels.app.shell.charts import vega_lite
from toymodels.app.shell.controls import ACTIVATION, EIGHT_SEEDS, SEED, SPARSITY, Whole, importance_decay
from toymodels.app.shell.figures import figure
from toymodels.app.shell.matrix_control import MatrixText
from toymodels.app.shell.matrix_text import MAX_FEATURES, MAX_HIDDEN
from toymodels.app.shell.page import start_page
from toymodels.app.shell.paper_check import paper_check
from toymodels.app.shell.question import Question
from toymodels.app.shell.take_home import take_home
from toymodels.app.shell.wording import eight_other_seeds, film_note, training_note
from toymodels.app.views.arrow_drawing import arrow_drawing
from toymodels.app.views.arrow_planes import Plane, arrow_grid
from toymodels.app.views.challenges import CHALLENGES, draw_challenges
from toymodels.app.views.formulas import dimensionality_formula, superposition_formula
from toymodels.app.views.space import space
from toymodels.app.views.sparsity_axis import sparsity_axis
from toymodels.app.views.training_film import Reel, film
from toymodels.arrays import Array
from toymodels.experiments import measure as claims
from toymodels.experiments.challenges import Challenge, beat_gradient_descent, two_fifths_each
from toymodels.experiments.findings import measure as findings
from toymodels.experiments.two_dimensions import DENSITIES
from toymodels.names import FACE_FEATURES, feature_names, scientific, with_error
from toymodels.plots.gram import gram_with_measures, short
from toymodels.plots.losses import Series
from toymodels.snippets import snippet_by_hand
from toymodels.spec import Autoencoder

# Three times the usual: an arrangement that is hardly unstable takes long to leave.
STEPS = 1000
FRAMES = 61

CURVES = (
    Series("trained", (1, 0), label_at=0.6, above=False),
    Series("your W", (7, 4), label_at=0.2, above=True),
    Series("two features", (2, 3), label_at=0.6, above=True),
)

GETS = Question(("less than half of one", "half of one", "more than half, less than one", "a whole one"))

W_TEXT = MatrixText(
    "W", "W, one row per hidden dimension, one column per feature",
    help=f"Numbers with spaces or commas; up to {MAX_HIDDEN} rows of up to {MAX_FEATURES}. Ctrl + Enter, or a click "
    "elsewhere, takes them. NumPy's brackets may stay.",
)  # fmt: skip
FEATURE = Whole("feature", "Feature i", 1, MAX_FEATURES, 1)
IMPORTANCE_DECAY = importance_decay(0.5, 0.05, 1.0)


def vector(values: Array) -> str:
    """Numbers as the deck writes them: (1, 0, −1, 0)."""
    return f"({', '.join(short(value) for value in values)})"


page = start_page("measure", [W_TEXT, ACTIVATION, FEATURE, SPARSITY, IMPORTANCE_DECAY, SEED, CHALLENGES, EIGHT_SEEDS])
look = page.look

page.intro(
    "W turns a face x into h = W x; column Wᵢ is the direction of feature i in h, its arrow. |Wᵢ| is its length, and "
    "Ŵᵢ = Wᵢ / |Wᵢ| has the same direction and length 1. **Write or draw a W of your own**, and three things say how "
    "much superposition is in it: WᵀW, which holds the products of all arrows; the **superposition measure** of a "
    "feature, how strongly the others reach into its direction; and the number of dimensions Dᵢ that it gets."
)
page.symbols("S", "h", "Wᵢ", "|Wᵢ|", "Ŵᵢ", "WᵀW", "Dᵢ", "b", "L₁")

# In a talk the field is in the popover beside the heading.
typing, choosing = st.columns([3, 2], gap="large") if page.reading else [page.more_controls()] * 2
with typing:
    W = W_TEXT.draw()
with choosing:
    W_TEXT.draw_arrangements(W)
    W_TEXT.draw_loader()
with page.controls(idle=["question", "drawing", "formulas"]):
    activation = ACTIVATION.draw()
with page.controls(idle=["question", "drawing", "formulas", "inverse"]):
    S = SPARSITY.draw()
with page.more_controls(idle=["question", "formulas", "inverse"]):
    decay = IMPORTANCE_DECAY.draw()
with page.more_controls(idle=["question", "drawing", "formulas", "inverse"]):
    seed = SEED.draw()

page.what_you_should_see(
    "- **The deck's W**: WᵀW is 1 on the diagonal and −1 within each pair. Every feature shares its direction "
    "with one other, so its superposition measure is 1 and it gets half a dimension. Four times 1/2 is m = 2.\n"
    "- **Drag one arrow** off its line: it now disturbs the other pair as well, and the numbers of all four move.\n"
    "- **Regular polytopes** have simple fractions: triangle 2/3, pentagon 2/5, tetrahedron 3/4, square antiprism "
    "3/8. Their Dᵢ add up to m. No W can have more.\n"
    "- **ReLU** sets negative interference to 0, so the deck's W has an exact inverse. The pentagon, whose "
    "neighbours have positive products, has none.\n"
    "- **Gradient descent** keeps an arrangement that has a small loss at this sparsity, and leaves any other: make "
    "the faces dense (S near 0), or the output linear, and the square changes."
)

n_hidden, n = W.shape
names = list(FACE_FEATURES) if n == len(FACE_FEATURES) else feature_names(n)
p = round(1 - S, 6)
spec = Autoencoder(n, n_hidden, p, decay, activation)
start = kept(claims.by_hand, spec, W, seed)
colours = look.importance_colours(spec.importances)
measure, dimensionality = claims.superposition_of_represented(W), feature_dimensionality(W)
total, learned = float(dimensionality.sum()), int(represented(W).sum())

if page.section("question"):
    GETS.ask(page, "How many dimensions does one feature of this W get, on average?")

# Width in pixels that the drawing leaves for the numbers beside it.
width = 520 if n_hidden in (2, 3) else 820

if page.section("drawing"):
    GETS.reveal(page, GETS.answers[int(np.searchsorted((0.495, 0.505, 0.995), dimensionality.mean()))])
    st.markdown(findings.measures(W))

    picture, numbers = st.columns([2, 3], gap="large") if n_hidden in (2, 3) else (None, st.container())
    if picture:
        rounded = np.round(W, 3) + 0.0
        says = "Arrows of features: " + "; ".join(
            f"{name} ({', '.join(f'{value:g}' for value in column)})"
            for name, column in zip(names, rounded.T, strict=True)
        )
        with picture:
            if n_hidden == 2:
                arrow_drawing(W, names, colours, look, f"{says}.", W_TEXT.set)
            else:
                space([W], names, colours, look, "space", f"{says}.", polytope_edges(W))
    with numbers:
        figure("gram").vega_lite_chart(
            vega_lite(gram_with_measures, W, names, look, width),
            width="stretch",
            alt=f"Superposition measure {claims.span(measure)}, dimensions per feature {claims.span(dimensionality)}, "
            f"in sum {total:.3g} of {n_hidden}, beside the products of all features.",
        )
        st.caption(
            "Orange is positive, blue negative; colours stop at ±1, the numbers do not. Where a cell is too small for "
            "its number, a tap or the pointer tells it. A digon is a pair of features "
            "that point opposite ways. The paper's notebook draws the "
            "square root of the superposition measure; we follow the slide."
            + ("" if picture else f" Arrows are drawn for m = 2 and m = 3; this W has m = {n_hidden}.")
        )


def asked() -> list[Challenge]:
    """The challenges of this page, on this W."""
    return [two_fifths_each(W), beat_gradient_descent(start, trained(spec, seed, restarts=1))]


draw_challenges(page, asked)

if page.section("formulas"):
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        with st.container(width=160):
            i = min(FEATURE.draw(), n) - 1
        st.markdown(f"Feature {i + 1} of {n}: **{names[i]}**")
    st.latex(superposition_formula(W, i))
    st.latex(dimensionality_formula(W, i))

if page.section("inverse"):
    errors = claims.one_hot_errors(W, activation)
    st.markdown(findings.inverse(W, activation))
    back = pd.DataFrame(
        {
            "x": names,
            "h = W x": [vector(column) for column in W.T],
            "Wᵀh": [vector(row) for row in gram(W)],
            f"x′ = {findings.output(activation)}": [vector(row) for row in errors + np.eye(n)],
        }
    )
    st.table(back.set_index("x"))

loss, error = float(start.loss[0]), float(start.loss_error[0])

if page.section("loss"):
    st.markdown(findings.loss(start))
    st.caption(
        ("L₁ is exact; the expected loss is estimated on held-out faces. " if error else "Both losses are exact. ")
        + (
            "The slide has no bias: b = 0, except for features that are not represented; their output is their "
            "average, b = p/2."
            if activation == "relu"
            else "b is the best one for this W: p/2 (1 − Σⱼ Wᵢ·Wⱼ)."
        )
    )

run = trained(spec, seed, steps=STEPS, snapshots=FRAMES, start=start.parameters)
assert run.snapshots is not None
after = run.W[0]
shapes = shape(W).name, shape(after).name

# Where all models have room to be drawn, and two features leave something to lose.
follows = n_hidden == 2 and 3 <= n <= 8

if page.section("descent"):
    if follows:
        # From this W at every sparsity of the slider, trained at once.
        every = Autoencoder(n, n_hidden, DENSITIES, decay, activation)
        starts = claims.by_hand(every, W, seed, claims.SAMPLES_OF_A_CURVE)
        axis = trained(every, seed, steps=STEPS, restarts=1, start=starts.parameters)
        two_features = np.array([loss_without_superposition(spec.importances, n_hidden, q) for q in DENSITIES])
        losses = {"your W": starts.loss, "two features": two_features}
        sparsity_axis(axis, findings.end_of_descent, losses, CURVES, names, look)
        page.small_print(
            "Drag S: every stop of the slider is a training of its own from your W. *Two features*: the two most "
            "important are kept, the outputs of the others are their average. The dashed circle is 1."
        )
    if page.reading or not follows:
        st.markdown(findings.descent(W, start, run))
    before_after = pd.DataFrame(
        {
            "": ["loss", "features represented", "superposition measure", "Dᵢ", "Σ Dᵢ", "bias b"],
            "your W": [
                with_error(loss, error), f"{learned} of {n}", claims.span(measure), claims.span(dimensionality),
                f"{total:.3g}", claims.span(start.b[0]),
            ],
            "after gradient descent": [
                with_error(run.loss[0], run.loss_error[0]), f"{int(represented(after).sum())} of {n}",
                claims.span(claims.superposition_of_represented(after)), claims.span(feature_dimensionality(after)),
                f"{feature_dimensionality(after).sum():.3g}", claims.span(run.b[0]),
            ],
        }
    )  # fmt: skip
    frames, frame_losses = run.snapshots.parameters["W"][:, 0], run.snapshots.loss[:, 0]
    # In a talk the models that follow the slider are shown alone, or else the film, or else the table.
    drawn = n_hidden in (2, 3)
    filmed = drawn and (page.reading or not follows)
    # A film of the plane has its losses beside it; a drawing in space turns alone.
    beside = filmed and page.reading and n_hidden == 3
    moving, standing = st.columns([2, 3], gap="large") if beside else [st.container()] * 2
    if filmed:
        with moving:
            if n_hidden == 2:
                reel = Reel("From your W", frames, frame_losses, [shape(frame).name for frame in frames])
                film(
                    [reel],
                    run.snapshots.step,
                    names,
                    colours,
                    look,
                    "film",
                    f"Gradient descent from this W at S = {S:g}",
                )
            else:
                captions = [
                    f"step {step}, loss {scientific(value)}"
                    for step, value in zip(run.snapshots.step, frame_losses, strict=True)
                ]
                says = f"Training goes from {shapes[0]} to {shapes[1]}."
                space(frames, names, colours, look, "space_film", says, polytope_edges(after), captions)
            page.small_print(film_note(run))
    with standing:
        if page.reading or not drawn:
            st.table(before_after.set_index(""))
        # The drawing that follows the slider has the products already.
        if page.reading and not follows:
            figure("gram_after").vega_lite_chart(
                vega_lite(gram_with_measures, after, names, look, width),
                width="stretch",
                alt=f"After gradient descent {int(represented(after).sum())} of {n} features are represented, with "
                f"dimensions per feature {claims.span(feature_dimensionality(after))}.",
            )

if page.section("seeds") and page.eight_seeds():
    others = all_trained(Wanted(spec, other, steps=STEPS, start=start.parameters) for other in eight_other_seeds(seed))
    st.markdown(findings.other_seeds(others, run))
    if n_hidden == 2:
        arrow_grid(
            [Plane(f"seed {other.seed}", other.W[0]) for other in others],
            [shape(other.W[0]).name for other in others],
            names,
            colours,
            look,
            "eight_seeds",
        )
if page.section("check"):
    paper_check(
        [
            claims.decks_numbers(W),
            claims.inverse_gives_every_feature_back(W, names, activation),
            claims.polytopes_have_their_fraction(W),
            claims.every_dimension_is_used(W),
            claims.descent_makes_it_no_worse(start, run),
        ]
    )

page.what_this_does_not_show(
    "- One number per feature cannot say which other features it shares its direction with: WᵀW can.\n"
    "- Where features are few and dense, Dᵢ says little about one feature by itself: the axes of h may be turned "
    "freely, and WᵀW stays as it is.\n"
    "- Losses at different S are not comparable; the ratio to a code without superposition is.\n"
    "- Gradient descent finds a minimum near by, not the best of all. Another W may end lower."
)

if page.reading:
    table = pd.DataFrame({"feature": names, "importance": spec.importances})
    for which, weights in (("by_hand", W), ("trained", after)):
        for k, row in enumerate(weights, start=1):
            table[f"W{k}_{which}"] = row
        table[f"superposition_{which}"] = superposition_if_represented(weights)
        table[f"dimensionality_{which}"] = feature_dimensionality(weights)
    take_home("measure", run, table, snippet_by_hand(start, run, claims.SAMPLES))
    st.caption(training_note(run, "this W"))
page.foot()
