"""Breaks the code on purpose, in one place at a time, and sees whether a test goes red: `python -m tests.mutants`.

With names, it tries those alone. Every mutant is made in a copy of the tree, and meets only the tests that should
notice it. The answers are written down in docs/mutants.md.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]

PATIENCE = 300
"""Seconds after which a mutant's tests are ended; such a mutant counts as green, for nothing has named it."""


@dataclass(frozen=True)
class Mutant:
    """One place to break.

    Attributes:
        name: what is broken.
        file: where.
        old: what stands there, exactly once.
        new: what stands there instead.
        tests: what should notice, as pytest takes it, separated by blanks.
    """

    name: str
    file: str
    old: str
    new: str
    tests: str


MUTANTS = (
    Mutant(
        "sign-loss", "toymodels/analysis/losses.py",
        "_integral_of_square(target - slope, -offset, low, high)",
        "_integral_of_square(target - slope, offset, low, high)",
        "tests/analysis/test_losses.py",
    ),
    Mutant(
        "sign-colour", "toymodels/plots/theme.py",
        "(float(np.clip(value / SATURATED, -1, 1)) + 1) / 2",
        "(1 - float(np.clip(value / SATURATED, -1, 1))) / 2",
        "tests/plots/test_theme.py tests/app/test_measure_page.py",
    ),
    Mutant(
        "index-best-start", "toymodels/training/loop.py",
        'np.argsort(loss, axis=0, kind="stable")', 'np.argsort(-loss, axis=0, kind="stable")',
        "tests/training/test_train.py",
    ),
    Mutant(
        "index-pair", "toymodels/samples.py",
        "pair - first * (first - 1) // 2] = -1", "pair - first * (first + 1) // 2] = -1",
        "tests/test_data.py",
    ),
    Mutant(
        "straight-through-lost", "toymodels/training/kernels.py",
        "where_positive(target, error, zero))", "zero)",
        "tests/training/test_kernels.py",
    ),
    Mutant(
        "stratified-weight", "toymodels/training/batches.py",
        "share / weight[block, 0, lane]", "share",
        "tests/training/test_kernels.py",
    ),
    Mutant(
        "anticorrelated-all-active", "toymodels/training/batches.py",
        "if active and (member == chosen or not one_of):", "if active:",
        "tests/test_data_kinds.py",
    ),
    Mutant(
        "unit-weight", "toymodels/training/batches.py",
        "store(weight, block, 0, one / load(weight, block, 0))", "store(weight, block, 0, one)",
        "tests/test_data_kinds.py",
    ),
    Mutant(
        "silence-forgotten", "toymodels/analysis/losses.py",
        "np.asarray(_silence(spec) * nothing)", "np.asarray(0 * _silence(spec) * nothing)",
        "tests/test_data_kinds.py tests/analysis/test_losses.py",
    ),
    Mutant(
        "gelu-slope", "toymodels/training/activations.py",
        "normal_distribution(value, density) + value * density", "normal_distribution(value, density)",
        "tests/training/test_kernels.py",
    ),
    Mutant(
        "bias-missing-model", "toymodels/models.py",
        "hidden_activation) @ W + b[..., None, :]", "hidden_activation) @ W",
        "tests/test_models.py",
    ),
    Mutant(
        "bias-missing-browser", "toymodels/app/components/model.js",
        "value * W[k][i], bias)", "value * W[k][i], 0)",
        "tests/app/test_components.py::test_the_autoencoder_in_the_browser_is_the_librarys",
    ),
    Mutant(
        "S-for-density-faces", "pages/faces.py",
        "p = round(1 - S, 6)", "p = round(S, 6)",
        "tests/app/test_faces_page.py",
    ),
    Mutant(
        "S-for-density-why", "pages/why.py",
        "p = round(1 - S, 6)", "p = round(S, 6)",
        "tests/app/test_why_page.py",
    ),
    Mutant(
        "cache-key-without-seed", "toymodels/app/compute/visitor_training.py",
        "SCHEMA, self.spec, self.seed, self.steps,", "SCHEMA, self.spec, self.steps,",
        "tests/app/test_training_queue.py",
    ),
    Mutant(
        "cache-key-without-start", "toymodels/app/compute/visitor_training.py",
        "self.snapshots, first, *choice", "self.snapshots, *choice",
        "tests/app/test_training_queue.py",
    ),
    Mutant(
        "cache-key-without-steps", "toymodels/app/compute/watched_training.py",
        "return SCHEMA, spec, seed, steps", "return SCHEMA, spec, seed",
        "tests/app/test_watched_training.py",
    ),
    Mutant(
        "alt-dropped-arrival", "pages/geometry.py",
        '            alt=f"{percent(right)} of all pairs of features are near a right angle, "\n'
        '            f"{(between <= -0.9).sum()} are opposite.",\n', "",
        "tests/app/test_every_page.py::test_a_page_shows_a_result_on_arrival_and_says_what_it_means[geometry]",
    ),
    Mutant(
        "alt-dropped-seeds", "pages/ladder.py",
        '                alt=f"Over eight seeds the number of features represented is '
        '{findings.spans(by_density)}, for '
        """"
                f"m = {m}.",
""", "",
        "tests/app/test_ladder_page.py",
    ),
    Mutant(
        "alt-dropped-why-seeds", "pages/why.py",
        '        alt=f"In {findings.all_free(runs)} of eight other seeds all negative interference is free. '
        """The loss by "
        f"interference runs from {scientific(min(one.interference.sum() for one in found))} to "
        f"{scientific(max(one.interference.sum() for one in found))}.",
""", "",
        "tests/app/test_plots.py::test_every_chart_is_drawn_with_words_for_those_who_do_not_see_it",
    ),
    Mutant(
        "unbounded-width", "toymodels/spec.py",
        'features = whole_number("n_features", n_features, 1, MAX_WIDTH)',
        'features = whole_number("n_features", n_features, 1, 10**9)',
        "tests/test_spec.py",
    ),
    Mutant(
        "unbounded-slider", "toymodels/app/shell/controls.py",
        "round((min(max(value, self.low), self.high) - self.low) / self.step)",
        "round((max(value, self.low) - self.low) / self.step)",
        "tests/app/test_controls.py",
    ),
    Mutant(
        "unbounded-seed", "toymodels/app/shell/controls.py",
        "return min(max(value, self.low), self.high)", "return max(value, self.low)",
        "tests/app/test_controls.py",
    ),
    Mutant(
        "axis-dimensions", "toymodels/analysis/weights.py",
        "np.divide(matrix.shape[-2], total", "np.divide(matrix.shape[-1], total",
        "tests/analysis/test_weights.py",
    ),
    Mutant(
        "axis-pairs", "toymodels/plots/interference.py",
        "product, loss = float(products[j, i]), float(losses[i, j])",
        "product, loss = float(products[j, i]), float(losses[j, i])",
        "tests/app/test_why_page.py",
    ),
    Mutant(
        "seed-ignored-training", "toymodels/training/loop.py",
        'seed = whole_number("seed"', 'seed = 0 * whole_number("seed"',
        "tests/training/test_train.py",
    ),
    Mutant(
        "seed-ignored-page", "pages/faces.py",
        "face_spec(p, importance, activation), seed, FACE_FEATURES)",
        "face_spec(p, importance, activation), 0, FACE_FEATURES)",
        "tests/app/test_every_page.py::test_every_training_of_a_page_starts_from_its_seed",
    ),
    Mutant(
        "threshold-unread", "pages/absolute_value.py",
        "kept(neurons.count, large(density), 0, monosemantic, computed)",
        "kept(neurons.count, large(density), 0, 0.5, computed)",
        "tests/app/test_absolute_value_page.py::test_the_threshold_in_the_url_moves_the_count",
    ),
    Mutant(
        "claim-inverted-pentagon", "toymodels/experiments/pentagon.py",
        "found.name == name and", "found.name != name and",
        "tests/experiments/test_pentagon.py",
    ),
    Mutant(
        "claim-inverted-boundary", "toymodels/experiments/why.py",
        "expected = p < boundary", "expected = p > boundary",
        "tests/experiments/test_why.py",
    ),
    Mutant(
        "claim-always-holds", "toymodels/experiments/why.py",
        "        free == clear,\n", "        True,\n",
        "tests/experiments/test_why.py",
    ),
    Mutant(
        "definition-represented", "toymodels/analysis/weights.py",
        "REPRESENTED_NORM = 0.5", "REPRESENTED_NORM = 0.05",
        "tests/analysis/test_weights.py tests/experiments/test_pentagon_findings.py",
    ),
    Mutant(
        "definition-in-superposition", "toymodels/analysis/density_sweep.py",
        "SHARED = 0.1", "SHARED = 1.5",
        "tests/experiments/test_every_claim_can_fail.py",
    ),
    Mutant(
        "definition-several", "toymodels/analysis/neurons.py",
        "SEVERAL = 2.0", "SEVERAL = 1.5",
        "tests/analysis/test_neurons.py",
    ),
    Mutant(
        "definition-effective-features", "toymodels/analysis/neurons.py",
        "np.divide(squares.sum(axis=-1) ** 2, total", "np.divide(squares.sum(axis=-1), total",
        "tests/analysis/test_neurons.py",
    ),
    Mutant(
        "definition-simple", "toymodels/analysis/neurons.py",
        "if large[neuron] != 1 or contribution", "if contribution",
        "tests/analysis/test_neurons.py",
    ),
    Mutant(
        "definition-free", "toymodels/experiments/why.py",
        "FREE = 0.01", "FREE = 1.0",
        "tests/experiments/test_why.py::test_claims_fail_on_weights_that_break_them",
    ),
    Mutant(
        "definition-drop", "toymodels/analysis/transitions.py",
        "FALL = 0.05", "FALL = 0.5",
        "tests/analysis/test_transitions.py",
    ),
    Mutant(
        "claim-motif-counts-simple-neurons", "toymodels/experiments/absolute_value.py",
        "2 * len(rest & inside) > len(rest)", "2 * len(inside) > len(rest)",
        "tests/experiments/test_absolute_value.py",
    ),
    Mutant(
        "claim-by-one-measure", "toymodels/experiments/absolute_value.py",
        "one.polysemantic == one.several == 0", "one.polysemantic == 0",
        "tests/experiments/test_absolute_value.py",
    ),
    Mutant(
        "claim-one-crossing-is-a-plateau", "toymodels/experiments/geometry.py",
        "off = float(np.abs(sizes / middle - 1).max())", "off = float(np.abs(sizes / middle - 1).min())",
        "tests/experiments/test_geometry.py",
    ),
    Mutant(
        "claim-share-counts-groups", "toymodels/experiments/geometry.py",
        "sum(len(group.features) for group in found if group.name == name)",
        "sum(group.name == name for group in found)",
        "tests/experiments/test_geometry.py",
    ),
    Mutant(
        "claim-least-share", "toymodels/experiments/geometry.py",
        "LEAST_SHARE = 0.25", "LEAST_SHARE = 0.0",
        "tests/experiments/test_geometry.py",
    ),
    Mutant(
        "claims-unknown-counts-as-holding", "toymodels/pretrained/claims.py",
        "return self.verdicts.count(HOLDS)", "return self.seeds - self.verdicts.count(FAILS)",
        "tests/app/test_claims.py",
    ),
    Mutant(
        "linear-loss-estimated", "toymodels/analysis/losses.py",
        'if not spec.activation == spec.hidden_activation == "linear":\n        return None',
        "if True:\n        return None",
        "tests/analysis/test_losses.py",
    ),
    Mutant(
        "error-of-equivalent-dimensions", "toymodels/analysis/equivalent_dimensions.py",
        "run.loss + run.loss_error)) / 2", "run.loss + run.loss_error))",
        "tests/analysis/test_equivalent_dimensions.py",
    ),
    Mutant(
        "sections-swapped", "toymodels/app/shell/page_registry.py",
        """            Section("free", "When is interference free?"),
            Section("angle", "At which angle do two features lose least?"),
""",
        """            Section("angle", "At which angle do two features lose least?"),
            Section("free", "When is interference free?"),
""",
        "tests/app/test_talk.py",
    ),
    Mutant(
        "next-section-skipped", "toymodels/app/shell/walk.py",
        '_step("next", *self._at(order[at + 1]))', '_step("next", *self._at(order[min(at + 2, len(order) - 1)]))',
        "tests/app/test_talk.py",
    ),
    Mutant(
        "reveal-praises-the-wrong-guess", "toymodels/app/shell/question.py",
        "if guess == truth:", "if guess != truth:",
        "tests/app/test_talk.py",
    ),
    Mutant(
        "reveal-wrong-answer", "pages/pentagon.py",
        '"two digons": 1, "pentagon": 2}', '"two digons": 2, "pentagon": 1}',
        "tests/app/test_talk.py",
    ),
    Mutant(
        "reveal-off-by-one", "pages/faces.py",
        "KEEPS.answers[max(0, len(kept) - 2)]", "KEEPS.answers[max(0, len(kept) - 3)]",
        "tests/app/test_talk.py",
    ),
    Mutant(
        "control-handed-on", "toymodels/app/shell/page.py",
        "if before not in (None, entry.file):", "if before is None:",
        "tests/app/test_page.py",
    ),
    Mutant(
        "key-does-not-walk", "toymodels/app/components/presenter.js",
        "PageUp: -1, PageDown: 1", "PageUp: -1",
        "tests/browser/test_talk.py::test_pages_keys_walk_back_across_pages_and_escape_leaves_to_the_whole_page",
    ),
    Mutant(
        "drag-reruns", "toymodels/app/components/faces.js",
        """export default function ({ data, parentElement }) {
  const state = remembered(parentElement, "faces", () => ({ x: null, k: 0, stop: () => {} }))
""",
        """export default function ({ data, parentElement, setStateValue }) {
  const state = remembered(parentElement, "faces", () => ({ x: null, k: 0, stop: () => {} }))
  state.root.oninput = () => setStateValue("face", [...state.x])
""",
        "tests/browser/test_faces.py::test_dragging_a_face_causes_no_rerun_and_it_survives_one",
    ),
    Mutant(
        "touch-left-to-the-browser", "toymodels/app/components/handles.js",
        "handleAt(event.touches[0]) >= 0) event.preventDefault()", "handleAt(event.touches[0]) >= 0) event.type",
        "tests/browser/test_touch.py",
    ),
    Mutant(
        "compare-takes-any-query", "pages/compare.py",
        '(clean(st.query_params.get(side, "")) for side in ("a", "b"))',
        '(st.query_params.get(side, "") for side in ("a", "b"))',
        "tests/app/test_comparison.py",
    ),
    Mutant(
        "compare-follows-any-query", "toymodels/app/shell/comparison.py",
        "on_move(clean(query))", "on_move(query)",
        "tests/app/test_comparison.py",
    ),
    Mutant(
        "refused-trains-anyway", "toymodels/app/compute/visitor_training.py",
        "            refuse_too_much(one.spec, one.seed, one.steps, one.restarts)\n", "",
        "tests/app/test_training_queue.py",
    ),
    Mutant(
        "refused-long-trains-anyway", "toymodels/app/compute/watched_training.py",
        "    refuse_too_much(spec, seed, steps, 1)\n", "",
        "tests/app/test_watched_training.py",
    ),
    Mutant(
        "shipped-home-recipe", "toymodels/pretrained/home.py",
        '"faces": Recipe(face_spec(0.1)', '"faces": Recipe(face_spec(0.2)',
        "tests/pretrained/test_home.py",
    ),
    Mutant(
        "shipped-for-any-settings", "toymodels/app/compute/precomputed_defaults.py",
        "repr(key).encode()", "repr(key[:2]).encode()",
        "tests/app/test_precomputed_defaults.py",
    ),
    Mutant(
        "theme-not-followed", "toymodels/app/components/presenter.js",
        "turnTo((asked = background))", "(asked = background)",
        "tests/browser/test_pentagon.py::test_when_the_theme_turns_the_figures_turn_with_it",
    ),
    Mutant(
        "page-fails-at-its-foot", "pages/measure.py",
        "page.foot()", "page.foot(1)",
        "tests/app/test_every_page.py",
    ),
    Mutant(
        "letters-stay-shortcuts", "toymodels/app/components/presenter.js",
        "now.letters || event.key.length > 1 ?", "true ?",
        "tests/browser/test_talk.py::test_pages_keys_walk_back_across_pages_and_escape_leaves_to_the_whole_page",
    ),
    Mutant(
        "shipped-geometry-recipe", "toymodels/experiments/geometry.py",
        "return round(4000 * max(1.0, inverse_density / 25))", "return round(4000 * max(1.0, inverse_density / 20))",
        "tests/pretrained/test_geometry.py",
    ),
    Mutant(
        "settings-left-the-shipped-behind", "toymodels/training/config.py",
        "350 if n <= 8", "35 if n <= 8",
        "tests/pretrained/test_home.py",
    ),
    Mutant(
        "stale-training-goes-on", "toymodels/app/compute/visitor_training.py",
        '    st.session_state["_training_step"] = 0\n', "",
        "tests/app/test_training_queue.py",
    ),
    Mutant(
        "meter-not-charged", "toymodels/app/compute/training_queue.py",
        "self._meters[session].seconds += training.seconds", "self._meters[session].seconds += 0",
        "tests/app/test_training_queue.py",
    ),
    Mutant(
        "cache-unbounded", "toymodels/app/compute/lru_cache.py",
        "len(self._values) > 1 and self._n_bytes > self._most_bytes", "len(self._values) > 1_000_000",
        "tests/app/test_lru_cache.py",
    ),
    Mutant(
        "other-components", "toymodels/analysis/principal_components.py",
        "eigenvalues[..., : max(0, eigenvalues.shape[-1] - n_hidden)]", "eigenvalues[..., n_hidden:]",
        "tests/analysis/test_principal_components.py",
    ),
    Mutant(
        "partners-never-apart", "toymodels/experiments/correlated.py",
        "partner_cosines(W) < ONE_DIRECTION", "partner_cosines(W) < 2",
        "tests/experiments/test_correlated.py",
    ),
)  # fmt: skip


