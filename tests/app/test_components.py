"""The mathematics and the number format of the figures in the browser, run by a JavaScript engine without a browser."""

import json
import math
import re
from collections.abc import Callable
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import quickjs  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st

from toymodels.analysis.losses import one_active
from toymodels.analysis.weights import directions, feature_dimensionality, gram, norms
from toymodels.app import components
from toymodels.app.shell.take_home import LONGEST_NAME, file_name
from toymodels.arrays import Array
from toymodels.models import absolute_value, autoencode
from toymodels.plots.theme import DARK, LIGHT, Theme, contrast, mix

FOLDER = Path(components.__file__).parent
SOURCES = {file.stem: file.read_text(encoding="utf-8") for file in sorted(FOLDER.glob("*.js"))}
COMPONENTS = [name for name, source in SOURCES.items() if "\nexport default " in source]
MODULES = [name for name in SOURCES if name not in COMPONENTS]
IMPORTS = {
    name: {part: re.findall(r"\w+", names) for names, part in components._IMPORT.findall(source)}
    for name, source in SOURCES.items()
}


@cache
def engine(module: str) -> Any:
    """An engine that has run a module; its functions are global, and there is no document."""
    context = quickjs.Context()
    context.eval(components.script(module).replace("\nexport ", "\n").removeprefix("export "))
    return context


def javascript(module: str, function: str) -> Callable[..., Any]:
    """A function of a module, called with what JSON can say."""

    def call(*arguments: Any) -> Any:
        told = ", ".join(json.dumps(np.asarray(each).tolist()) for each in arguments)
        return json.loads(engine(module).eval(f"JSON.stringify({function}({told}))"))

    return call


def random_model(seed: int, m: int = 3, n: int = 5) -> tuple[Array, Array, Array]:
    """W (m, n), b (n,) and x (n,)."""
    rng = np.random.default_rng(seed)
    return rng.normal(size=(m, n)), rng.normal(size=n), rng.uniform(-1, 1, n)


# ---- colours ----


def test_every_colour_of_the_dark_theme_has_its_counterpart_in_the_light_one() -> None:
    ramps = list(zip(DARK.ramps, LIGHT.ramps, strict=True))
    engine("colours").eval(f"const turned = towardsLight({json.dumps(ramps)})")
    for dark, light in ramps:
        for place in np.linspace(0, 1, 41):
            # Where two ramps cross, a colour may be taken for that of the other one.
            turned = json.loads(engine("colours").eval(f"JSON.stringify(turned({_channels(mix(dark, place))}))"))
            assert turned == pytest.approx(_channels(mix(light, place)), abs=24), (dark, place)


def test_what_has_no_colour_of_its_own_stays_black() -> None:
    engine("colours").eval(f"const kept = towardsLight({json.dumps([(DARK.ramps[0], LIGHT.ramps[0])])})")
    assert (
        json.loads(engine("colours").eval("JSON.stringify([kept([0, 0, 0]), kept([255, 255, 255])])")) == [[0] * 3] * 2
    )


def _channels(colour: str) -> list[int]:
    return [int(colour[at : at + 2], 16) for at in (1, 3, 5)]


# ---- forward passes ----


@pytest.mark.parametrize("activation", ["relu", "linear"])
def test_the_autoencoder_in_the_browser_is_the_librarys(activation: Any) -> None:
    encode, decode = javascript("model", "encode"), javascript("model", "decode")
    for seed in range(20):
        W, b, x = random_model(seed, m=1 + seed % 4)
        expected = autoencode(W, b, x[None], activation)[0]
        np.testing.assert_allclose(decode(W, b, encode(W, x), activation == "relu"), expected, atol=1e-12)


def test_the_absolute_value_model_in_the_browser_is_the_librarys() -> None:
    hidden, neuron = javascript("model", "hiddenLayer"), javascript("model", "neuron")
    for seed in range(20):
        W1, b, x = random_model(seed, m=8)
        W2 = random_model(seed + 100, m=5, n=8)[0]
        outputs = [neuron(W2[i], hidden(W1, x), b[i]) for i in range(5)]
        np.testing.assert_allclose(outputs, absolute_value(W1, W2, b, x[None])[0], atol=1e-12)


def test_the_loss_weighs_every_squared_error_by_its_importance() -> None:
    assert javascript("model", "loss")([1, 0.5, 0.25], [1, 2, 3], [0, 2, 1]) == 1 + 0 + 0.25 * 4


# ---- measures ----


