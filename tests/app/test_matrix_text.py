"""W as people write it: what is understood, and the one clear sentence for what is not."""

import io
import re
import tracemalloc
import zipfile
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import toymodels as tm
from toymodels.analysis.polytopes import Polytope
from toymodels.app.shell.matrix_csv import read_csv
from toymodels.app.shell.matrix_text import (
    MAX_ENTRY,
    MAX_FEATURES,
    MAX_FILE,
    MAX_HIDDEN,
    MAX_TEXT,
    read_rows,
    read_run,
    read_weights,
    write_rows,
)
from toymodels.experiments.arrangements import ARRANGEMENTS, DECK
from toymodels.experiments.ladder import density_sweep_spec
from toymodels.run import Snapshots


def saved(run: tm.Run) -> bytes:
    file = io.BytesIO()
    run.save(file)
    return file.getvalue()


@pytest.mark.parametrize(
    "text",
    [
        "1 0 -1 0\n0 1 0 -1",
        "1,0,-1,0;0,1,0,-1",
        " 1, 0, -1, 0 / 0, 1, 0, -1 ",
        "1\t0\t−1\t0\r\n0\t1\t0\t−1\r\n",
        "[[1, 0, -1, 0], [0, 1, 0, -1]]",
        "[[ 1.  0. -1.  0.]\n [ 0.  1.  0. -1.]]",
        "([1e0, 0, -1, -0], [0, 1, 0, -1])",
    ],
)
def test_the_decks_w_in_the_ways_people_write_it(text: str) -> None:
    assert read_rows(text) is DECK.W


@pytest.mark.parametrize("arrangement", ARRANGEMENTS, ids=lambda one: one.name)
def test_a_link_with_four_digits_means_exactly_the_arrangement(arrangement: Polytope) -> None:
    assert read_rows(write_rows(arrangement.W)) is arrangement.W


matrices = st.integers(1, MAX_FEATURES).flatmap(
    lambda n: st.lists(
        st.lists(st.floats(-MAX_ENTRY, MAX_ENTRY), min_size=n, max_size=n), min_size=1, max_size=MAX_HIDDEN
    )
)


@settings(deadline=None)
@given(matrices)
def test_what_is_written_is_read_again(rows: list[list[float]]) -> None:
    text = write_rows(rows)
    assert len(text) <= MAX_TEXT
    W = read_rows(text)
    np.testing.assert_allclose(W, rows, rtol=5e-4, atol=1.1e-4)
    assert write_rows(read_rows(write_rows(W))) == write_rows(W)


BAD = [
    ("", "W is empty; it needs 1 to 20 rows of 1 to 20 numbers."),
    ("1 0\n0 eyes", "Row 2, number 2 is “eyes”, not a number from -10 to 10."),
    ("1 nan", "Row 1, number 2 is “nan”, not a number from -10 to 10."),
    ("inf 1", "Row 1, number 1 is “inf”, not a number from -10 to 10."),
    ("1e999", "Row 1, number 1 is “1e999”, not a number from -10 to 10."),
    ("1 10.5", "Row 1, number 2 is “10.5”, not a number from -10 to 10."),
    ("1,,3", "Row 1, number 2 is missing; it must be a number from -10 to 10."),
    ("1 0 -1 0\n0 1 0", "Row 2 has 3 numbers, row 1 has 4; all rows need as many."),
    ("1 2\n3", "Row 2 has 1 number, row 1 has 2; all rows need as many."),
    ("1 " * 21, "Row 1 has 21 numbers; W needs 1 to 20 rows of 1 to 20 numbers."),
    ("1\n" * 21, "W has 21 rows; it needs 1 to 20 rows of 1 to 20 numbers."),
    ("1 " * 5000, "W is at most 5,000 characters long, not 10,000."),
    ("<b>x</b>", "Row 1, number 1 is “?b?x?”, not a number"),
    ("1_000", "is “1?000”, not a number"),
    ("[x](http:1)", "is “x”, not a number"),
    ("٣", "not a number"),
    ("0x1", "not a number"),
    ("1+1", "not a number"),
]


