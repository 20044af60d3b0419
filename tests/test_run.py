"""A run and its file: nothing is lost on the way, and no file can do harm."""

import io
import json
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from toymodels.models import parameter_shapes
from toymodels.run import Run, Snapshots, load_run, saved_spec
from toymodels.spec import AbsMLP, Autoencoder, Spec

SPEC = Autoencoder(4, 2, (1.0, 0.1), (1.0, 1.0, 0.5, 0.5), "linear")


def hand_made(spec: Spec = SPEC, frames: int = 0) -> Run:
    rng = np.random.default_rng(0)
    instances = spec.n_instances

    def parameters(*axes: int) -> dict[str, Any]:
        shapes = parameter_shapes(spec)
        return {name: rng.normal(size=axes + shape).astype(np.float32) for name, shape in shapes.items()}

    film = None
    if frames:
        film = Snapshots(np.arange(frames) * 10, parameters(frames, instances), rng.uniform(size=(frames, instances)))
    return Run(
        spec=spec,
        seed=7,
        steps=500,
        restarts=3,
        parameters=parameters(instances),
        loss=rng.uniform(size=instances),
        loss_error=rng.uniform(size=instances),
        seconds=0.25,
        snapshots=film,
    )


def saved(run: Run) -> bytes:
    file = io.BytesIO()
    run.save(file)
    return file.getvalue()


def npy(array: Any) -> bytes:
    file = io.BytesIO()
    np.lib.format.write_array(file, np.asarray(array), version=(1, 0))
    return file.getvalue()


def header(descr: str, shape: str) -> bytes:
    """The first bytes of an array file that claims a type and a shape, and brings nothing."""
    text = f"{{'descr': {descr}, 'fortran_order': False, 'shape': {shape}, }}".ljust(117) + "\n"
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text.encode()


def members(run: Run) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(saved(run))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(contents: dict[str, bytes]) -> io.BytesIO:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    file.seek(0)
    return file


def forged(**changes: bytes | None) -> io.BytesIO:
    """A saved run with some of its arrays replaced, or left out; `snapshots_W` stands for `snapshots.W`."""
    contents = members(hand_made(frames=2))
    for name, content in changes.items():
        member = name.replace("snapshots_", "snapshots.") + ".npy"
        if content is None:
            del contents[member]
        else:
            contents[member] = content
    return packed(contents)


def redescribed(**changes: Any) -> io.BytesIO:
    """A saved run whose description says something else."""
    about = json.loads(np.load(io.BytesIO(members(hand_made())["about.npy"])).item())
    return forged(about=npy(json.dumps(about | changes)))


def refusal(file: Any) -> str:
    with pytest.raises(ValueError, match=r"^not a run saved by toymodels: [^\n]{5,200}$") as caught:
        load_run(file)
    return str(caught.value)


# ---- nothing is lost ----


@pytest.mark.parametrize("frames", [0, 3])
@pytest.mark.parametrize("spec", [SPEC, AbsMLP(3, 5, 0.5, 0.8)])
def test_a_run_comes_back_from_its_file_as_it_was(spec: Spec, frames: int, tmp_path: Path) -> None:
    run = hand_made(spec, frames)
    run.save(tmp_path / "run.npz")
    copy = load_run(tmp_path / "run.npz")
    assert (copy.spec, copy.seed, copy.steps, copy.restarts, copy.seconds) == (spec, 7, 500, 3, 0.25)
    pairs = [(copy.loss, run.loss), (copy.loss_error, run.loss_error)]
    assert list(copy.parameters) == list(run.parameters)
    pairs += [(copy.parameters[name], run.parameters[name]) for name in run.parameters]
    assert (copy.snapshots is None) == (run.snapshots is None)
    if copy.snapshots is not None and run.snapshots is not None:
        pairs += [(copy.snapshots.step, run.snapshots.step), (copy.snapshots.loss, run.snapshots.loss)]
        pairs += [(copy.snapshots.parameters[name], run.snapshots.parameters[name]) for name in run.parameters]
    for back, there in pairs:
        assert_array_equal(back, there)
        assert back.dtype == there.dtype


def test_a_run_is_written_under_the_very_name_that_was_asked_for(tmp_path: Path) -> None:
    hand_made().save(str(tmp_path / "weights"))
    assert [path.name for path in tmp_path.iterdir()] == ["weights"]
    assert load_run(str(tmp_path / "weights")).spec == SPEC


