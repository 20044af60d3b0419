"""Slides "As to why superposition occurs only with nonlinear models": feature benefit against interference."""

import numpy as np
import pandas as pd
import streamlit as st

from toymodels.analysis.interference import Form, terms
from toymodels.analysis.losses import two_feature_losses
from toymodels.analysis.two_features import LARGEST_BIAS, best_bias, expected_loss
from toymodels.analysis.weights import gram
from toymodels.app.compute.shared_cache import kept
from toymodels.app.compute.visitor_training import Wanted, all_trained
from toymodels.app.shell.charts import vega_lite
from toymodels.app.shell.controls import ACTIVATION, EIGHT_SEEDS, SEED, SPARSITY, Choice, Whole, importance_decay
from toymodels.app.shell.figures import figure
from toymodels.app.shell.page import start_page
from toymodels.app.shell.paper_check import paper_check
from toymodels.app.shell.question import Question
from toymodels.app.shell.tables import draw_table
from toymodels.app.shell.take_home import take_home
from toymodels.app.shell.wording import eight_other_seeds, training_note
from toymodels.app.views.interference import interference_lesson
from toymodels.app.views.paper_recipe import paper_recipe
from toymodels.app.views.slider_models import slider_models
from toymodels.app.views.sparsity_axis import terms_axis
from toymodels.experiments import why as claims
from toymodels.experiments.findings import why as findings
from toymodels.experiments.why import ERRORS_SHOWN, two_feature_spec
from toymodels.names import compared, feature_names, scientific
from toymodels.plots.interference import pair_matrix, term_bars
from toymodels.plots.two_feature_loss_map import loss_map
from toymodels.run import Run
from toymodels.snippets import snippet
from toymodels.spec import Activation, Autoencoder

N_HIDDEN = 2

FEATURES = Whole("n", "Features n", 3, 8, 5, help="Squeezed into 2 dimensions.")
IMPORTANCE_DECAY = importance_decay(0.1, 0.05, 0.9)
# The words are those of the URL as well: a bound widget writes what it shows.
FORM: Choice[Form] = Choice(
    "form",
    "The loss, as the slides write it",
    {"one active": "one active", "x = 1": "x = 1", "linear": "linear"},
    help="ReLU with one active feature; the same at xᵢ = 1; without ReLU. All of the weights that were trained.",
)

FREE = Question(("none", "some", "all of them", "no two arrows point away from each other"))

# Line by line, each narrow enough for a phone: KaTeX does not break a line by itself.
FORMULAS: dict[Form, tuple[str, ...]] = {
    "one active": (
        r"L_1 ={}& \underbrace{\sum_i \int_0^1\! I_i (x_i\! - \mathrm{ReLU}(|W_i|^2 x_i\! +\! b_i))^2 dx_i}"
        r"_{\text{own error}}",
        r"{}+{}& \underbrace{\sum_{i \neq j} \int_0^1\! I_j \mathrm{ReLU}(W_j \cdot W_i\, x_i + b_j)^2 dx_i}"
        r"_{\text{interference}}",
    ),
    "x = 1": (
        r"& \underbrace{\sum_i I_i (1 - \mathrm{ReLU}(|W_i|^2 + b_i))^2}_{\text{own error}}",
        r"{}+{}& \underbrace{\sum_{i \neq j} I_j \mathrm{ReLU}(W_j \cdot W_i + b_j)^2}_{\text{interference}}",
    ),
    "linear": (
        r"L \sim{}& \underbrace{\sum_i I_i (1 - |W_i|^2)^2}_{\text{own error}}"
        r" + \underbrace{\sum_{i \neq j} I_j (W_j \cdot W_i)^2}_{\text{interference}}",
    ),
}

MEANINGS: dict[Form, str] = {
    "one active": "One feature i is active, uniform on [0, 1]; the sum runs over which one it is.",
    "x = 1": "The same with xᵢ = 1: nothing to integrate, and closest to the linear form.",
    "linear": "No ReLU. With the best bias, the loss of the linear model at any S is Var[x] = p/3 − p²/4 times this.",
}

CALLS: dict[Form, str] = {
    "one active": 'one_active(run.W[0], run.b[0], spec.importance, "relu")',
    "x = 1": 'at_one(run.W[0], run.b[0], spec.importance, "relu")',
    "linear": 'at_one(run.W[0], 0 * run.b[0], spec.importance, "linear")',
}

page = start_page("why", [FEATURES, SPARSITY, IMPORTANCE_DECAY, ACTIVATION, SEED, FORM, EIGHT_SEEDS])
look = page.look

page.intro(
    "A feature that a model represents brings **feature benefit**: its own error falls. Where features share "
    "dimensions it also brings **interference**: the active feature i changes the output j, which should be 0. "
    "Superposition lowers the loss when the benefit is larger than the interference. **Why is that never so in a "
    "linear model?**"
)
page.symbols("S", "Iᵢ", "Wᵢ · Wⱼ", "|Wᵢ|", "b", "L₁", "∫ dx")

with page.controls():
    S = SPARSITY.draw()