def test_measures_in_the_browser_are_the_librarys() -> None:
    for seed in range(20):
        W = random_model(seed, m=1 + seed % 4)[0]
        W[:, 2] = 0
        np.testing.assert_allclose(javascript("model", "gram")(W), gram(W), atol=1e-12)
        np.testing.assert_allclose(javascript("model", "norms")(W), norms(W), atol=1e-12)
        np.testing.assert_allclose(javascript("model", "cosines")(W), gram(directions(W)), atol=1e-12)
        np.testing.assert_allclose(javascript("model", "dimensionality")(W), feature_dimensionality(W), atol=1e-12)
        assert javascript("model", "longest")([0.5 * W, W]) == pytest.approx(norms(W).max())


def interference(a: float, b: float) -> float:
    """Int_0^1 ReLU(a x + b)^2 dx, as one entry of the library's closed form."""
    return float(one_active(np.array([[1.0, a], [0.0, 0.0]]), np.array([0.0, b]), 1.0).interference[0, 1])


def test_the_closed_form_of_interference_in_the_browser_is_the_librarys() -> None:
    rng = np.random.default_rng(0)
    cases = [*rng.uniform(-1.5, 1.5, (300, 2)).round(3).tolist(), [0, 0], [0, 0.5], [0, -0.5], [1, 0], [-1, 0],
             [-1, 1], [1, -1], [0.5, -0.5], [-0.5, 0.5], [1e-9, 0.3], [-1e-9, -0.3]]  # fmt: skip
    areas = [javascript("model", "squaredArea")(a, b) for a, b in cases]
    np.testing.assert_allclose(areas, [interference(a, b) for a, b in cases], atol=1e-12)
    assert sum(area == 0 for area in areas) > 60


def test_a_line_of_equal_loss_has_that_loss_or_lies_at_the_edge() -> None:
    within = 0
    for level in (0.001, 0.03, 0.3):
        for b in np.linspace(-1, 1, 21):
            a = javascript("model", "interferenceAt")(level, b, 1)
            if -1 < a < 1:
                within += 1
                assert interference(a, b) == pytest.approx(level, abs=1e-6)
            else:
                assert interference(a, b) <= level if a == 1 else interference(a, b) >= level
    assert within > 20


# ---- positions ----


def test_between_two_frames_a_matrix_lies_between_the_two() -> None:
    frame_at = javascript("model", "frameAt")
    frames = [[[0, 0]], [[1, 10]], [[2, 40]]]
    assert [frame_at(frames, at) for at in (0, 0.5, 1, 1.75, 2)] == [
        [[0, 0]],
        [[0.5, 5]],
        [[1, 10]],
        [[1.75, 32.5]],
        [[2, 40]],
    ]
    assert frame_at(frames[:1], 0) == frames[0]


def test_the_nearest_point_is_found_if_it_is_near_enough() -> None:
    nearest = javascript("model", "nearest")
    points = [[0, 0], [10, 0], [0, 10]]
    assert [nearest(points, at, 5) for at in ([1, 1], [7, 0], [5, 5], [0, 15], [0, 15.1])] == [0, 1, -1, 2, -1]


@given(low=st.floats(1e-4, 1), factor=st.floats(1.3, 1e4), log=st.booleans())
def test_ticks_are_a_few_round_numbers_within_the_scale(low: float, factor: float, log: bool) -> None:
    high = low * factor
    ticks = javascript("model", "ticks")(low, high, log)
    assert ticks == sorted(ticks)
    assert len(ticks) <= 6
    assert all(low * (1 - 1e-9) <= tick <= high * (1 + 1e-9) for tick in ticks)
    # 1, 2 or 5 times a power of ten: on a linear scale the gap between two ticks, on a logarithmic one every tick.
    steps = ticks if log else [after - before for before, after in pairwise(ticks)]
    assert {f"{step:.6e}".partition("e")[0] for step in steps} <= {"1.000000", "2.000000", "5.000000"}
    assert log or all(abs(tick / steps[0] - round(tick / steps[0])) < 1e-6 for tick in ticks if steps)


# ---- numbers ----


@given(st.floats(1e-4, 999))
def test_significant_digits_are_those_of_python(value: float) -> None:
    assert javascript("numbers", "significant")(value) == f"{value:.3g}"
    assert javascript("numbers", "significant")(-value) == f"−{value:.3g}"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0, "0"),
        (-4e-17, "0"),
        (8.094e-5, "8.09 · 10⁻⁵"),
        (-2e-12, "−2 · 10⁻¹²"),
        (0.0001, "0.0001"),
        (99960, "100000"),
        (1.5e7, "1.5 · 10⁷"),
    ],
)
def test_small_and_large_numbers_have_powers_of_ten(value: float, words: str) -> None:
    assert javascript("numbers", "significant")(value) == words