def test_a_run_can_be_read_from_an_open_file() -> None:
    assert load_run(io.BytesIO(saved(hand_made()))).spec == SPEC


def test_anyone_with_numpy_can_read_the_file_and_nothing_in_it_is_pickled() -> None:
    run = hand_made(frames=2)
    with np.load(io.BytesIO(saved(run)), allow_pickle=False) as file:
        assert_array_equal(file["W"], run.W)
        assert_array_equal(file["snapshots.W"][:, 1], run.snapshots.parameters["W"][:, 1] if run.snapshots else None)
        assert json.loads(json.loads(file["about"].item())["spec"])["n_features"] == 4


def test_a_run_has_the_weights_of_its_model_and_says_so_when_asked_for_others() -> None:
    autoencoder, mlp = hand_made(), hand_made(AbsMLP(3, 5, (0.5, 0.1), 0.8))
    assert (autoencoder.W.shape, autoencoder.b.shape) == ((2, 2, 4), (2, 4))
    assert (mlp.W1.shape, mlp.W2.shape, mlp.b.shape) == ((2, 5, 3), (2, 3, 5), (2, 3))
    with pytest.raises(AttributeError, match="a run of AbsMLP has W1, W2, b, not W"):
        _ = mlp.W
    with pytest.raises(AttributeError, match="a run of Autoencoder has W, b, not W1"):
        _ = autoencoder.W1


# ---- files that are no runs ----


