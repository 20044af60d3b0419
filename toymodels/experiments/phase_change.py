"""Phase diagram of one extra feature: specs, measures and claims (paper, "Superposition as a phase change")."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from toymodels.analysis.losses import two_feature_boundary
from toymodels.analysis.phase_diagram import CODES, Optimum, codes_of, optimum, unit_losses
from toymodels.analysis.weights import norms, superposition
from toymodels.arrays import Array
from toymodels.data import variance
from toymodels.experiments.check import Check
from toymodels.names import percent
from toymodels.run import Run
from toymodels.spec import Autoencoder

SPARSEST = 0.01
"""Feature probabilities of a map run from 1 to this."""

IMPORTANCE_RANGE = 10.0
"""Relative importances of a map run from this to 1 over this."""

WITHIN = 1.01
"""A trained loss at most this many times the least one has found the optimum."""

JUMP = 0.3
"""A length that changes by this much from one cell to the next has jumped."""

BORDER_POINTS = 121
"""Of a border of the closed form, over the relative importances."""

LEFT_OUT, SHARED, OWN, OTHERS = (
    CODES.index(code) for code in ("left out", "superposition", "own dimension", "others pair")
)


def densities(resolution: int) -> Array:
    """Feature probabilities of the columns of a map, (columns,), from 1 down, even on a logarithmic scale."""
    return np.geomspace(1, SPARSEST, resolution)


def relative_importances(resolution: int) -> Array:
    """Relative importances of the rows of a map, (rows,), from `IMPORTANCE_RANGE` down, even on a logarithmic scale."""
    return np.geomspace(IMPORTANCE_RANGE, 1 / IMPORTANCE_RANGE, resolution)


def phase_spec(n_features: int, resolution: int) -> Autoencoder:
    """n features in n - 1 dimensions at every cell of a map, row by row; the last feature's importance is varied.

    Raises:
        ValueError: as `Autoencoder`.
    """
    p, r = densities(resolution), relative_importances(resolution)
    importance = np.ones((resolution * resolution, n_features))
    importance[:, -1] = np.repeat(r, resolution)
    return Autoencoder(n_features, n_features - 1, np.tile(p, resolution), importance)


@dataclass(frozen=True)
class PhaseDiagram:
    """What training found in every cell; all arrays are (rows, columns).

    Attributes:
        n_features: n.
        code: index into `CODES`.
        length: |W_i| of the extra feature.
        superposition: of the extra feature.
        loss: of the run.
    """

    n_features: int
    code: npt.NDArray[np.intp]
    length: Array
    superposition: Array
    loss: Array

    @property
    def resolution(self) -> int:
        """Number of rows, and of columns."""
        return len(self.code)

    @property
    def best(self) -> Optimum:
        """The optimum of every cell."""
        return best_map(self.n_features, self.resolution)

    @property
    def excess(self) -> Array:
        """Trained loss over the least loss of a code, (rows, columns)."""
        return self.loss / self.best.loss


def phase_diagram(run: Run) -> PhaseDiagram:
    """The measures of a run of `phase_spec`."""
    side = round(run.spec.n_instances**0.5)
    square = (side, side)
    return PhaseDiagram(
        run.spec.n_features,
        codes_of(run.W).reshape(square),
        norms(run.W)[:, -1].reshape(square),
        superposition(run.W)[:, -1].reshape(square),
        run.loss.reshape(square),
    )


@functools.lru_cache(maxsize=16)
def best_map(n_features: int, resolution: int) -> Optimum:
    """`optimum` of every cell of a map. With three features or more it does not depend on their number."""
    if n_features > 3:
        return best_map(3, resolution)
    return optimum(n_features, relative_importances(resolution)[:, None], densities(resolution))


def unit_map(n_features: int, resolution: int) -> npt.NDArray[np.intp]:
    """The code of least loss in closed form, of unit arrows without bias, (rows, columns)."""
    losses = unit_losses(n_features, relative_importances(resolution)[:, None], densities(resolution))
    return np.asarray(np.argmin([losses[code] for code in CODES if code in losses], axis=0))


def unit_borders(n_features: int, resolution: int) -> list[Array]:
    """Where the code of `unit_map` changes, as lines of points (points, 2), density and relative importance of each.

    They are exact, and reach to the edges of the outer cells, half a cell beyond the least and largest values.
    """
    beyond = 1 / (resolution - 1)
    importance = np.geomspace(IMPORTANCE_RANGE ** (1 + beyond), IMPORTANCE_RANGE ** -(1 + beyond), BORDER_POINTS)
    pays = np.array([two_feature_boundary(r) for r in importance])
    equal = two_feature_boundary(1.0)
    low, high = SPARSEST ** -(beyond / 2), equal
    if n_features > 2:
        # Others that pair up do not know of r.
        pays = np.where(importance > 1, equal, pays)
        high = SPARSEST ** (1 + beyond / 2)
    return [np.column_stack([pays, importance]), np.array([[low, 1.0], [high, 1.0]])]


def left_out_loss(resolution: int) -> Array:
    """Loss of one feature of importance 1 that is left out, (columns,): the unit of the losses on the page."""
    return variance(densities(resolution))


def borders(code: npt.NDArray[np.intp]) -> npt.NDArray[np.bool_]:
    """Cells that have a neighbour of another code, above, below or beside, (rows, columns)."""
    found = np.zeros(code.shape, dtype=bool)
    across, down = code[:, 1:] != code[:, :-1], code[1:] != code[:-1]
    found[:, 1:] |= across
    found[:, :-1] |= across
    found[1:] |= down
    found[:-1] |= down
    return found


def jumps(diagram: PhaseDiagram) -> Array:
    """Jump of |W_i| of the extra feature at the border of where it is left out, (columns with such a border,).

    Its length in the last row in which it is represented, less that in the row below, of less importance.
    """
    found = []
    for code, length in zip(diagram.code.T, diagram.length.T, strict=True):
        out = code == LEFT_OUT
        edges = np.flatnonzero(out[1:] & ~out[:-1])
        if len(edges):
            found.append(length[edges[0]] - length[edges[0] + 1])
    return np.array(found)


def training_finds_the_optimum(diagram: PhaseDiagram) -> Check:
    """Trained losses are within 1 % of the best code's in 99 of 100 cells."""
    share = float((diagram.excess <= WITHIN).mean())
    return Check(
        "Training finds the best code: in each cell the model ends where theory says that the loss is smallest.",
        "paper, “Superposition as a phase change”; exact losses of the codes",
        f"Within 1 % of the best code's loss in {percent(share, 1)} of {diagram.loss.size} cells; the worst is "
        f"{diagram.excess.max():.3g} times it, the lowest {diagram.excess.min():.3g} times.",
        share >= 0.99,
    )


