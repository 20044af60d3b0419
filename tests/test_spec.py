"""Specs: what they accept, how they refuse, and that they are values."""

import itertools
import json
import pickle
import re
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toymodels.spec import AbsMLP, Autoencoder, Spec, spec_from_json

GOOD: dict[str, Any] = {"n_features": 4, "n_hidden": 2, "feature_probability": 0.1, "importance": 0.9}

# Python refuses to write it out, so it needs a name of its own.
HUGE = pytest.param(10**5000, "int too long", id="5001 digits")


def build(model: type[Autoencoder] | type[AbsMLP] = Autoencoder, **changes: Any) -> Spec:
    return model(**(GOOD | changes))


def refusal(make: Callable[[], object]) -> str:
    with pytest.raises(ValueError) as caught:  # noqa: PT011  the callers look at the sentence
        make()
    return str(caught.value)


probabilities = st.floats(1e-6, 1)
decays = st.floats(0, 1, exclude_min=True)


@st.composite
def specs(draw: st.DrawFn) -> Spec:
    n = draw(st.integers(1, 12))
    weights = st.lists(st.floats(0, 1e6), min_size=n, max_size=n).filter(any)
    values: dict[str, Any] = {
        "n_features": n,
        "n_hidden": draw(st.integers(1, 4096)),
        "feature_probability": draw(probabilities | st.lists(probabilities, min_size=1, max_size=8)),
        "importance": draw(decays | weights),
    }
    if draw(st.booleans()):
        row = st.lists(probabilities, min_size=n, max_size=n)
        values["feature_probability"] = draw(st.lists(row, min_size=1, max_size=3))
        values["importance"] = draw(st.lists(weights, min_size=1, max_size=1) | weights)
    if draw(st.booleans()):
        return AbsMLP(**values)
    return Autoencoder(
        **values,
        activation=draw(st.sampled_from(["relu", "linear", "gelu", "leaky_relu"])),
        hidden_activation=draw(st.sampled_from(["linear", "relu"])),
    )


# ---- refusals: the field, the value and the range ----


@pytest.mark.parametrize("model", [Autoencoder, AbsMLP])
@pytest.mark.parametrize("field", ["n_features", "n_hidden"])
@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (-1, "-1"), (0, "0"), (4097, "4097"), (5.5, "5.5"), (5.0, "5.0"), (True, "True"), ("5", "'5'"), (None, "None"),
        (10**30, "1000000"), HUGE, (float("nan"), "nan"), ([5], "[5]"), (np.True_, "True"),
    ],
)  # fmt: skip
def test_a_size_that_is_no_whole_number_in_range_is_refused(
    model: type[Autoencoder] | type[AbsMLP], field: str, value: object, shown: str
) -> None:
    message = refusal(lambda: build(model, **{field: value}))
    assert message.startswith(f"{field} must be a whole number from 1 to 4096, got ")
    assert shown in message
    assert len(message) < 150


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ((0,), "0"), (0, "0"), (1.5, "1.5"), ((0.1, 1.5), "1.5"), (-0.1, "-0.1"), (float("nan"), "nan"),
        (float("inf"), "inf"), ((0.1, float("nan")), "nan"), ("0.1", "'0.1'"), (("0.1",), "'0.1'"), (b"0.1", "b'0.1'"),
        (bytearray(b"1"), "bytearray"), (True, "True"), (np.True_, "True"), (None, "None"), (1j, "1j"),
        (np.complex128(0.5), "0.5"), ([[0.1, 0.2, 1.5, 1]], "1.5"), ([[[0.1], 0.2, 0.3, 0.4]], "[0.1]"),
        ([0.1, [0.1, 0.2, 0.3, 0.4]], "[0.1, 0.2"), ({0.1: 1}, "{0.1: 1}"), ({0.1}, "{0.1}"), HUGE,
        (itertools.count(1), "count(1)"), (9.9e-7, "9.9e-07"), (1e-39, "1e-39"), (5e-324, "5e-324"),
    ],
)  # fmt: skip
def test_a_feature_probability_outside_its_range_is_refused(value: object, shown: str) -> None:
    message = refusal(lambda: build(feature_probability=value))
    assert message.startswith("feature_probability must be from 1e-06 to 1, got ")
    assert shown in message
    assert len(message) < 150


