"""Home page: what superposition is, the figures of the talk, and where to go."""

import streamlit as st

from toymodels.analysis.solution_tracking import BEST_LOSS_RATIO
from toymodels.app.compute.visitor_training import trained
from toymodels.app.shell.controls import FEATURES, IMPORTANCE_DECAY
from toymodels.app.shell.page import start_page
from toymodels.app.shell.page_registry import HOME
from toymodels.app.views.gallery import gallery, routes
from toymodels.app.views.home import sparsity_explorer
from toymodels.experiments.pentagon import pentagon_spec
from toymodels.experiments.two_dimensions import DENSITIES

page = start_page(HOME.name, [FEATURES, IMPORTANCE_DECAY])
look = page.look

st.markdown(
    "A neural network can keep **more features than it has dimensions**, if they are rarely active at the same time."
)
# The picture comes first: it fills the first screen of a phone.
picture = st.container()
page.explanation(
    "A **feature** is one number of the input, such as the size of the eyes in a face; it is active where it is not "
    "zero. Its **arrow** shows where it goes in the two hidden dimensions: x₁ = 1 alone moves h to the tip of x₁. "
    "Where several are active, their arrows are added, each times its size."
)
with page.more_controls():
    n = int(FEATURES.draw())
    decay = IMPORTANCE_DECAY.draw()
with picture:
    axis = trained(pentagon_spec(DENSITIES, n, decay), tracked=True)
    sparsity_explorer(axis, look)
page.symbols("S", "xᵢ", "Iᵢ", "h", "W", "Wᵀ", "b", "x′", "ReLU", "L")
page.small_print(
    f"Every stop of the slider is a trained model; between two stops the arrows are interpolated. Of {axis.restarts} "
    f"trainings, each from its own random weights, among those within {100 * (BEST_LOSS_RATIO - 1):.2g} % of the least "
    "loss, you see the one whose arrows move least from one stop to the next. The loss is the squared error of the "
    "outputs x′, weighted by importance. h, x′ and the loss are computed in this browser."
)

if page.reading:
    st.header("The figures of the talk")
    gallery(look)

    st.header("Where to go")
    routes()
    st.caption(
        "After N. Elhage et al., "
        "[Toy Models of Superposition](https://transformer-circuits.pub/2022/toy_model/index.html), 2022."
    )
page.foot()