with page.controls(idle=["angle"]):
    activation = ACTIVATION.draw()
with page.more_controls():
    decay = IMPORTANCE_DECAY.draw()
with page.more_controls(idle=["angle"]):
    n = FEATURES.draw()
    seed = SEED.draw()
with page.controls(idle=[] if page.reading else ["question", "free", "angle", "check"]):
    form = FORM.draw()
page.what_you_should_see(
    "- **ReLU, sparse**: blue pairs point away from each other. Their interference is negative, the ReLU sets it "
    "to 0, and the cell says *free*. Orange pairs add to the loss, but little where the bias is negative.\n"
    "- The same weights in the **linear form**: every pair adds to the loss, whatever its sign. The interference bars "
    "become longer than those of the own errors.\n"
    "- **Linear output**: gradient descent keeps two features, at a right angle. There is no interference, and the "
    "other features are lost."
)

p = round(1 - S, 6)


def aligned(*lines: str) -> str:
    return r"\small\begin{aligned}" + r" \\ ".join(lines) + r"\end{aligned}"


def spec(output: Activation) -> Autoencoder:
    return Autoencoder(n, N_HIDDEN, p, decay, output)


axis = slider_models(page, spec(activation), seed, feature_names(n))
run = axis.at(p)
W, b, importance = run.W[0].astype(np.float64), run.b[0].astype(np.float64), run.spec.importances
exact = terms(form, W, b, importance)
total, received = float(exact.total), exact.interference.sum(axis=0)
sampled = kept(claims.sampled_terms, form, W, b, importance, p, seed)
products, pair_losses = gram(W), exact.interference + np.diag(exact.benefit)
names, colours = [str(i + 1) for i in range(n)], look.importance_colours(importance)

clear, free = claims.free_and_clear(W, b)
if page.section("question"):
    FREE.ask(page, "Two arrows point away from each other. How many of such pairs add nothing to the loss here?")

if page.section("terms"):
    FREE.reveal(page, FREE.answers[3 if not clear else 2 if free == clear else 1 if free else 0])
    if page.reading:
        # The formula is as wide as half a page.
        _, formula, _ = st.columns([1, 2, 1])
        formula.latex(aligned(*FORMULAS[form]))
    else:
        # The figure needs the height: its lines stand side by side where there is room.
        with st.container(horizontal=True, horizontal_alignment="center", gap="xxsmall"):
            for line in FORMULAS[form]:
                st.latex(aligned(line), width="content")
    terms_axis(axis, form, findings.interference, feature_names(n), look)
    page.small_print(
        f"{MEANINGS[form]} **Own error**: what is left of the error in the output of the active feature itself. The "
        "slide calls this term feature benefit: the smaller the error, the greater the benefit. **Free**: the pair "
        f"adds nothing. Clearly negative: Wⱼ·Wᵢ ≤ −{claims.CLEAR:g}. Column: the active feature i; row: the output j. "
        "Blue: Wⱼ·Wᵢ is negative; orange: positive. Number: what the pair adds to the loss, in thousandths. The bars "
        "are the rows of the matrix, summed: the diagonal, then the rest of the row."
    )
    page.explanation(findings.exact_and_sampled(form, exact, importance, sampled))
    # A talk has no room for them, and the sentence says the same.
    if sampled.total_error and page.reading:
        figure("terms").vega_lite_chart(
            vega_lite(term_bars, exact.benefit, received, names, colours, look, sampled, standard_errors=ERRORS_SHOWN),
            width="stretch",
            alt=f"Own errors of the active features add up to {scientific(exact.benefit.sum())}, interference to "
            f"{scientific(received.sum())}; together {scientific(total)}, the loss.",
        )

if page.section("free"):
    st.markdown(
        "Feature i is active and output j should be 0. It is ReLU(Wⱼ·Wᵢ xᵢ + bⱼ), and the loss by interference is its "
        "square. It is free when bⱼ ≤ 0 and Wⱼ·Wᵢ ≤ −bⱼ. **Drag the ends of the line, or the point in the map.** Rings "
        "are the pairs of the trained model."
    )
    interference_lesson(W, b, look)

