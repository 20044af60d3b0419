"""The page "Superposition as a phase change", as a visitor meets it."""

import base64

import numpy as np
import pytest

from tests.app.pages import component_data, open_page, words
from toymodels.analysis.phase_diagram import CODES, optimum
from toymodels.app.components import packed
from toymodels.experiments.phase_change import densities, relative_importances


def test_the_map_shows_what_was_trained_beside_the_optimum() -> None:
    page = open_page("phase_change", cells="10", starts="4")
    (drawn,) = (data for data in component_data(page) if "maps" in data)
    trained, theory = drawn["maps"]
    assert np.shape(trained["code"]) == np.shape(theory["code"]) == (10, 10)
    p, r = densities(10), relative_importances(10)
    np.testing.assert_allclose(drawn["p"], p, rtol=1e-3)
    best = optimum(2, r[:, None], p)
    np.testing.assert_array_equal(theory["code"], best.code)
    assert np.mean(np.array(trained["code"]) == best.code) > 0.9
    np.testing.assert_allclose(drawn["losses"][0], np.broadcast_to(r[:, None], (10, 10)), rtol=1e-3)
    assert "Of **100 trained models**" in words(page)
    assert words(page).count("check: holds]") >= 2


def test_a_talk_shows_the_maps_and_then_the_line() -> None:
    asked = open_page("phase_change", talk="1", cells="10", starts="1")
    assert "everywhere" in {button.label for button in asked.button}
    for stop, shown in (("map", ["map"]), ("line", ["line"])):
        page = open_page("phase_change", talk="1", stop=stop, cells="10", starts="1")
        (drawn,) = (data for data in component_data(page) if "maps" in data)
        assert drawn["shown"] == shown


def test_other_seeds_are_a_row_each() -> None:
    page = open_page("phase_change", cells="10", starts="1", seeds="true")
    (table,) = page.table
    assert list(table.value["seed"]) == [str(seed) for seed in range(1, 9)]


def test_a_map_that_is_refused_is_the_one_in_the_code_to_run_at_home() -> None:
    page = open_page("phase_change", n="8", cells="60", starts="32")
    (warning,) = page.warning
    assert "At home there is no such limit" in warning.value
    assert "spec = phase_spec(8, 60)" in page.code[0].value
    assert "restarts=32" in page.code[0].value
    compile(page.code[0].value, "at home", "exec")


def test_the_code_to_run_at_home_prints_the_share_of_the_map_that_the_page_shows(
    capsys: pytest.CaptureFixture[str],
) -> None:
    page = open_page("phase_change", cells="10", starts="1")
    exec(compile(page.code[0].value, "at home", "exec"), {})
    (drawn,) = (data for data in component_data(page) if "maps" in data)
    in_superposition = np.array(drawn["maps"][0]["code"]) == CODES.index("superposition")
    assert capsys.readouterr().out.strip() == f"in superposition: {in_superposition.mean()}"


@pytest.mark.parametrize("value", [0.0, -1.25, 7.999, 9.0])
def test_packed_numbers_are_whole_and_bounded(value: float) -> None:
    (whole,) = np.frombuffer(base64.b64decode(packed([value])), "<i2")
    assert whole / 4096 == pytest.approx(min(value, 8), abs=2 / 4096)
