"""Paper, "Superposition as a phase change": one feature more than dimensions, over density and importance."""

from functools import cache

import numpy as np
import pandas as pd
import streamlit as st

from toymodels.analysis.phase_diagram import CODES
from toymodels.app.compute.visitor_training import Wanted, all_trained, tell_refusal, trained, trained_in
from toymodels.app.shell.charts import vega_lite
from toymodels.app.shell.controls import EIGHT_SEEDS, SEED, SelectSlider, Whole
from toymodels.app.shell.figures import figure
from toymodels.app.shell.page import start_page
from toymodels.app.shell.paper_check import paper_check
from toymodels.app.shell.question import Question
from toymodels.app.shell.tables import draw_table
from toymodels.app.shell.take_home import take_home
from toymodels.app.shell.wording import eight_other_seeds
from toymodels.app.views.phase_diagram import phase_diagram_view
from toymodels.experiments import phase_change as claims
from toymodels.experiments import unequal_densities as unequal
from toymodels.experiments.findings import phase_change as findings
from toymodels.experiments.phase_change import (
    LEFT_OUT,
    SHARED,
    densities,
    phase_diagram,
    phase_spec,
    relative_importances,
)
from toymodels.names import percent
from toymodels.plots.unequal_densities import arrangement_map, losses_crossing
from toymodels.run import Run
from toymodels.snippets import ABOUT
from toymodels.training import default_config
from toymodels.training.run_time import refusal

FEATURES = Whole("n", "Features n", 2, 8, 2, help="In n − 1 dimensions. The last feature's importance is varied.")
CELLS = SelectSlider("cells", "Cells on a side", (10, 20, 40, 60), 40, help="Each cell is a trained model.")
STARTS = SelectSlider("starts", "Starts", (1, 4, 8, 16, 32), 8, help="Of each cell, the best is kept.")

SHARES = Question(("almost nowhere", "up to half of the map", "more than half of it", "everywhere"))

page = start_page("phase_change", [FEATURES, CELLS, STARTS, SEED, EIGHT_SEEDS])
look = page.look

page.intro(
    "There is one feature more than there are dimensions. n − 1 features of importance 1 and one extra feature of "
    "**relative importance r** share n − 1 dimensions. The extra feature may be left out, it may take the place of "
    "another, or two features may share a dimension in **superposition**. **Which of the three, and how does one "
    "become another?**"
)
page.symbols("S", "Iᵢ", "Wᵢ", "|Wᵢ|", "L")
with page.controls():
    n = FEATURES.draw()
with page.more_controls():
    resolution = int(CELLS.draw())
    starts = int(STARTS.draw())
    seed = SEED.draw()
page.what_you_should_see(
    "- **Dense** (left): the more important feature has the dimension, the other is left out, as in principal "
    "component analysis. The border is at r = 1.\n"
    "- **Sparse** (right): superposition, over a wider and wider range of importances.\n"
    "- **Sharp borders**: on the line of one density the losses of the codes cross at an angle. The best code changes "
    "at once, and |Wᵢ| jumps. In physics that is a phase change of first order.\n"
    "- Training finds the same borders as theory. The closed form, of arrows of length 1 without bias, has them a "
    "little too far to the right."
)

spec = phase_spec(n, resolution)
# A spec of a thousand cells is too long to be written out.
code = f"""{ABOUT}from toymodels.experiments.phase_change import SHARED, phase_diagram, phase_spec

spec = phase_spec({n}, {resolution})
run = tm.train(spec, seed={seed}, steps={default_config(spec).steps}, restarts={starts})
diagram = phase_diagram(run)
print("in superposition:", np.mean(diagram.code == SHARED))
"""
sentence = refusal([spec], restarts=starts)
if sentence is not None:
    tell_refusal(sentence, code)
    page.foot()
    st.stop()
run = trained(spec, seed, restarts=starts)
diagram = phase_diagram(run)


@cache
def unequal_map() -> Run:
    """Five equal features in the plane, at every density of the others and of the fifth."""
    return trained(unequal.unequal_spec(unequal.DENSITIES, unequal.FACTORS), seed)


@cache
def on_the_line() -> tuple[Run, Run]:
    """Both arrangements at one density of the others, trained from where they are."""
    spec = unequal.unequal_spec([unequal.LINE_DENSITY], unequal.LINE_FACTORS)
    starts = (unequal.pentagon_start(), unequal.digons_start())
    pentagon, digons = all_trained(Wanted(spec, seed, start=start, steps=unequal.LINE_STEPS) for start in starts)
    return pentagon, digons


