"""Page registry: the one list of all pages, in the order of the talk, each with its sections."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Section:
    """One section of a page: a figure with its sentence. In a talk one section is shown at a time.

    Attributes:
        name: its anchor, and the value of `stop` in the URL of a talk.
        heading: its title in a talk.
        titled: whether a reader sees the heading too; some figures stand right below another's or the page's.
        walked: whether a talk stops there, if its link does not say which stops it has.
        talk_only: whether a reader does not see it.
    """

    name: str
    heading: str
    titled: bool = True
    walked: bool = True
    talk_only: bool = False


@dataclass(frozen=True)
class PageEntry:
    """A page as the menu knows it.

    Attributes:
        file: its script, whose name without `.py` is the path in the URL.
        title: its heading, and its name in the menu.
        about: what it is about, in a few words.
        sections: in the order of the page and of the talk.
    """

    file: str
    title: str
    about: str
    sections: tuple[Section, ...] = ()

    @property
    def name(self) -> str:
        """Its path in the URL; nothing for home."""
        return self.file.removeprefix("pages/").removesuffix(".py") if self.file.startswith("pages/") else ""

    def section(self, name: str) -> Section:
        """The section of that name.

        Raises:
            ValueError: if there is none.
        """
        for section in self.sections:
            if section.name == name:
                return section
        raise ValueError(f"{self.title} has no section {name!r}")


QUESTION = Section("question", "What will it show?", titled=False, talk_only=True)
"""The section before the first figure of a talk: what will it show?"""

SEEDS = Section("seeds", "Is that real, or a lucky seed?")
CHECK = Section("check", "Paper check", walked=False)
CLOSING = Section("closing", "What superposition saves, and what it costs", talk_only=True)

HOME = PageEntry(
    "streamlit_app.py", "Superposition", "the story in one screen", (Section("story", "Superposition", titled=False),)
)

TALK = (
    PageEntry(
        "pages/faces.py",
        "A face through a bottleneck",
        "4 features, 2 dimensions",
        (
            QUESTION,
            Section("codes", "Three codes", titled=False),
            Section("samples", "Eight sparse faces", titled=False),
            Section("curve", "From which sparsity on is superposition better?"),
            SEEDS,
            CHECK,
        ),
    ),
    PageEntry(
        "pages/pentagon.py",
        "How many arrows fit in a plane?",
        "5 features, 2 dimensions",
        (
            QUESTION,
            Section("axis", "The arrows at every sparsity", titled=False),
            Section("film", "Arrows in training"),
            Section("sweep", "From dense to sparse"),
            Section("curve", "Which arrangement has the smaller loss?"),
            Section("interference", "Positive interference"),
            SEEDS,
            CHECK,
        ),
    ),
    PageEntry(
        "pages/measure.py",
        "Can we quantify superposition?",
        "any W by hand",
        (
            QUESTION,
            Section("drawing", "A W by hand", titled=False),
            Section("formulas", "The formulas, with the numbers put in"),
            Section("inverse", "Is there a way back?"),
            Section("loss", "What is the loss of this W?", walked=False),
            Section("descent", "Let gradient descent improve it"),
            SEEDS,
            CHECK,
        ),
    ),
    PageEntry(
        "pages/ladder.py",
        "A density sweep: linear beside ReLU",
        "20 features, 5 dimensions, seven densities",
        (QUESTION, Section("sweep", "The sparser the data, the more features", titled=False), SEEDS, CHECK),
    ),
    PageEntry(
        "pages/why.py",
        "Why only with a ReLU?",
        "feature benefit against interference",
        (
            QUESTION,
            Section("terms", "Two terms of the loss", titled=False),
            Section("free", "When is interference free?"),
            Section("angle", "At which angle do two features lose least?"),
            SEEDS,
            CHECK,
        ),
    ),
    PageEntry(
        "pages/geometry.py",
        "What superposition can look like",
        "400 features, 30 dimensions",
        (
            QUESTION,
            Section("curve", "How many dimensions does a feature get?"),
            Section("strip", "The dimensions of every feature"),
            Section("graph", "The arrangements"),
            Section("group", "One group, opened", titled=False),
            Section(SEEDS.name, SEEDS.heading, walked=False),
            CHECK,
        ),
    ),
    PageEntry(
        "pages/absolute_value.py",
        "Computing in superposition",
        "|x| of 100 features, 40 neurons",
        (
            QUESTION,
            Section("simple", "Enough neurons: two per feature"),
            Section("dense", "100 features, 40 neurons"),
            Section("sparse", "Sparser inputs", titled=False),
            Section("sparser", "Very sparse inputs", titled=False),
            Section("weights", "What about weights?"),
            Section("inhibition", "Some kind of inhibition happens"),
            Section("proof", "Why it works"),
            SEEDS,
            CHECK,
        ),
    ),
    PageEntry(
        "pages/good_or_bad.py",
        "Good or bad?",
        "what superposition saves, and what it makes harder",
        (
            QUESTION,
            Section("storage", "Storage: more information in less memory"),
            Section("computation", "Computation: more of it in fewer operations"),
            Section("observation", "Observation: when the loss drops in training"),
            Section("neuron", "Interpretability: what a single neuron tells"),
            Section("direction", "Interpretability: what a single direction tells"),
            SEEDS,
            CHECK,
            CLOSING,
        ),
    ),
)
"""The pages in the order of the talk."""

BEYOND: tuple[PageEntry, ...] = (
    PageEntry(
        "pages/phase_change.py",
        "Superposition as a phase change",
        "one feature more than dimensions",
        (
            QUESTION,
            Section("map", "A phase diagram, trained cell by cell", titled=False),
            Section("line", "Along one density: where the codes cross", titled=False),
            Section("densities", "Unequal densities: a pentagon or two digons"),
            SEEDS,
            CHECK,
        ),
    ),
    PageEntry(
        "pages/correlated.py",
        "Features that come together",
        "pairs of features, active together or never",
        (
            QUESTION,
            Section("partners", "How do partners lie?", titled=False),
            Section("sweep", "From dense to sparse"),
            Section("collapse", "Too many pairs: back to principal components"),
            SEEDS,
            CHECK,
        ),
    ),
)
"""Experiments that the deck does not have. They follow the talk in the menu, and each is a short talk of its own."""

PAGES = (*TALK, *BEYOND)
"""Every page with an experiment."""

GLOSSARY = PageEntry("pages/glossary.py", "What the words mean", "every word and symbol of the talk")

COMPARE = PageEntry("pages/compare.py", "Side by side", "any two states of a page")
