"""In how many seeds the claims of the pages hold: the counting, the file, the document, and one page counted again."""

import pytest

from tests.app.pages import open_page, words
from toymodels.app.compute import make_claims
from toymodels.app.compute.make_claims import DOCUMENT, WHY, counted, document, reason, titles
from toymodels.app.shell.page_registry import PAGES
from toymodels.experiments import Check
from toymodels.pretrained import claims
from toymodels.pretrained.claims import CountedClaim, counted_claim, counted_claims


def checked(*holds: bool | None) -> list[list[Check]]:
    return [[Check("A | claim.", "a slide", f"{one}.", one)] for one in holds]


def test_verdicts_are_counted_seed_by_seed() -> None:
    (claim,) = counted("faces", checked(True, False, None, True, False))
    assert (claim.verdicts, claim.holds, claim.seeds) == ("+-?+-", 2, 5)
    assert (claim.measured, claim.exception) == ("True.", "Seed 1: False.")
    (sure,) = counted("faces", checked(True, True))
    assert (sure.holds, sure.exception) == (2, "")
    assert claim.needs_reason
    assert not sure.needs_reason


def test_a_claim_that_is_worded_by_the_seed_is_refused() -> None:
    with pytest.raises(RuntimeError, match="words a claim differently"):
        counted("faces", [[Check("One.", "", "", True)], [Check("Two.", "", "", True)]])


@pytest.mark.parametrize(("holds", "needed"), [(28, True), (29, False)])
def test_twenty_nine_of_thirty_two_are_enough(holds: int, needed: bool) -> None:
    assert CountedClaim("faces", "", "", "+" * holds + "-" * (32 - holds), "", "", "").needs_reason is needed


def test_the_document_has_a_row_for_each_claim_and_says_what_cannot_tell() -> None:
    text = document(counted("faces", checked(True, False, None)), {"faces": "Faces"})
    assert "## Faces (/faces)" in text
    assert "| A \\| claim. | a slide | 1 of 3 (1 cannot tell) | True. | Seed 1: False. |" in text


def test_the_document_is_that_of_the_file_and_no_row_is_left_unexplained() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == document(counted_claims(), titles(PAGES))
    assert list(dict.fromkeys(claim.page for claim in counted_claims())) == [entry.name for entry in PAGES]
    assert [claim.claim for claim in counted_claims() if claim.needs_reason and not claim.reason] == []
    for claim in counted_claims():
        assert claim.reason in ("", reason(claim.page, claim.claim))
    for page, start in WHY:
        assert [one.page for one in counted_claims() if one.claim.startswith(start) and one.page == page] == [page]


@pytest.mark.parametrize("seed", [3, 17])
def test_counting_a_page_again_gives_the_verdicts_of_the_file(seed: int) -> None:
    verdicts = {True: claims.HOLDS, False: claims.FAILS, None: claims.CANNOT_TELL}
    for check in make_claims.checks("pentagon", seed):
        claim = counted_claim("pentagon", check.claim)
        assert claim is not None
        assert claim.verdicts[seed] == verdicts[check.holds], check.measured


def test_without_the_file_pages_show_the_verdict_of_this_run_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claims, "FILE", claims.FILE.with_name("nothing.json"))
    claims.counted_claims.cache_clear()
    page = words(open_page("measure"))
    claims.counted_claims.cache_clear()
    assert page.count("**This run:**") == 5
    assert "seeds**" not in page