def test_a_file_that_is_not_there_is_reported_as_that(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        load_run(tmp_path / "nowhere.npz")


def test_a_folder_is_reported_as_that(tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError):
        load_run(tmp_path)


@pytest.mark.parametrize("content", [b"", b"hello", b"PK", b"PK\x03\x04" + bytes(50), bytes(10_000), npy(np.ones(3))])
def test_a_file_that_is_no_zip_is_refused(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "run.npz").write_bytes(content)
    assert "the file is damaged" in refusal(tmp_path / "run.npz")


def test_a_zip_of_something_else_is_refused() -> None:
    assert "no item named 'about.npy'" in refusal(packed({"letter.txt": b"Dear reader"}))
    assert "no item named 'about.npy'" in refusal(packed({}))
    assert "no item named 'about.npy'" in refusal(packed({"W.npy": npy(np.ones((2, 4)))}))


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_a_truncated_run_is_refused(share: float) -> None:
    content = saved(hand_made(frames=3))
    refusal(io.BytesIO(content[: int(share * len(content))]))


def test_a_run_with_any_one_byte_changed_is_refused_or_is_still_the_run() -> None:
    run = hand_made()
    content = saved(run)
    for at in range(0, len(content), 3):
        broken = content[:at] + bytes([content[at] ^ 0x55]) + content[at + 1 :]
        try:
            copy = load_run(io.BytesIO(broken))
        except ValueError:
            continue
        assert copy.spec == SPEC
        assert_array_equal(copy.W, run.W)


@pytest.mark.parametrize("name", ["W", "b", "loss", "loss_error", "about", "snapshots_W", "snapshots_loss"])
def test_a_run_without_one_of_its_arrays_is_refused_by_the_arrays_name(name: str) -> None:
    assert name.replace("_W", ".W").replace("s_loss", "s.loss") in refusal(forged(**{name: None}))


SPRUNG: list[str] = []


class Trap:
    """An object that, unpickled, leaves a trace."""

    def __reduce__(self) -> tuple[Any, ...]:
        return spring, ("sprung",)


def spring(trace: str) -> None:
    SPRUNG.append(trace)


def test_an_array_of_objects_is_never_unpickled() -> None:
    file = io.BytesIO()
    np.save(file, np.array([Trap()], dtype=object), allow_pickle=True)
    for name in ("about", "W", "snapshots_step"):
        assert "got object of shape (1)" in refusal(forged(**{name: file.getvalue()}))
    assert SPRUNG == []
    np.load(io.BytesIO(file.getvalue()), allow_pickle=True)
    assert SPRUNG == ["sprung"], "this trap would not have shown anything"


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("W", npy(np.ones((2, 4), np.float32)), "W must be real numbers of shape (2, 2, 4), got float32"),
        ("W", npy(np.ones((2, 4, 2))), "W must be real numbers of shape (2, 2, 4), got float64 of shape (2, 4, 2)"),
        ("W", npy(np.ones((1, 2, 4))), "W must be"),
        ("W", npy(np.ones((2, 2, 4), np.complex64)), "W must be real numbers"),
        ("W", npy(np.ones((2, 2, 4), np.int64)), "W must be real numbers"),
        ("W", npy(np.ones((2, 2, 4), bool)), "W must be real numbers"),
        ("W", npy(np.full((2, 2, 4), "x")), "W must be real numbers"),
        ("W", npy(np.ones((2, 2, 4), np.longdouble)), "W must be real numbers"),
        ("b", npy(np.ones((2, 5))), "b must be real numbers of shape (2, 4)"),
        ("loss", npy(np.ones(3)), "loss must be real numbers of shape (2), got float64 of shape (3)"),
        ("loss_error", npy(np.float64(1)), "loss_error must be real numbers of shape (2), got float64 of shape ()"),
        ("snapshots_W", npy(np.ones((3, 2, 2, 4))), "snapshots.W must be real numbers of shape (2, 2, 2, 4)"),
        ("snapshots_loss", npy(np.ones(2)), "snapshots.loss must be real numbers of shape (2, 2)"),
        ("snapshots_step", npy([0.0, 1.0]), "snapshots.step must be whole numbers"),
        ("snapshots_step", npy(np.arange(1001)), "snapshots.step must be whole numbers of shape (any)"),
        ("about", npy(1.0), "about must be text"),
        ("about", npy(["a", "b"]), "about must be text"),
        ("about", npy(b"bytes"), "about must be text"),
        ("W", b"", "W is not an array that NumPy can read"),
        ("W", b"not an array", "W is not an array that NumPy can read"),
        ("W", b"\x93NUMPY\x03\x00" + bytes(60), "W is not an array that NumPy can read"),
        ("W", header("'<f4'", "(" * 30), "W is not an array that NumPy can read"),
        ("W", header("'nonsense'", "(2, 2, 4)"), "W is not an array that NumPy can read"),
        ("W", header("'<f4'", "(2, 2, 4)"), "W is cut short"),
        ("W", npy(np.ones((2, 2, 4)))[:-8], "W is cut short"),
        ("snapshots_step", header("'<i8'", "(-1,)"), "snapshots.step must be whole numbers"),
        ("snapshots_step", header("'<i8'", "(True,)"), "snapshots.step must be whole numbers"),
    ],
)  # fmt: skip
def test_an_array_that_does_not_fit_the_spec_is_refused_by_name_and_shape(
    name: str, content: bytes, sentence: str
) -> None:
    assert sentence in refusal(forged(**{name: content}))


# ---- descriptions that are none ----


@pytest.mark.parametrize("text", ["", "hello", "[" * 100_000, "[]", "null", "{}", '"toymodels run 1"', "1" * 5000])
def test_a_description_that_is_not_ours_is_refused(text: str) -> None:
    assert "its description " in refusal(forged(about=npy(text)))


def test_a_file_of_another_format_is_refused() -> None:
    assert "its description does not say 'toymodels run 1'" in refusal(redescribed(format="toymodels run 2"))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"spec": "null"}, "spec must name a model"),
        ({"spec": {"n_features": 4}}, "spec is not JSON"),
        ({"spec": SPEC.to_json().replace('"schema": 2', '"schema": 3')}, "spec must be of schema 1 to 2"),
        ({"spec": SPEC.to_json().replace('"n_features": 4', '"n_features": -4')}, "n_features must be a whole number"),
        ({"spec": SPEC.to_json().replace("0.1", "1.1")}, "feature_probability must be from 1e-06 to 1"),
        ({"spec": SPEC.to_json().replace('"n_hidden": 2', '"n_hidden": 3')},
         "W must be real numbers of shape (2, 3, 4)"),
        ({"seed": None}, "its seed must be a whole number, 0 or more, got None"),
        ({"seed": -1}, "its seed must be a whole number"),
        ({"seed": 0.5}, "its seed must be a whole number"),
        ({"seed": True}, "its seed must be a whole number"),
        ({"steps": "many"}, "its steps must be a whole number, 0 or more, got 'many'"),
        ({"steps": "x" * 5000}, "its steps must be a whole number"),
        ({"restarts": [1]}, "its restarts must be a whole number"),
        ({"restarts": 10**1000}, "its restarts must be a whole number"),
        ({"seconds": float("nan")}, "its seconds must be a number"),
        ({"seconds": "soon"}, "its seconds must be a number"),
    ],
)  # fmt: skip
def test_a_description_with_a_value_outside_its_range_is_refused(changes: dict[str, Any], sentence: str) -> None:
    assert sentence in refusal(redescribed(**changes))