@pytest.mark.parametrize(("value", "count"), [((), 0), ([0.5] * 65_537, 65_537), (np.full(10**6, 0.5), 10**6)])
def test_a_number_of_instances_outside_its_range_is_refused(value: object, count: int) -> None:
    assert refusal(lambda: build(feature_probability=value)) == (
        f"feature_probability must hold 1 to 65536 numbers, one per instance, got {count}"
    )


@pytest.mark.parametrize("field", ["feature_probability", "importance"])
@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ([[0.1, 0.2]], "must hold 4 numbers, one per feature, in every row, got [0.1, 0.2]"),
        (np.array([[0.1]]), "must hold 4 numbers, one per feature, in every row, got array([0.1])"),
        ([[0.1] * 4, [0.1] * 5], "must hold 4 numbers, one per feature, in every row, got [0.1, 0.1"),
        (np.full((32_769, 4), 0.1), "must hold at most 32768 rows of 4 numbers, got 32769"),
    ],
)
def test_a_table_that_does_not_fit_is_refused(field: str, value: object, sentence: str) -> None:
    changes: dict[str, Any] = {field: value}
    assert refusal(lambda: build(**changes)).startswith(f"{field} {sentence}")


def test_importances_of_another_number_of_instances_are_refused() -> None:
    rows = [[1, 1, 1, 0.5], [1, 1, 1, 0.25]]
    assert refusal(lambda: build(feature_probability=(0.1, 0.2, 0.3), importance=rows)) == (
        "importance must hold one row per instance (3) or one for all, got 2 rows"
    )


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0, "0"), (1.5, "1.5"), (-0.5, "-0.5"), (float("nan"), "nan"), ("0.7", "'0.7'"), (True, "True"), (None, "None")],
)
def test_a_decay_outside_its_range_is_refused(value: object, shown: str) -> None:
    message = refusal(lambda: build(importance=value))
    assert message.startswith(
        "importance must be a decay greater than 0 and at most 1 (feature i then weighs decay**i)"
    )
    assert message.endswith(f"got {shown}")


@pytest.mark.parametrize(
    ("value", "count"), [((1, 1, 1), 3), ((1,) * 5, 5), ((), 0), (np.ones(3), 3), ([1.0] * 10**6, 10**6)]
)
def test_importances_of_another_number_than_the_features_are_refused(value: object, count: int) -> None:
    message = refusal(lambda: build(importance=value))
    assert message.startswith(f"importance must hold one number per feature (4), got {count}: ")
    assert len(message) < 150


@pytest.mark.parametrize(
    ("entry", "shown"),
    [
        (-1, "-1"), (1000001, "1000001"), (float("nan"), "nan"), (float("inf"), "inf"), ("1", "'1'"), (True, "True"),
        (None, "None"), ([1.0], "[1.0]"), HUGE,
    ],
)  # fmt: skip
def test_an_importance_outside_its_range_is_refused(entry: object, shown: str) -> None:
    message = refusal(lambda: build(importance=(1, 1, entry, 1)))
    assert message.startswith("importance must be from 0 to 1e+06, got ")
    assert shown in message


def test_importances_that_are_all_zero_are_refused() -> None:
    assert refusal(lambda: build(importance=(0, 0, 0, 0))).startswith(
        "importance must be greater than 0 for at least one feature, got (0, 0, 0, 0)"
    )


@pytest.mark.parametrize("value", ["ReLU", "", None, 1, ["relu"], np.array(["relu", "linear"])])
def test_an_activation_that_is_neither_is_refused(value: Any) -> None:
    message = refusal(lambda: Autoencoder(4, 2, 0.1, 0.9, value))
    assert message.startswith("activation must be 'relu', 'linear', 'gelu' or 'leaky_relu', got ")


