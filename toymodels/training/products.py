"""Matrix products in compiled code, for one small model and a batch of samples with the samples innermost.

A batch is a panel (blocks, rows, 16): row i of all samples, 16 samples to a block. Loops are tiled so that four
vectors of sums stay in registers and what they read stays in the first-level cache; tiling changes no order of a sum.
"""

from toymodels.arrays import Array
from toymodels.training.batches import ZERO
from toymodels.training.compiling import inner
from toymodels.training.lanes import load, spread, spread_entry, store, total, totals

ROWS_AT_ONCE = 64
"""Rows of a matrix that stay in the cache while all blocks of samples pass."""

COLUMNS_AT_ONCE, BLOCKS_AT_ONCE = 16, 4
"""Rows and blocks of a panel that stay in the cache while the rows of the other panel pass. More blocks of a large
model would fall on the same lines of the cache."""


@inner
def project(matrix: Array, panel: Array, out: Array) -> None:
    """out[k] = sum_i matrix[i, k] panel[i], for every sample."""
    n, m = matrix.shape
    for first_row in range(0, n, ROWS_AT_ONCE):
        last_row = min(first_row + ROWS_AT_ONCE, n)
        for block in range(panel.shape[0]):
            for k in range(0, m - 3, 4):
                one = two = three = four = spread(ZERO)
                if first_row > 0:
                    one, two = load(out, block, k), load(out, block, k + 1)
                    three, four = load(out, block, k + 2), load(out, block, k + 3)
                for i in range(first_row, last_row):
                    value = load(panel, block, i)
                    one = one + spread_entry(matrix, i, k) * value
                    two = two + spread_entry(matrix, i, k + 1) * value
                    three = three + spread_entry(matrix, i, k + 2) * value
                    four = four + spread_entry(matrix, i, k + 3) * value
                store(out, block, k, one)
                store(out, block, k + 1, two)
                store(out, block, k + 2, three)
                store(out, block, k + 3, four)
            if m & 2:
                k = m & -4
                one = two = spread(ZERO)
                if first_row > 0:
                    one, two = load(out, block, k), load(out, block, k + 1)
                for i in range(first_row, last_row):
                    value = load(panel, block, i)
                    one = one + spread_entry(matrix, i, k) * value
                    two = two + spread_entry(matrix, i, k + 1) * value
                store(out, block, k, one)
                store(out, block, k + 1, two)
            if m & 1:
                k = m - 1
                one = spread(ZERO)
                if first_row > 0:
                    one = load(out, block, k)
                for i in range(first_row, last_row):
                    one = one + spread_entry(matrix, i, k) * load(panel, block, i)
                store(out, block, k, one)


@inner
def decode(matrix: Array, b: Array, panel: Array, out: Array) -> None:
    """out[i] = b[i] + sum_k matrix[i, k] panel[k], for every sample."""
    n, m = matrix.shape
    for first_row in range(0, n, ROWS_AT_ONCE):
        last_row = min(first_row + ROWS_AT_ONCE, n)
        for block in range(panel.shape[0]):
            for i in range(first_row, last_row - 3, 4):
                one, two, three, four = spread(b[i]), spread(b[i + 1]), spread(b[i + 2]), spread(b[i + 3])
                for k in range(m):
                    value = load(panel, block, k)
                    one = one + spread_entry(matrix, i, k) * value
                    two = two + spread_entry(matrix, i + 1, k) * value
                    three = three + spread_entry(matrix, i + 2, k) * value
                    four = four + spread_entry(matrix, i + 3, k) * value
                store(out, block, i, one)
                store(out, block, i + 1, two)
                store(out, block, i + 2, three)
                store(out, block, i + 3, four)
            for i in range(last_row - (last_row - first_row) % 4, last_row):
                one = spread(b[i])
                for k in range(m):
                    one = one + spread_entry(matrix, i, k) * load(panel, block, k)
                store(out, block, i, one)