@pytest.mark.parametrize(("text", "sentence"), BAD, ids=lambda value: repr(value)[:20])
def test_what_is_no_w_gets_one_clear_sentence(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=re.escape(sentence)):
        read_rows(text)


@settings(deadline=None)
@given(st.text() | st.text(alphabet="0123456789.-+e ,;/[]()\n", max_size=80))
def test_any_text_gives_a_legal_w_or_one_short_plain_sentence(text: str) -> None:
    try:
        W = read_rows(text)
    except ValueError as error:
        sentence = str(error)
        assert len(sentence) < 120
        assert sentence.endswith(".")
        assert not re.search(r"[*_`#<>$\[\]\\|~\n]", sentence)
    else:
        assert W.ndim == 2
        assert 1 <= W.shape[0] <= MAX_HIDDEN
        assert 1 <= W.shape[1] <= MAX_FEATURES
        assert (np.abs(W) <= MAX_ENTRY).all()


@pytest.mark.parametrize("data", [b"1,0,-1,0\n0,1,0,-1\n", b"\xef\xbb\xbf1;0;-1;0\r\n0;1;0;-1", b"1 0 -1 0\n0 1 0 -1"])
def test_a_csv_with_a_row_per_dimension(data: bytes) -> None:
    assert read_csv(data).W is DECK.W


OWN = np.array([[1.5, 2.5], [3.1, -4.2]])


@pytest.mark.parametrize(
    ("text", "understood"),
    [
        ("1,5;2,5\n3,1;-4,2\n", "Read 2 × 2 numbers separated by semicolons, with decimal commas."),
        ("1.5;2.5\n3.1;-4.2\n", "Read 2 × 2 numbers separated by semicolons."),
        ("1,5\t2,5\n3,1\t−4,2", "Read 2 × 2 numbers separated by tabs, with decimal commas."),
        ('"1,5","2,5"\n"3,1","-4,2"', "Read 2 × 2 numbers separated by commas, with decimal commas."),
        ("# from a spreadsheet\n1.5, 2.5\n3.1, -4.2", "Read 2 × 2 numbers separated by commas."),
        ("eyes,nose\n1.5,2.5\n3.1,-4.2", "Read 2 × 2 numbers separated by commas; the heading left out."),
        (",eyes,nose\n0,1.5,2.5\n1,3.1,-4.2",
         "Read 2 × 2 numbers separated by commas; the heading and the names of the rows left out."),
        ("h1;1,5;2,5\nh2;3,1;-4,2",
         "Read 2 × 2 numbers separated by semicolons, with decimal commas; the names of the rows left out."),
        ("1.5 2.5\n3.1 -4.2", "Read 2 × 2 numbers separated by spaces."),
    ],
)  # fmt: skip
def test_a_csv_is_read_as_its_program_meant_it(text: str, understood: str) -> None:
    found = read_csv(text.encode())
    np.testing.assert_array_equal(found.W, OWN)
    assert found.understood == understood


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("1,5 2,5\n3,1 4,2", "Commas in this file may separate numbers or be decimal marks: separate by semicolons."),
        ("1,5;2.5", "This file has both points and commas in its numbers: use one decimal mark."),
        ('"1,2\n3,4', "The file is not a CSV of numbers: a quotation mark is not closed."),
    ],
)
def test_a_csv_that_could_be_read_in_two_ways_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=re.escape(sentence)):
        read_csv(text.encode())


