"""Every word and symbol of the talk, in the deck's notation."""

import streamlit as st

from toymodels.app.glossary import WORDS
from toymodels.app.shell.page import start_page
from toymodels.app.shell.page_registry import GLOSSARY

page = start_page(GLOSSARY.name)
st.markdown(
    "The words of the deck and of the paper, N. Elhage et al., "
    "[Toy Models of Superposition](https://transformer-circuits.pub/2022/toy_model/index.html), 2022, as this app uses "
    "them. Where the two differ, or where we had to choose, it is said."
)
# In one piece: formulas are drawn late, and would move what is below them.
st.markdown(
    "\n\n".join(
        paragraph
        for part, words in WORDS.items()
        for paragraph in (
            f"## {part}",
            *(
                f"**{word.name}**" + (f" · ${word.formula}$" if word.formula else "") + f"  \n{word.meaning}"
                for word in words
            ),
        )
    )
)
page.foot()