def borders_are_where_theory_has_them(diagram: PhaseDiagram) -> Check:
    """Trained code and best code agree in every cell that is not beside a border of the best code."""
    best = diagram.best.code
    differs = diagram.code != best
    inside = differs & ~borders(best)
    return Check(
        "The phases are those of the theory, and so are their borders, to one cell of the map.",
        "paper, “Superposition as a phase change”, theoretical and empirical diagram",
        f"The code is another than the best one in {int(differs.sum())} of {differs.size} cells, in "
        f"{int(inside.sum())} of them away from a border.",
        not inside.any(),
    )


def the_change_is_of_first_order(diagram: PhaseDiagram) -> Check:
    """|W_i| of the extra feature jumps at the border of what is left out, at every density that has one."""
    claim = "A phase change of first order: at the border the code changes at once, and |Wᵢ| jumps."
    source = "paper, “Superposition as a phase change”"
    found = jumps(diagram)
    if not len(found):
        return Check(claim, source, "The extra feature is left out nowhere on this map.", None)
    return Check(
        claim,
        source,
        f"From one cell to the next |Wᵢ| rises by {found.min():.2f} to {found.max():.2f}, over {len(found)} densities.",
        bool(found.min() >= JUMP),
    )


def sparsity_brings_superposition(diagram: PhaseDiagram) -> Check:
    """The share of cells in superposition grows from column to column, from none at density 1."""
    share = (diagram.code == SHARED).mean(axis=0)
    falls = float(np.max(share[:-1] - share[1:], initial=0))
    return Check(
        "Dense features are never in superposition; the sparser they are, the more importances lead to it.",
        "paper, “Superposition as a phase change”",
        f"In superposition at 1 − S = 1: {percent(share[0])} of the importances; at {SPARSEST:g}: "
        f"{percent(share[-1])}.",
        bool(share[0] == 0 and share[-1] > 0.5 and falls <= 1.5 / diagram.resolution),
    )