def test_weights_that_numpy_saved() -> None:
    archive, array = io.BytesIO(), io.BytesIO()
    np.savez(archive, W=OWN)
    np.save(array, OWN.astype(np.float32))
    for file in (archive, array):
        np.testing.assert_array_equal(read_weights(file.getvalue()), OWN.astype(np.float32 if file is array else float))
    for W, sentence in (
        (np.ones((21, 2)), "The file holds a W of 21 × 2; at most 20 × 20 fits into a link."),
        (np.full((2, 2), np.nan), "a weight that is not a number from -10 to 10"),
        (np.ones((2, 2), complex), "neither an .npz saved here nor a W of real numbers saved by NumPy."),
        (np.ones(3), "neither an .npz saved here nor a W of real numbers saved by NumPy."),
    ):
        file = io.BytesIO()
        np.save(file, W)
        with pytest.raises(ValueError, match=re.escape(sentence)):
            read_weights(file.getvalue())
    # A header that promises more than there is.
    with pytest.raises(ValueError, match="neither an"):
        read_weights(array.getvalue().replace(b"(2, 2)", b"(9, 9)"))


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"1,2\n" * 2_500_000, "The file has 10 MB; at most 0.5 MB is read."),
        (b"1,2\n" * 4000, "A CSV of W is at most 15,000 characters long, not 16,000."),
        (b"1,2\n3\n", "Row 2 has 1 number, row 1 has 2; all rows need as many."),
        (b"eyes,1\n1,nose\n", "Row 1, number 1 is “eyes”, not a number from -10 to 10."),
        (b"1,NaN\n", "Row 1, number 2 is “NaN”, not a number from -10 to 10."),
        (b"1,2,\n", "Row 1, number 3 is missing"),
        (b"\xff\xd8\xff\xe0", "The file is not a CSV of numbers: it is not text."),
        (b"", "W is empty"),
    ],
    ids=["10 MB", "16 kB", "ragged", "heading", "NaN", "comma at the end", "picture", "empty"],
)
def test_a_bad_csv_gets_one_clear_sentence(data: bytes, sentence: str) -> None:
    with pytest.raises(ValueError, match=re.escape(sentence)):
        read_csv(data)


def test_a_saved_run_of_ours() -> None:
    run = tm.train(tm.Autoencoder(4, 2, (1, 0.1), 0.9), steps=20)
    np.testing.assert_array_equal(read_run(saved(run)).W, run.W)


def test_the_weights_of_the_density_sweep_are_taken() -> None:
    run = tm.train(density_sweep_spec("relu"), steps=1, restarts=1)
    W = read_run(saved(run)).W
    np.testing.assert_array_equal(W, run.W)
    np.testing.assert_allclose(read_rows(write_rows(W[0])), W[0], rtol=1e-3, atol=1e-4)


def test_the_longest_w_fits_into_the_field() -> None:
    W = np.full((MAX_HIDDEN, MAX_FEATURES), -0.0001234)
    assert len(write_rows(W)) <= MAX_TEXT
    np.testing.assert_array_equal(read_rows(write_rows(W)), W)
    archive, array = io.BytesIO(), io.BytesIO()
    np.savez(archive, W=W)
    np.save(array, W)
    for data in (archive.getvalue(), array.getvalue()):
        np.testing.assert_array_equal(read_weights(data), W)
    digits = np.random.default_rng(0).uniform(-1, 1, W.shape)
    text = "\n".join(",".join(map(repr, row)) for row in digits.tolist())
    np.testing.assert_array_equal(read_csv(text.encode()).W, digits)


def test_files_that_are_no_small_autoencoder_are_refused() -> None:
    foreign = io.BytesIO()
    np.savez(foreign, W=DECK.W)
    wide = tm.train(tm.Autoencoder(21, 5, 0.1, 0.9), steps=1, restarts=1)
    mlp = tm.train(tm.AbsMLP(4, 6, 0.1, 0.9), steps=1, restarts=1)
    many = tm.train(tm.Autoencoder(2, 1, [0.5] * 257, 1.0), steps=1, restarts=1)
    for data, sentence in (
        (foreign.getvalue(), "The file is not an .npz of weights saved here."),
        (b"1,2,3", "The file is not an .npz of weights saved here."),
        (saved(wide), "The file holds a W of 5 × 21; at most 20 × 20 fits into a link."),
        (saved(many), "The file holds 257 models; at most 256 fit here."),
        (saved(mlp), "The file holds an absolute-value model: two matrices, W1 and W2, and no single W."),
        (bytes(10_000_000), "The file has 10 MB; at most 0.5 MB is read."),
    ):
        with pytest.raises(ValueError, match=re.escape(sentence)):
            read_run(data)