@inner
def correlate(left: Array, right: Array, out: Array) -> None:
    """out[i, k] = sum over the samples of left[i] right[k]."""
    blocks, n, m = left.shape[0], out.shape[0], out.shape[1]
    for first_block in range(0, blocks, BLOCKS_AT_ONCE):
        last_block = min(first_block + BLOCKS_AT_ONCE, blocks)
        for first_column in range(0, m, COLUMNS_AT_ONCE):
            last_column = min(first_column + COLUMNS_AT_ONCE, m)
            for i in range(0, n - 3, 4):
                for k in range(first_column, last_column):
                    one = two = three = four = spread(ZERO)
                    for block in range(first_block, last_block):
                        value = load(right, block, k)
                        one = one + load(left, block, i) * value
                        two = two + load(left, block, i + 1) * value
                        three = three + load(left, block, i + 2) * value
                        four = four + load(left, block, i + 3) * value
                    sums = totals(one, two, three, four)
                    if first_block == 0:
                        out[i, k], out[i + 1, k], out[i + 2, k], out[i + 3, k] = sums
                    else:
                        out[i, k] += sums[0]
                        out[i + 1, k] += sums[1]
                        out[i + 2, k] += sums[2]
                        out[i + 3, k] += sums[3]
            for i in range(n // 4 * 4, n):
                for k in range(first_column, last_column):
                    one = spread(ZERO)
                    for block in range(first_block, last_block):
                        one = one + load(left, block, i) * load(right, block, k)
                    out[i, k] = total(one) if first_block == 0 else out[i, k] + total(one)


@inner
def correlate_both(left: Array, right: Array, other_left: Array, other_right: Array, out: Array) -> None:
    """out[i, k] = sum over the samples of left[i] right[k] + other_left[i] other_right[k]."""
    blocks, n, m = left.shape[0], out.shape[0], out.shape[1]
    for first_block in range(0, blocks, BLOCKS_AT_ONCE):
        last_block = min(first_block + BLOCKS_AT_ONCE, blocks)
        for first_column in range(0, m, COLUMNS_AT_ONCE):
            last_column = min(first_column + COLUMNS_AT_ONCE, m)
            for i in range(0, n - 3, 4):
                for k in range(first_column, last_column):
                    one = two = three = four = spread(ZERO)
                    for block in range(first_block, last_block):
                        value = load(right, block, k)
                        one = one + load(left, block, i) * value
                        two = two + load(left, block, i + 1) * value
                        three = three + load(left, block, i + 2) * value
                        four = four + load(left, block, i + 3) * value
                        value = load(other_right, block, k)
                        one = one + load(other_left, block, i) * value
                        two = two + load(other_left, block, i + 1) * value
                        three = three + load(other_left, block, i + 2) * value
                        four = four + load(other_left, block, i + 3) * value
                    sums = totals(one, two, three, four)
                    if first_block == 0:
                        out[i, k], out[i + 1, k], out[i + 2, k], out[i + 3, k] = sums
                    else:
                        out[i, k] += sums[0]
                        out[i + 1, k] += sums[1]
                        out[i + 2, k] += sums[2]
                        out[i + 3, k] += sums[3]
            for i in range(n // 4 * 4, n):
                for k in range(first_column, last_column):
                    one = spread(ZERO)
                    for block in range(first_block, last_block):
                        one = one + load(left, block, i) * load(right, block, k)
                        one = one + load(other_left, block, i) * load(other_right, block, k)
                    out[i, k] = total(one) if first_block == 0 else out[i, k] + total(one)


@inner
def sum_samples(panel: Array, out: Array) -> None:
    """out[i] = sum over the samples of panel[i]."""
    for i in range(panel.shape[1]):
        one = load(panel, 0, i)
        for block in range(1, panel.shape[0]):
            one = one + load(panel, block, i)
        out[i] = total(one)
