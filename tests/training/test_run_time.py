"""What a training will cost: more for more, refused where it is too much, with a sentence that is true."""

import re

import pytest

import toymodels as tm
from toymodels.experiments.ladder import DENSITIES, PRESETS, density_sweep_spec
from toymodels.training.run_time import BUDGET_SECONDS, refusal, rounded, seconds

BASE = tm.Autoencoder(100, 20, DENSITIES, 0.95)
TWENTY = tuple(round(1 - k / 25, 2) for k in range(20))


@pytest.mark.parametrize(
    "more",
    [
        tm.Autoencoder(200, 20, DENSITIES, 0.95),
        tm.Autoencoder(100, 60, DENSITIES, 0.95),
        tm.Autoencoder(100, 20, (*DENSITIES, 0.5), 0.95),
        tm.AbsMLP(100, 20, DENSITIES, 0.95),
        tm.Autoencoder(100, 20, DENSITIES, 0.95, data=tm.data.Correlated(((0, 1),))),
        tm.Autoencoder(100, 20, DENSITIES, 0.95, data=tm.data.FixedSamples(1_000_000)),
    ],
)
def test_more_costs_more(more: tm.Spec) -> None:
    assert seconds([more]) > seconds([BASE])


def test_trainings_add_up() -> None:
    assert seconds([BASE, BASE]) == pytest.approx(2 * seconds([BASE]))
    assert seconds([BASE], seeds=8) == pytest.approx(8 * seconds([BASE]))


def test_the_decks_ladder_and_every_preset_are_trained() -> None:
    for preset in PRESETS:
        pair = [
            density_sweep_spec(activation, preset.n_features, preset.n_hidden, preset.decay, preset.densities)
            for activation in ("linear", "relu")
        ]
        assert refusal(pair) is None
    assert refusal([density_sweep_spec("relu")], seeds=8) is None


def test_a_refusal_names_the_numbers() -> None:
    spec = tm.Autoencoder(100, 100, TWENTY, 0.95)
    sentence = refusal([spec, spec])
    assert sentence is not None
    assert "40 models of 100 features in 100 dimensions" in sentence
    assert f"about {rounded(seconds([spec, spec]))}; this server gives a page {rounded(BUDGET_SECONDS)}" in sentence


def test_what_a_refusal_says_fits_does_fit_and_one_more_does_not() -> None:
    spec = tm.Autoencoder(100, 100, TWENTY, 0.95)
    sentence = refusal([spec], seeds=4)
    assert sentence is not None
    found = re.search(r"What fits: (\d+) of the 20 densities", sentence)
    assert found is not None
    fitting = int(found[1])
    assert 0 < fitting < 20
    assert refusal([tm.Autoencoder(100, 100, TWENTY[:fitting], 0.95)], seeds=4) is None
    assert refusal([tm.Autoencoder(100, 100, TWENTY[: fitting + 1], 0.95)], seeds=4) is not None


def test_where_not_even_one_density_fits_it_says_so() -> None:
    sentence = refusal([tm.Autoencoder(4096, 2048, 0.1, 1.0)])
    assert sentence is not None
    assert sentence.startswith("1 model of")
    assert sentence.endswith("What fits: a smaller model.")


@pytest.mark.parametrize(("time", "words"), [(0.2, "a second"), (13.7, "14 s"), (89, "89 s"), (200, "3 min")])
def test_a_time_in_words(time: float, words: str) -> None:
    assert rounded(time) == words


def test_steps_and_restarts_count() -> None:
    assert seconds([BASE], steps=1700) == pytest.approx(2 * seconds([BASE]), rel=0.1)
    small = tm.Autoencoder(20, 5, 0.1, 0.9)
    assert seconds([small], restarts=64) > 2 * seconds([small]) > 3 * seconds([small], restarts=1)
    assert refusal([small], steps=2000) is None
    assert refusal([small], steps=1_000_000) is not None
