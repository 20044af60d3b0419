"""Paper check: the page's claims with their verdict and this run's numbers."""

from collections.abc import Sequence

import streamlit as st

from toymodels.experiments import Check

VERDICTS = {
    True: ":green-badge[:material/check: holds]",
    False: ":red-badge[:material/close: does not hold]",
    None: ":gray-badge[:material/remove: not tested here]",
}


def paper_check(checks: Sequence[Check]) -> None:
    """Show every claim with its verdict, pass or fail."""
    st.caption("What the deck and the paper claim, tested on the runs on this page.")
    columns = st.columns(2, gap="large")
    for number, check in enumerate(checks):
        with columns[2 * number // len(checks)]:
            verdict = VERDICTS[check.holds]
            st.markdown(f"{verdict} {check.claim}  \n**This run:** {check.measured}  \n:small[{check.source}]")
