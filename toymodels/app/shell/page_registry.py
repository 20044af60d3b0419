"""The places of the app in the order of the talk, and the stops that a speaker makes at each."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Stop:
    """One figure of a page with its sentence.

    Attributes:
        name: its anchor, and its word in the URL.
        heading: its title in a talk.
        titled: whether a reader sees the heading too; some figures stand right below another's or the page's.
    """

    name: str
    heading: str
    titled: bool = True


@dataclass(frozen=True)
class Place:
    """A page as the menu knows it: its file, whose name is the URL, its heading, what it is about, and its stops."""

    file: str
    title: str
    about: str
    stops: tuple[Stop, ...] = ()

    @property
    def name(self) -> str:
        """Its path in the URL; nothing for home."""
        return self.file.removeprefix("pages/").removesuffix(".py") if self.file.startswith("pages/") else ""

    def stop(self, name: str) -> Stop:
        """Its stop of that name.

        Raises:
            ValueError: if there is none.
        """
        for stop in self.stops:
            if stop.name == name:
                return stop
        raise ValueError(f"{self.title} has no stop {name!r}")


QUESTION = Stop("question", "What will it show?", titled=False)
"""The stop before the first figure: what will it show?"""

SEEDS = Stop("seeds", "Is that real, or a lucky seed?")
CHECK = Stop("check", "Paper check")

HOME = Place(
    "streamlit_app.py", "Superposition", "the story in one screen", (Stop("story", "Superposition", titled=False),)
)

TALK = (
    Place(
        "pages/faces.py",
        "A face through a bottleneck",
        "4 features, 2 dimensions",
        (
            QUESTION,
            Stop("codes", "Three codes", titled=False),
            Stop("samples", "Eight sparse faces", titled=False),
            Stop("curve", "Where does superposition start to pay?"),
            SEEDS,
            CHECK,
        ),
    ),
    Place(
        "pages/pentagon.py",
        "How many arrows fit in a plane?",
        "5 features, 2 dimensions",
        (
            QUESTION,
            Stop("film", "Arrows in training", titled=False),
            Stop("ladder", "The ladder of sparsity"),
            Stop("curve", "Which arrangement is the cheaper one?"),
            Stop("interference", "Positive interference"),
            SEEDS,
            CHECK,
        ),
    ),
    Place(
        "pages/measure.py",
        "Can we quantify superposition?",
        "any W by hand",
        (
            QUESTION,
            Stop("scribble", "A W by hand", titled=False),
            Stop("formulas", "The formulas, with the numbers put in"),
            Stop("inverse", "Is there a way back?"),
            Stop("cost", "What does this W cost?"),
            Stop("descent", "Let gradient descent improve it"),
            SEEDS,
            CHECK,
        ),
    ),
    Place(
        "pages/ladder.py",
        "The ladder",
        "20 features, 5 dimensions, linear beside ReLU",
        (QUESTION, Stop("ladder", "Ever sparser, ever more features", titled=False), SEEDS, CHECK),
    ),
    Place(
        "pages/why.py",
        "Why only with a ReLU?",
        "feature benefit against interference",
        (
            QUESTION,
            Stop("terms", "Who pays for what", titled=False),
            Stop("free", "When is interference free?"),
            Stop("bend", "Which way can two features bend?"),
            SEEDS,
            CHECK,
        ),
    ),
    Place(
        "pages/geometry.py",
        "What superposition can look like",
        "400 features, 30 dimensions",
        (
            QUESTION,
            Stop("curve", "How many dimensions does a feature get?"),
            Stop("strip", "The dimensions of every feature"),
            Stop("graph", "The arrangements"),
            Stop("group", "One group, opened", titled=False),
            SEEDS,
            CHECK,
        ),
    ),
    Place(
        "pages/absolute_value.py",
        "Computing in superposition",
        "|x| of 100 features, 40 neurons",
        (
            QUESTION,
            Stop("simple", "Enough neurons: two per feature"),
            Stop("dense", "100 features, 40 neurons"),
            Stop("sparse", "Sparser inputs", titled=False),
            Stop("sparser", "Very sparse inputs", titled=False),
            Stop("weights", "What about weights?"),
            Stop("inhibition", "Some kind of inhibition happens"),
            Stop("proof", "Why it works"),
            SEEDS,
            CHECK,
        ),
    ),
    Place(
        "pages/good_or_bad.py",
        "Good or bad?",
        "what superposition saves, and what it costs",
        (
            QUESTION,
            Stop("storage", "Storage: more information in less memory"),
            Stop("computation", "Computation: more of it in fewer operations"),
            Stop("observation", "Observation: a training, watched"),
            Stop("neuron", "Cost: what a single neuron no longer tells"),
            Stop("direction", "Cost: what a single direction no longer tells"),
            SEEDS,
            CHECK,
        ),
    ),
)
"""The pages in the order of the talk."""

GLOSSARY = Place("pages/glossary.py", "What the words mean", "every word and symbol of the talk")

COMPARE = Place("pages/compare.py", "Side by side", "any two states of a page")