@pytest.mark.parametrize("value", ["gelu", None, "none", 0])
def test_a_hidden_activation_that_is_neither_is_refused(value: Any) -> None:
    message = refusal(lambda: Autoencoder(4, 2, 0.1, 0.9, hidden_activation=value))
    assert message.startswith("hidden_activation must be 'linear' or 'relu', got ")


# ---- what is taken ----


def test_a_single_probability_is_one_instance() -> None:
    spec = build(feature_probability=0.25)
    assert spec.feature_probability == (0.25,)
    assert spec.n_instances == 1


def test_a_decay_r_means_r_to_the_i_from_i_0() -> None:
    assert build(importance=0.5).importances.tolist() == [1, 0.5, 0.25, 0.125]


def test_a_sequence_of_importances_is_taken_as_it_is() -> None:
    assert build(importance=(1, 1, 0.5, 0)).importances.tolist() == [1, 1, 0.5, 0]


def test_every_instance_may_have_its_own_importance() -> None:
    rows = [[1, 1, 1, 0.5], [1, 1, 1, 0.25]]
    spec = build(importance=np.array(rows))
    assert spec.feature_probability == (0.1, 0.1)
    assert spec.importances.tolist() == rows
    assert spec.at(1) == build(importance=rows[1])
    assert build(importance=[rows[0], rows[0]], feature_probability=(0.1, 0.2)).importance == (1, 1, 1, 0.5)


def test_every_feature_of_every_instance_may_have_its_own_probability() -> None:
    rows = [[0.1, 0.2, 0.3, 0.4], [0.5, 0.5, 0.5, 0.5]]
    spec = build(feature_probability=rows)
    assert spec.probabilities.tolist() == rows
    assert spec.densities == (0.25, 0.5)
    assert spec.at(0).probabilities.tolist() == rows[:1]
    # Where all are equal it is the spec that one number makes.
    assert spec.at(1) == build(feature_probability=0.5)


def test_importances_are_float64_whatever_was_given() -> None:
    assert build(importance=1).importances.dtype == np.float64
    assert build(importance=np.ones(4, np.float32)).importances.dtype == np.float64


@pytest.mark.parametrize(
    "changes",
    [
        {"n_features": np.int64(4), "n_hidden": np.uint8(2)},
        {"n_features": np.array(4)},
        {"feature_probability": np.float64(0.1)},
        {"feature_probability": np.array(0.1)},
        {"feature_probability": np.array([0.1])},
        {"feature_probability": [0.1]},
        {"feature_probability": Fraction(1, 10)},
        {"importance": np.float64(0.9)},
        {"importance": np.array(0.9)},
    ],
)
def test_numpy_and_other_numbers_give_the_same_spec_as_plain_ones(changes: dict[str, Any]) -> None:
    spec = build(**changes)
    assert spec == build()
    assert hash(spec) == hash(build())
    assert spec.to_json() == build().to_json()


@pytest.mark.parametrize("weights", [[1, 0, 1, 1], range(4), np.arange(4), np.arange(4.0).astype(np.float32)])
def test_importances_of_any_sequence_type_are_kept_as_a_tuple_of_floats(weights: Any) -> None:
    importance = build(importance=weights).importance
    assert isinstance(importance, tuple)
    assert all(type(entry) is float for entry in importance)
    assert list(importance) == [float(entry) for entry in weights]


# ---- specs are values ----


@given(specs())
def test_a_spec_survives_json_and_pickle(spec: Spec) -> None:
    for copy in (spec_from_json(spec.to_json()), pickle.loads(pickle.dumps(spec))):
        assert copy == spec
        assert hash(copy) == hash(spec)
        assert type(copy) is type(spec)
        assert copy.to_json() == spec.to_json()


@given(specs(), specs())
def test_specs_are_equal_exactly_when_their_texts_are(one: Spec, other: Spec) -> None:
    assert (one == other) == (one.to_json() == other.to_json())


def test_equal_specs_have_one_text_even_with_a_negative_zero() -> None:
    one, other = build(importance=(1, 0.0, 1, 1)), build(importance=(1, -0.0, 1, 1))
    assert one == other
    assert one.to_json() == other.to_json()