# ---- files that would eat the memory ----


def peak_of_refusing(file: io.BytesIO) -> int:
    tracemalloc.start()
    try:
        refusal(file)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_a_header_that_claims_a_billion_rows_costs_no_memory() -> None:
    for name in ("W", "loss", "snapshots_step", "about"):
        assert peak_of_refusing(forged(**{name: header("'<f8'", "(1000000000,)")})) < 5e6
    assert peak_of_refusing(forged(about=header("'<U1000000000'", "()"))) < 5e6
    assert peak_of_refusing(forged(snapshots_step=header("'<i8'", f"({10**300},)"))) < 5e6


def test_a_spec_and_headers_that_agree_on_a_giant_cost_no_memory_either() -> None:
    giant = Autoencoder(4096, 4096, [0.5] * 256, 0.9)
    about = json.loads(np.load(io.BytesIO(members(hand_made())["about.npy"])).item()) | {"spec": giant.to_json()}
    contents = {
        "about.npy": npy(json.dumps(about)),
        "W.npy": header("'<f4'", "(256, 4096, 4096)"),
        "b.npy": header("'<f4'", "(256, 4096)"),
        "loss.npy": npy(np.ones(256)),
        "loss_error.npy": npy(np.ones(256)),
    }
    assert peak_of_refusing(packed(contents)) < 5e6


def test_a_small_file_that_unpacks_to_a_huge_one_is_refused_before_it_does() -> None:
    contents = members(hand_made()) | {"W.npy": npy(np.zeros((2, 2, 4))) + bytes(100_000_000)}
    file = packed(contents)
    assert len(file.getvalue()) < 1e6
    assert peak_of_refusing(file) < 5e6


def test_arrays_of_a_size_that_the_spec_calls_for_are_not_unpacked_while_another_is_missing() -> None:
    wide = Autoencoder(2800, 2800, 0.5, 0.9)
    about = json.loads(np.load(io.BytesIO(members(hand_made())["about.npy"])).item()) | {"spec": wide.to_json()}
    contents = {"about.npy": npy(json.dumps(about)), "W.npy": npy(np.zeros((1, 2800, 2800), np.float32))}
    assert peak_of_refusing(packed(contents)) < 5e6


def test_the_spec_alone_is_read_without_unpacking_any_array() -> None:
    run = hand_made(Autoencoder(1500, 1500, 0.5, 0.9))
    run.parameters["W"][...] = 0
    content = saved(run)
    tracemalloc.start()
    assert saved_spec(io.BytesIO(content)) == run.spec
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2e6


def test_a_film_may_be_left_in_the_file() -> None:
    run = hand_made(frames=3)
    copy = load_run(io.BytesIO(saved(run)), film=False)
    assert copy.snapshots is None
    assert_array_equal(copy.W, run.W)


@pytest.mark.parametrize("packing", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
@pytest.mark.parametrize("name", ["about.npy", "W.npy", "letter.txt"])
def test_what_is_packed_by_anything_but_deflate_is_refused_unopened(packing: int, name: str) -> None:
    """Nine kilobytes of LZMA can ask for a dictionary of 62 MB, outside of what Python counts."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for member, content in (members(hand_made()) | {"letter.txt": b"Dear reader"}).items():
            archive.writestr(member, content, packing if member == name else zipfile.ZIP_DEFLATED)
    file.seek(0)
    assert refusal(file) == f"not a run saved by toymodels: packed neither as it is nor by deflate: {name!r}"


def test_a_run_that_is_stored_unpacked_is_read() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for member, content in members(hand_made()).items():
            archive.writestr(member, content)
    file.seek(0)
    assert_array_equal(load_run(file).W, hand_made().W)
