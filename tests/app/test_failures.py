"""A page that fails says so in one sentence; what failed is for the log."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from toymodels.app.shell.failures import SORRY

FAILING = """
import streamlit as st
from toymodels.app.shell.failures import answer_for_faults

answer_for_faults()
st.write("So far, so good.")
with st.sidebar:
    raise ValueError("a secret of the server")
"""


@pytest.mark.fault
def test_a_failing_page_shows_a_sentence_and_a_way_home_and_no_details(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "failing.py").write_text(FAILING)
    home = tmp_path / "streamlit_app.py"
    home.write_text("")
    page = AppTest.from_file(str(home)).run().switch_page("pages/failing.py").run()
    assert page.markdown[0].value == "So far, so good."
    assert [error.value for error in page.main.error] == [SORRY]
    assert [link.proto.label for link in page.main.get("page_link")] == ["Back to the start"]
    assert not page.exception
    assert "secret" not in str(page)
    (record,) = [record for record in caplog.records if record.exc_info]
    assert "a secret of the server" in str(record.exc_info)
