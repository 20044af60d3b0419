"""What holds of every page, also where a test looks at something else: it does not fail, and writes numbers for people.

A page that fails answers with a sentence of its own, and shows no exception: only the log tells.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

EXPONENT = re.compile(r"\de[+-]\d\d")
"""In a number as Python writes 8.09 · 10⁻⁵."""

CLOSE = re.compile(r"\d%(?![\dA-F]{2})")
"""In a number as Python writes 84 %, but not in an address."""

QUOTED = re.compile(r"“[^”]*”")
"""The title of a slide is written as it is there."""

PACKED = 200
"""A string without a space that is as long as this holds numbers, packed."""

_found: list[str] = []


def written_for_computers(page: AppTest) -> list[str]:
    """Sentences, cells of tables and alternative texts of a page that have a number such as 8.09e-05 or 84% in them."""
    said = [str(element.value) for kind in (page.markdown, page.caption, page.info, page.warning) for element in kind]
    said += [str(element.proto.alt) for element in page.get("vega_lite_chart")]
    said += [cell for table in (*page.table, *page.dataframe) for cell in _texts(table.value.values.tolist())]
    for element in page.get("bidi_component"):
        said += _texts(json.loads(element.proto.json)) if element.proto.json else []
    return [words for words in said if EXPONENT.search(words) or CLOSE.search(QUOTED.sub("", words))]


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value] if len(value) < PACKED or " " in value else []
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    # Most of what a component is given are numbers.
    return [text for part in parts if not isinstance(part, float) for text in _texts(part)]


@pytest.fixture(scope="session", autouse=True)
def _every_run_of_a_page_is_looked_at() -> Iterator[None]:
    run = AppTest._run

    def looked_at(page: AppTest, *arguments: Any, **settings: Any) -> AppTest:
        after = run(page, *arguments, **settings)
        _found.extend(written_for_computers(after))
        return after

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(AppTest, "_run", looked_at)
        yield


@pytest.fixture(autouse=True)
def no_page_fails(request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Fail with the page; a test whose page is meant to fail is marked `fault`."""
    yield
    logged = [record for phase in ("setup", "call") for record in caplog.get_records(phase)]
    failures = [record.exc_info[1] for record in logged if record.exc_info]
    assert request.node.get_closest_marker("fault") or not failures


@pytest.fixture(autouse=True)
def every_number_is_written_for_people() -> Iterator[None]:
    """Fail where a page has said a number with an e in it or a % at it, since the test before this one."""
    yield
    found, _found[:] = sorted(set(_found)), []
    assert found == []
