"""Home: what superposition is, and where to go."""

import streamlit as st

from toymodels.app.frame import HOME, foot, frame
from toymodels.app.gallery import gallery, routes
from toymodels.app.hero import hero

look = frame(HOME.title)

st.markdown(
    "A neural network can keep **more features than it has dimensions**, if they are rarely active at the same time."
)
hero(look)

st.subheader("The figures of the talk")
gallery(look)

st.subheader("Where to go")
routes()
st.caption(
    "After N. Elhage et al., "
    "[Toy Models of Superposition](https://transformer-circuits.pub/2022/toy_model/index.html), 2022. The models above "
    "were trained beforehand, by the code that trains them on every page; this browser computes h, x′ and the loss."
)
foot(HOME.title)
