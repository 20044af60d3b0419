"""Sentences of the faces page, on codes by hand."""

import numpy as np
import pytest

from tests.experiments.made import made
from toymodels.experiments.faces import face_spec
from toymodels.experiments.findings import faces as findings

TWO = [[1, 0, 0, 0], [0, 1, 0, 0]]
THREE = [[1, 0, -1, 0], [0, 1, 0, 0]]
FOUR = [[1, 0, -1, 0], [0, 1, 0, -1]]

OPPOSITE = "arrows that point opposite ways"


@pytest.mark.parametrize(
    ("W", "words"),
    [
        (FOUR, f"**4 of 4 features in 2 dimensions** (eyes, nose, lips and head), 2 antipodal pairs: {OPPOSITE}."),
        (THREE, f"**3 of 4 features in 2 dimensions** (eyes, nose and lips), 1 antipodal pair: {OPPOSITE}."),
        (TWO, "**2 of 4 features in 2 dimensions** (eyes and nose)."),
        (np.zeros((2, 4)), "**0 of 4 features in 2 dimensions** (none)."),
    ],
)
def test_what_the_trained_code_keeps(W: list[list[float]], words: str) -> None:
    # Lips and head, of importance 1/2 each, left out: p/3 - p²/4.
    two = 0.2 / 3 - 0.2**2 / 4
    assert findings.kept(made(face_spec(0.2), two / 2, W=W)) == (
        f"At **S = 0.8** (each feature is nonzero with probability 1 − S = 0.2) the trained code keeps {words} "
        "Its loss is **50 % less than** that of keeping eyes and nose alone."
    )


def test_from_where_four_arrows_pay() -> None:
    assert findings.four_arrows_pay(0.456) == (
        "From **S = 0.46** on, four arrows have a smaller loss than keeping two features"
    )
    assert findings.four_arrows_pay(None) == ("Four arrows never have a smaller loss here than keeping two features")


def test_how_many_seeds_end_in_two_pairs() -> None:
    four, three = made(face_spec(0.2), 0.1, W=FOUR), made(face_spec(0.2), 0.2, W=THREE)
    rest = (
        " in two antipodal pairs. Their losses run from 0.1 to 0.2; the page's own run has 0.1. Pictures are turned so "
        "that eyes point to the right, and mirrored to be as like the page's own run as they can."
    )
    assert findings.other_seeds([four, three, four], four) == f"**2 of 3** other seeds end{rest}"
    assert findings.other_seeds([four, three], four) == f"**1 of 2** other seeds ends{rest}"


def test_partners_and_what_is_left_out() -> None:
    assert findings.partners(np.array(FOUR)) == "partners: eyes↔lips, nose↔head"
    assert findings.partners(np.eye(2, 4)) == "h = [x₁, x₂]: lips, head left out"
    assert findings.partners(np.array(THREE)).endswith("; left out: head")
    assert findings.partners(np.zeros((2, 4))) == "left out: eyes, nose, lips, head"


def test_why_faces_are_empty() -> None:
    some = findings.empty_faces(5, 8, 0.9)
    assert some.startswith("5 of 8 are empty circles, which is no fault")
    assert "S⁴ = 66 %" in some
    assert findings.empty_faces(0, 8, 0.0).startswith("No face here is empty")
