"""Paper check: the page's claims with their verdict, this run's numbers, and in how many seeds each of them holds."""

from collections.abc import Sequence

import streamlit as st

from toymodels.app.shell.page import page_name, presenting
from toymodels.experiments import Check
from toymodels.pretrained.claims import counted_claim

VERDICTS = {
    True: ":green-badge[:material/check: holds]",
    False: ":red-badge[:material/close: does not hold]",
    None: ":gray-badge[:material/remove: not tested here]",
}


def paper_check(checks: Sequence[Check]) -> None:
    """Show every claim with its verdict, pass or fail; in a talk how many hold, and those that do not."""
    if presenting():
        _at_a_glance(checks)
        return
    st.caption(
        "What the deck and the paper claim, tested on the runs on this page, and in how many seeds it holds with the "
        "settings that the page has on arrival."
    )
    columns = st.columns(2, gap="large")
    for number, check in enumerate(checks):
        with columns[2 * number // len(checks)]:
            verdict = VERDICTS[check.holds]
            st.markdown(
                f"{verdict} {check.claim}  \n**This run:** {check.measured}  \n"
                f":small[{over_seeds(check)}{check.source}{why_not_in_more(check)}]"
            )


def _at_a_glance(checks: Sequence[Check]) -> None:
    holding = sum(check.holds is True for check in checks)
    st.markdown(f"# {holding} of {len(checks)}")
    st.markdown("claims of the deck and the paper hold in the runs of this page.")
    for check in checks:
        if check.holds is not True:
            st.markdown(f"{VERDICTS[check.holds]} {check.claim}  \n**This run:** {check.measured}")
    counted = [claim for check in checks if (claim := counted_claim(page_name(), check.claim)) is not None]
    if counted:
        every = sum(claim.holds == claim.seeds for claim in counted)
        st.caption(f"{every} of {len(counted)} hold in every seed that was tried. Leave the talk to read each.")


def over_seeds(check: Check) -> str:
    """In how many seeds the claim of a check holds, before its source: "In 31 of 32 seeds · "; empty if not counted."""
    claim = counted_claim(page_name(), check.claim)
    if claim is None:
        return ""
    unknown = f" ({claim.unknown} cannot tell)" if claim.unknown else ""
    return f"**In {claim.holds} of {claim.seeds} seeds**{unknown} · "


def why_not_in_more(check: Check) -> str:
    """Why the claim of a check holds in few seeds, after its source; empty if it holds in enough of them."""
    claim = counted_claim(page_name(), check.claim)
    return f" · Why not in more: {claim.reason}" if claim is not None and claim.needs_reason else ""