@pytest.mark.parametrize(
    "changes",
    [
        {"n_features": 5},
        {"n_hidden": 3},
        {"feature_probability": (0.1, 0.1)},
        {"importance": 0.8},
        {"activation": "linear"},
    ],
)
def test_specs_that_differ_in_one_field_are_not_equal(changes: dict[str, Any]) -> None:
    assert build(**changes) != build()


def test_the_two_models_are_never_equal() -> None:
    assert build(Autoencoder) != build(AbsMLP)


def test_a_spec_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        build().n_features = 5  # type: ignore[misc]


# ---- texts from strangers ----


def edited(**changes: object) -> str:
    return json.dumps(json.loads(build().to_json()) | changes)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "spec is not JSON"),
        ("not json", "spec is not JSON"),
        ("[" * 100_000, "spec is not JSON"),
        ("1" * 5000, "spec is not JSON"),
        ("[]", "spec must name a model, one of Autoencoder, AbsMLP"),
        ("null", "spec must name a model"),
        ("{}", "spec must name a model"),
        (edited(model="Transformer"), "spec must name a model"),
        (edited(model=["Autoencoder"]), "spec must name a model"),
        (edited(schema=3), "spec must be of schema 1 to 2"),
        (edited(schema=True), "spec must be of schema 1 to 2"),
        (edited(schema=None), "spec must be of schema 1 to 2"),
        (
            edited(colour="red"),
            "spec of Autoencoder must have exactly activation, data, feature_probability, hidden_activation",
        ),
        (edited(data=None), "data must name a kind, one of Independent, "),
        (edited(data={"kind": "Dependent"}), "data must name a kind, one of Independent, "),
        (edited(data={"kind": "Independent"}), "data of kind Independent must have exactly values, got []"),
        (edited(data={"kind": "Independent", "values": 1}), "values must be 'uniform' or 'binary', got 1"),
        (edited(**{"x" * 10_000: 1}), "spec of Autoencoder must have exactly"),
        (json.dumps({"schema": 1, "model": "AbsMLP"}), "spec of AbsMLP must have exactly"),
        (edited(n_features=-1), "n_features must be a whole number from 1 to 4096, got -1"),
        (edited(n_features=4.0), "n_features must be a whole number"),
        (edited(feature_probability=[]), "feature_probability must hold 1 to 65536"),
        (edited(feature_probability=float("nan")), "feature_probability must be from 1e-06 to 1"),
        (edited(feature_probability={}), "feature_probability must be from 1e-06 to 1"),
        (edited(importance=[[1], [2, 3], 1, 1]), "importance must be from 0 to 1e+06, got [1]"),
        (edited(importance=1e400), "importance must be a decay"),
        (edited(activation=7), "activation must be 'relu', 'linear', 'gelu' or 'leaky_relu', got 7"),
    ],
)
def test_a_text_that_is_no_spec_is_refused_in_one_short_sentence(text: str, sentence: str) -> None:
    message = refusal(lambda: spec_from_json(text))
    assert message.startswith(sentence)
    assert len(message) < 250
    assert "\n" not in message


def test_a_text_of_schema_1_is_the_spec_that_it_was() -> None:
    text = (
        '{"schema": 1, "model": "Autoencoder", "n_features": 4, "n_hidden": 2, "feature_probability": [0.1], '
        '"importance": 0.9, "activation": "relu"}'
    )
    assert spec_from_json(text) == build()


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=6,
)
FIELDS = [
    "schema",
    "model",
    "n_features",
    "n_hidden",
    "feature_probability",
    "importance",
    "activation",
    "data",
    "more",
]


@given(st.dictionaries(st.sampled_from(FIELDS), json_values, min_size=1, max_size=3))
def test_whatever_a_field_holds_the_text_gives_a_legal_spec_or_a_valueerror(changes: dict[str, Any]) -> None:
    message = None
    try:
        spec = spec_from_json(edited(**changes))
    except ValueError as error:
        message = str(error)
    if message is None:
        assert spec_from_json(spec.to_json()) == spec
    else:
        assert re.match(
            r"(spec|n_features|n_hidden|feature_probability|importance|activation|hidden_activation|data) ", message
        )
        assert len(message) < 250