if page.section("angle"):
    r = decay
    keep_one = two_feature_losses(r, p).ignore_second
    angles, biases = np.linspace(0, 180, 37), np.linspace(-LARGEST_BIAS, LARGEST_BIAS, 41)
    cosines = np.cos(np.radians(angles))
    best = {output: kept(best_bias, -1.0, r, p, output) for output in ("relu", "linear")}
    st.markdown(
        f"Two features of importances (1, {r:g}) at 1 − S = {p:g}, as unit arrows with a common bias. At 90° "
        "they need two dimensions. At 180° they are an **antipodal pair in one dimension**. "
        + (
            "The maps show the loss at every angle and bias; the nearer a point is to the colour of the page, the "
            "smaller the loss. "
            if page.reading
            else ""
        )
        + "Inside the line, keeping both has a smaller loss than keeping one. "
        + findings.antipodal_pair(best["relu"][1] / keep_one, best["linear"][1] / keep_one)
    )
    titles: dict[Activation, str] = {"relu": "ReLU", "linear": "Linear"}
    for column, (output, title) in zip(st.columns(2, gap="large"), titles.items(), strict=True):
        relative = kept(expected_loss, cosines, biases[:, None], r, p, output) / keep_one
        bias, loss = best[output]
        marks = pd.DataFrame(
            {
                "angle": [90.0, 180.0],
                "bias": [0.0, bias],
                "relative": [0.0, loss / keep_one],
                "mark": ["least: 0", f"antipodal: × {loss / keep_one:.2g}"],
            }
        )
        with column:
            figure(f"angle-{output}").vega_lite_chart(
                vega_lite(loss_map, angles, biases, relative, marks, title, look),
                width="stretch",
                alt=f"{title}: the least loss of an antipodal pair is {compared(loss / keep_one)} that of keeping one; "
                "two features at a right angle have no loss.",
            )
    if page.reading:
        st.markdown(findings.phase_boundary(r, p))
        draw_table(pd.DataFrame(kept(findings.boundaries, r, p)))
        page.small_print(
            "First row: the paper's phase boundary, p = min(2r/(1 + 2.5r), 2/(2.5 + r)), and the loss (1 + r) p²/6. "
            "The others are found numerically."
        )

if page.section("seeds") and page.eight_seeds():
    runs = all_trained(Wanted(spec(activation), other) for other in eight_other_seeds(seed))
    found = [terms(form, other.W[0], other.b[0], importance) for other in runs]
    st.markdown(findings.other_seeds(runs))
    figure("seed_terms").vega_lite_chart(
        vega_lite(
            term_bars,
            np.array([one.benefit.sum() for one in found]),
            np.array([one.interference.sum() for one in found]),
            [str(other.seed) for other in runs],
            [look.muted] * len(runs),
            look,
            sums=False,
        ),
        width="stretch",
        alt=f"In {findings.all_free(runs)} of eight other seeds all negative interference is free. The loss by "
        f"interference runs from {scientific(min(one.interference.sum() for one in found))} to "
        f"{scientific(max(one.interference.sum() for one in found))}.",
    )

if page.reading:

    def pairs_of(one: Run) -> None:
        its_W, its_b = one.W[0].astype(np.float64), one.b[0].astype(np.float64)
        its_terms = terms(form, its_W, its_b, importance)
        its_clear, its_free = claims.free_and_clear(its_W, its_b)
        figure(f"pairs-{id(one)}").vega_lite_chart(
            vega_lite(
                pair_matrix, gram(its_W), its_terms.interference + np.diag(its_terms.benefit), names, colours, look
            ),
            width="stretch",
            alt=f"{its_free} of the {its_clear} clearly negative pairs are free; all pairs together add "
            f"{scientific(its_terms.interference.sum())} to the loss.",
        )

    paper_recipe(
        page,
        run.spec,
        seed,
        lambda: run,
        picture=pairs_of,
        claims=lambda one: [
            claims.negative_interference_is_free(one)
            if activation == "relu"
            else claims.linear_interference_is_never_worth_it(one)
        ],
    )

if page.section("check"):
    # Longer than usual: where the importances are close, a linear model settles slowly on the greater ones.
    linear, pair = all_trained([Wanted(spec("linear"), seed, steps=1000), Wanted(two_feature_spec(decay, p), seed)])
    paper_check(
        [
            *kept(claims.bars_add_up, form, W, b, importance, p, sampled),
            claims.linear_interference_is_never_worth_it(linear),
            claims.negative_interference_is_free(run),
            kept(claims.antipodal_wins_below_the_boundary, pair),
        ]
    )

page.what_this_does_not_show(
    "- L₁ is the loss of inputs with exactly one active feature. Dense inputs have more, and then negative "
    "interference is not free: it hides the active partner. The maps above count that in, the bars do not.\n"
    "- Interference in the deck’s sense includes the bias. The output of a feature that is not represented is its "
    "mean, also when another feature is active: a cell without colour can add to the loss.\n"
    "- The bars show the error that remains: the shorter the bar of a feature's own error, the greater its feature "
    "benefit.\n"
    "- Taking the ReLU off trained weights says what the loss of *these* weights would be, not what a linear model "
    "would learn. That one is trained too, for the paper check.\n"
    "- The map has unit arrows and one bias for both. Gradient descent may choose lengths and biases freely."
)

if page.reading:
    table = pd.DataFrame(
        [
            {"active": i + 1, "output": j + 1, "product": products[j, i], "bias": b[j], "importance": importance[j],
             "term": "own error" if i == j else "interference", "form": form, "loss": pair_losses[i, j]}
            for i in range(n) for j in range(n)
        ]
    )  # fmt: skip
    code = f"""{snippet(run)}
    terms = tm.losses.{CALLS[form]}
    print(f"own {{terms.benefit.sum():.4g}} + interference {{terms.interference.sum():.4g}} = {{terms.total:.4g}}")
    """
    take_home("why", run, table, code)
    st.caption(f"{training_note(run, axis=axis)} They have any number of active features.")
page.foot()
