"""Home: what superposition is, and where to go."""

import streamlit as st

from toymodels.app.frame import frame
from toymodels.app.places import HOME, TALK

page = frame(HOME.title)

st.markdown(
    "A neural network can keep **more features than it has dimensions**, when the features are rarely active at the "
    "same time. Each page trains small models that do it, while you watch, and checks what the paper says of them on "
    "the run in front of you."
)
for place in TALK:
    st.page_link(place.file, label=f"**{place.title}** · {place.about}", icon=":material/arrow_forward:")
st.markdown(
    "After N. Elhage et al., "
    "[Toy Models of Superposition](https://transformer-circuits.pub/2022/toy_model/index.html), 2022."
)
page.foot()