share = float((diagram.code == SHARED).mean())
if page.section("question"):
    SHARES.ask(page, "In how much of the map will the extra feature be in superposition?")

with_map, with_line = page.section("map"), page.section("line")
if with_map:
    SHARES.reveal(page, SHARES.answers[int(np.searchsorted((0.02, 0.5, 0.999), share))])
    st.markdown(findings.phases(diagram))
if with_map or with_line:
    phase_diagram_view(run, diagram, ["map"] * with_map + ["line"] * with_line, look)
if with_map:
    page.explanation(findings.agreement(diagram))
    page.small_print(
        "Drag the point on either map, or use the sliders. Colour: the further from the page's colour, the longer Wᵢ; "
        "the redder, the more it shares its direction. Losses are divided by that of leaving out a feature of "
        "importance 1, because losses of different densities are not comparable. A feature counts as represented from "
        "|Wᵢ| ≥ ½ on."
    )

if page.section("densities"):
    st.markdown(findings.unequal_densities(unequal_map(), *on_the_line()))
    left, right = st.columns(2, gap="large")
    codes = unequal.arrangements(unequal_map())
    with left:
        figure("arrangements").vega_lite_chart(
            vega_lite(
                arrangement_map,
                unequal.DENSITIES,
                unequal.FACTORS,
                codes.reshape(len(unequal.FACTORS), len(unequal.DENSITIES)),
                unequal.ARRANGEMENTS,
                look,
            ),
            width="stretch",
            alt="; ".join(
                f"{name}: {percent((codes == k).mean())} of the map" for k, name in enumerate(unequal.ARRANGEMENTS)
            ),
        )
    pentagon, digons = on_the_line()
    at = unequal.crossing(pentagon, digons)
    with right:
        figure("crossing").vega_lite_chart(
            vega_lite(losses_crossing, unequal.LINE_FACTORS, pentagon.loss / digons.loss, at, look),
            width="stretch",
            alt=f"The loss of five arrows over that of two digons crosses 1 at {at:.2g} times the density.",
        )

if page.section("seeds") and page.eight_seeds():
    seeds = eight_other_seeds(seed)
    sentence = refusal([spec], seeds=len(seeds), budget=60, restarts=starts)
    if sentence is not None:
        st.warning(f"Eight more seeds: {sentence}")
    else:
        others = [phase_diagram(one) for one in all_trained(Wanted(spec, other, restarts=starts) for other in seeds)]
        st.markdown(findings.other_seeds(others))
        draw_table(
            pd.DataFrame(
                {
                    "seed": list(seeds),
                    "best code": [percent((one.code == one.best.code).mean(), 1) for one in others],
                    "within 1 % of its loss": [percent((one.excess <= claims.WITHIN).mean(), 1) for one in others],
                    "in superposition": [percent((one.code == SHARED).mean(), 1) for one in others],
                    "jumps of |Wᵢ|": [findings.jumps(one) for one in others],
                }
            )
        )

if page.section("check"):
    paper_check(
        [
            claims.sparsity_brings_superposition(diagram),
            claims.the_change_is_of_first_order(diagram),
            claims.training_finds_the_optimum(diagram),
            claims.borders_are_where_theory_has_them(diagram),
            unequal.equal_features_are_a_pentagon(unequal_map()),
            unequal.a_sparser_feature_is_left_out_at_once(*on_the_line()),
        ]
    )

page.what_this_does_not_show(
    "- The map shows the best of several starts. A single start of gradient descent may end elsewhere.\n"
    "- With three features or more there are arrangements beyond these codes, such as three arrows in a plane. Where "
    "training is below the best code, it has found one.\n"
    "- Features are independent of one another here."
)

if page.reading:
    p, r = densities(resolution), relative_importances(resolution)
    table = pd.DataFrame(
        {
            "feature_probability": np.tile(p, resolution),
            "relative_importance": np.repeat(r, resolution),
            "code": np.array(CODES)[diagram.code].ravel(),
            "best_code": np.array(CODES)[diagram.best.code].ravel(),
            "norm": diagram.length.ravel(),
            "superposition": np.where(diagram.code == LEFT_OUT, np.nan, diagram.superposition).ravel(),
            "loss": diagram.loss.ravel(),
            "best_loss": diagram.best.loss.ravel(),
        }
    )
    take_home("phase_change", run, table, code)
    st.caption(
        f"{trained_in([run])}: {run.spec.n_instances:,} models of {n} features, {run.steps} steps from "
        f"{run.restarts} starts each, the best kept."
    )
page.foot()