def copy_of_the_tree(folder: Path) -> Path:
    """What tests need of the tree, in a folder of its own."""
    copy = folder / "tree"
    unneeded = shutil.ignore_patterns(".git", ".venv", ".*_cache", ".hypothesis", "__pycache__")
    shutil.copytree(ROOT, copy, ignore=unneeded)
    return copy


def answer(mutant: Mutant, tree: Path) -> str:
    """The test that goes red by it and only by it, or "GREEN", or why neither can be said. It leaves the tree sound."""
    file = tree / mutant.file
    sound = file.read_text(encoding="utf-8")
    if sound.count(mutant.old) != 1:
        return f"cannot be made: its old text stands there {sound.count(mutant.old)} times"
    file.write_text(sound.replace(mutant.old, mutant.new), encoding="utf-8")
    try:
        done = tested(tree, mutant.tests.split())
    except subprocess.TimeoutExpired:
        return f"GREEN: nothing red after {PATIENCE} s"
    finally:
        file.write_text(sound, encoding="utf-8")
    red = re.search(r"^(?:FAILED|ERROR) ([^\s\[]+)", done.stdout, re.MULTILINE)
    if done.returncode == 0:
        return "GREEN"
    if red is None:
        return f"no answer: {done.stdout[-500:]}{done.stderr[-500:]}"
    return f"red: {red[1]}" if tested(tree, [red[1]]).returncode == 0 else f"no answer: {red[1]} is always red"


def tested(tree: Path, tests: list[str]) -> subprocess.CompletedProcess[str]:
    """Run tests of a tree until the first that fails."""
    command = [sys.executable, "-B", "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests]
    return subprocess.run(command, cwd=tree, capture_output=True, text=True, timeout=PATIENCE)


def main() -> None:
    """Try the mutants that were asked for, and print what became of each."""
    names = [mutant.name for mutant in MUTANTS]
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("names", nargs="*", metavar="name", help=", ".join(names))
    asked = arguments.parse_args().names
    if unknown := set(asked) - set(names):
        arguments.error(f"no mutant is called {', '.join(sorted(unknown))}")
    survived = []
    with tempfile.TemporaryDirectory() as folder:
        tree = copy_of_the_tree(Path(folder))
        for mutant in MUTANTS:
            if asked and mutant.name not in asked:
                continue
            began = time.perf_counter()
            became = answer(mutant, tree)
            print(f"{mutant.name}  {mutant.file}  {became}  ({time.perf_counter() - began:.0f} s)", flush=True)
            if not became.startswith("red"):
                survived.append(mutant.name)
    if survived:
        sys.exit(f"not red: {', '.join(survived)}")


if __name__ == "__main__":
    main()