@pytest.mark.parametrize("value", [np.nan, np.inf, 11.0])
def test_a_run_with_a_weight_that_cannot_be_typed_is_refused(value: float) -> None:
    run = tm.train(tm.Autoencoder(4, 2, 0.1, 0.9), steps=1, restarts=1)
    run.parameters["W"][0, 0, 0] = value
    with pytest.raises(ValueError, match="a weight that is not a number from -10 to 10"):
        read_run(saved(run))


SAVED = saved(tm.train(tm.Autoencoder(4, 2, 0.1, 0.9), steps=1, restarts=1, snapshots=2))


def one_plain_sentence_or_w(read: Callable[[bytes], object], data: bytes) -> None:
    try:
        read(data)
    except ValueError as error:
        sentence = str(error)
    else:
        return
    assert len(sentence) < 120
    assert not re.search(r"[*_`#<>$\[\]\\|~\n]", sentence)


@settings(deadline=None)
@given(st.binary(max_size=400) | st.text().map(str.encode))
def test_any_file_gives_a_legal_w_or_one_short_plain_sentence(data: bytes) -> None:
    one_plain_sentence_or_w(read_csv, data)
    one_plain_sentence_or_w(read_run, data)
    one_plain_sentence_or_w(read_weights, data)


@settings(deadline=None)
@given(st.integers(0, len(SAVED)), st.binary(max_size=8), st.integers(0, 40))
def test_a_saved_run_that_was_cut_or_patched_gives_a_run_or_one_sentence(at: int, patch: bytes, gap: int) -> None:
    one_plain_sentence_or_w(read_run, SAVED[:at] + patch + SAVED[at + gap :])
    one_plain_sentence_or_w(read_run, SAVED[:at])


def bomb() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("about", "W", "b", "loss", "loss_error"):
            archive.writestr(f"{name}.npy", bytes(100_000_000))
    return file.getvalue()


def saved_zeros(spec: tm.Autoencoder, frames: int) -> bytes:
    """A run of zeros as `Run.save` writes it: small as a file, large in memory."""
    instances = spec.n_instances
    W = np.zeros((instances, spec.n_hidden, spec.n_features))
    b, loss = np.zeros((instances, spec.n_features)), np.zeros(instances)
    film = Snapshots(
        np.arange(frames),
        {name: np.zeros((frames, *value.shape)) for name, value in (("W", W), ("b", b))},
        np.zeros((frames, instances)),
    )
    return saved(tm.Run(spec, 0, 1, 1, {"W": W, "b": b}, loss, loss, 0.1, film if frames else None))


WIDE = saved_zeros(tm.Autoencoder(2800, 1400, 0.5, 0.9), frames=0)
LONG_FILM = saved_zeros(tm.Autoencoder(12, 5, [0.1] * 100, 0.9), frames=1000)


def test_a_long_film_of_many_models_costs_no_memory_for_its_w_is_all_that_is_read() -> None:
    tracemalloc.start()
    run = read_run(LONG_FILM)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert run.snapshots is None
    assert run.W.shape == (100, 5, 12)
    assert peak < 3_000_000


@pytest.mark.parametrize(
    ("read", "data"),
    [
        (read_run, bomb()),
        (read_run, WIDE),
        (read_csv, b"1," * 225_000),
        (read_csv, b"[" * 475_000),
        (read_csv, b"1\n" * 225_000),
        (read_csv, "−".encode() * 150_000),
        (read_csv, b"\xef\xbb\xbf" * 150_000),
    ],
    ids=["500 MB of zeros", "a wide run", "one long row", "brackets", "many rows", "minus signs", "byte order marks"],
)
def test_files_just_small_enough_to_be_read_cost_no_memory(read: Callable[[bytes], object], data: bytes) -> None:
    assert len(data) <= MAX_FILE
    tracemalloc.start()
    try:
        with pytest.raises(ValueError, match=r"\.$"):
            read(data)
        assert tracemalloc.get_traced_memory()[1] < 10_000_000
    finally:
        tracemalloc.stop()