@given(st.floats(-1e4, 1e4), st.integers(0, 4))
def test_a_number_in_its_place_has_a_fixed_number_of_digits_and_zero_no_sign(value: float, places: int) -> None:
    text = javascript("numbers", "fixed")(value, places)
    assert len(text.partition(".")[2]) == places
    number = float(text.replace("−", "-"))
    assert abs(number - value) <= 0.5 * 10.0**-places + 1e-9
    assert "-" not in text
    assert ("−" in text) == (number < 0)
    assert not (number == 0 and math.copysign(1, number) < 0)


def test_indices_and_exponents_are_written_low_and_high() -> None:
    assert javascript("numbers", "subscript")(120) == "₁₂₀"
    assert javascript("numbers", "superscript")(-37) == "⁻³⁷"


# ---- heat maps ----


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_a_number_in_a_cell_has_the_ink_of_the_higher_contrast(theme: Theme) -> None:
    is_dense = javascript("heat_map", "isDense")
    for value in np.linspace(-1.2, 1.2, 97):
        cell = mix((theme.background, theme.sign[0 if value < 0 else 2]), abs(value))
        of_page, of_words = contrast(theme.background, cell), contrast(theme.text, cell)
        # Colours are rounded to 8 bits here.
        assert is_dense(value, theme.ink) == (of_page > of_words) or abs(of_page - of_words) < 0.05
        assert max(of_page, of_words) > 3.9


# ---- how components share code ----


@pytest.mark.parametrize("name", SOURCES)
def test_a_script_is_whole_and_imports_just_what_it_uses(name: str) -> None:
    text = components.script(name)
    assert not re.search(r"^import ", text, re.MULTILINE)
    assert text.count("export default ") == (name in COMPONENTS)
    # It parses: no name is declared twice, and nothing of a module is missing.
    body = text.replace("export default ", "return ").replace("\nexport ", "\n").removeprefix("export ")
    quickjs.Context().eval(f"(() => {{ new Function({json.dumps(body)}) }})()")
    code = components._IMPORT.sub("", SOURCES[name])
    for part, names in IMPORTS[name].items():
        exported = components._EXPORT.findall(SOURCES[part])
        for each in names:
            assert each in exported, f"{part} has no {each}"
            assert re.search(rf"\b{each}\b", code), f"{each} is imported and not used"


@pytest.mark.parametrize("name", MODULES)
def test_what_a_module_exports_is_used(name: str) -> None:
    used = {each for imports in IMPORTS.values() for each in imports.get(name, [])}
    assert used == set(components._EXPORT.findall(SOURCES[name]))


@pytest.mark.parametrize("name", ["model", "numbers"])
def test_mathematics_and_numbers_need_no_document(name: str) -> None:
    assert components.parts(name) == [name]
    assert not re.search(r"\b(document|window)\b", re.sub(r"//.*", "", SOURCES[name]))


# ---- labels and files of figures ----

BOX = {"left": 400, "right": 500, "top": 300, "bottom": 340}
FIGURE = {"left": 300, "right": 1100, "top": 200, "bottom": 550}


@pytest.mark.parametrize(
    ("box", "figure", "place"),
    [
        (BOX, FIGURE, {"left": 270, "top": 550}),  # below the figure, of which it hides nothing
        (BOX, FIGURE | {"bottom": 750}, {"left": 270, "top": 352}),  # too low: below the target
        (BOX | {"bottom": 780}, FIGURE | {"bottom": 790}, {"left": 270, "top": 138}),  # above it
        (BOX | {"top": 100, "bottom": 780}, FIGURE | {"bottom": 790}, {"left": 512, "top": 365}),  # beside it
        (BOX | {"left": 0, "right": 20}, FIGURE, {"left": 8, "top": 550}),  # never out of the window
    ],
)
def test_a_label_leaves_its_target_in_sight(
    box: dict[str, float], figure: dict[str, float], place: dict[str, float]
) -> None:
    told = ", ".join(json.dumps(each) for each in (box, figure))
    found = json.loads(engine("explanation").eval(f"JSON.stringify(labelPlace({told}, 360, 150, 1280, 800))"))
    assert found == place


def test_a_figures_file_is_named_like_the_files_of_the_server() -> None:
    state = {"S": "0.7", "W": "1,0;0,1", "stop": "axis"}
    made = engine("saved_figure").eval(
        f'figureFileName("measure", "gram", {json.dumps(list(state.items()))}, ["talk", "stop"])'
    )
    shown = {key: value for key, value in state.items() if key != "stop"}
    assert made == file_name("measure_gram", shown)
    assert engine("saved_figure").eval('figureFileName("", "hero", [], [])') == "home_hero"
    long = engine("saved_figure").eval('figureFileName("measure", "gram", [["W", "1".repeat(200)]], [])')
    assert len(long) == LONGEST_NAME
