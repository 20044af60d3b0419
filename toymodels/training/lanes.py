"""Vectors of 16 float32 numbers for compiled code: SIMD arithmetic with a fixed order of every sum.

A compiler may not reorder the additions of a sum over samples, so a plain loop over them is not vectorised; with
permission to reorder ("fast math") the result would depend on the processor. Here the sixteen partial sums of a
`Lanes` value and the tree that adds them up are written out. Every target of LLVM then computes the same bits: with one
register of 512 bits, two of 256 or four of 128. Products are rounded before they are added, since nothing here
allows LLVM to contract them into a fused multiply-add.

Numba types and intrinsics; only compiled functions can call them.
"""

import operator
from typing import Any, ClassVar

from llvmlite import ir
from numba import extending, types
from numba.core import cgutils
from numba.core.typing.templates import ConcreteTemplate, infer_global, signature
from numba.extending import lower_builtin, models, register_model
from numba.np.arrayobj import populate_array

intrinsic: Any = extending.intrinsic

LANES = 16
_VECTOR = ir.VectorType(ir.FloatType(), LANES)


class LanesType(types.Type):
    """Numba's type of a vector of 16 float32."""

    def __init__(self) -> None:
        super().__init__(name="Lanes(16 x float32)")


lanes = LanesType()

Lanes = Any
"""A value of that type, in the annotations of compiled functions."""


@register_model(LanesType)
class _LanesModel(models.PrimitiveModel):
    def __init__(self, manager: Any, fe_type: LanesType) -> None:
        super().__init__(manager, fe_type, _VECTOR)


def _arithmetic(function: Any, instruction: str) -> None:
    """Give `Lanes` an operator, elementwise."""

    class Template(ConcreteTemplate):
        cases: ClassVar[list[Any]] = [signature(lanes, lanes, lanes)]

    def lower(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return getattr(builder, instruction)(*args)

    infer_global(function)(Template)
    lower_builtin(function, lanes, lanes)(lower)


_arithmetic(operator.add, "fadd")
_arithmetic(operator.sub, "fsub")
_arithmetic(operator.mul, "fmul")
_arithmetic(operator.truediv, "fdiv")


def _pointer(context: Any, builder: Any, array_type: Any, array: Any, block: Any, row: Any) -> Any:
    """Address of panel[block, row, 0] in a C-contiguous array (blocks, rows, 16)."""
    struct = context.make_array(array_type)(context, builder, array)
    rows = cgutils.unpack_tuple(builder, struct.shape)[1]
    first = builder.mul(builder.add(builder.mul(block, rows), row), ir.Constant(rows.type, LANES))
    address = builder.gep(struct.data, [first])
    return builder.bitcast(address, ir.PointerType(_VECTOR))


@intrinsic
def load(typing: Any, panel: Any, block: Any, row: Any) -> Any:
    """The 16 numbers panel[block, row]."""

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return builder.load(_pointer(context, builder, sig.args[0], *args), align=4)

    return lanes(panel, types.intp, types.intp), codegen


@intrinsic
def store(typing: Any, panel: Any, block: Any, row: Any, value: Any) -> Any:
    """Set the 16 numbers panel[block, row]."""

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        builder.store(args[3], _pointer(context, builder, sig.args[0], *args[:3]), align=4)
        return context.get_dummy_value()

    return types.void(panel, types.intp, types.intp, lanes), codegen


def _everywhere(builder: Any, number: Any) -> Any:
    vector = ir.VectorType(number.type, LANES)
    undefined = ir.Constant(vector, ir.Undefined)
    one = builder.insert_element(undefined, number, ir.Constant(ir.IntType(32), 0))
    return builder.shuffle_vector(one, undefined, ir.Constant(ir.VectorType(ir.IntType(32), LANES), [0] * LANES))


@intrinsic
def spread(typing: Any, number: Any) -> Any:
    """Sixteen times the same number."""

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return _everywhere(builder, args[0])

    return lanes(types.float32), codegen


@intrinsic
def spread_entry(typing: Any, matrix: Any, row: Any, column: Any) -> Any:
    """Sixteen times matrix[row, column] of a C-contiguous array; without Numba's test for negative indices."""

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        struct = context.make_array(sig.args[0])(context, builder, args[0])
        columns = cgutils.unpack_tuple(builder, struct.shape)[1]
        address = builder.gep(struct.data, [builder.add(builder.mul(args[1], columns), args[2])])
        return _everywhere(builder, builder.load(address))

    return lanes(matrix, types.intp, types.intp), codegen


@intrinsic
def where_positive(typing: Any, condition: Any, chosen: Any, other: Any) -> Any:
    """Elementwise: chosen where condition > 0, else other."""

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        zero = ir.Constant(_VECTOR, [0.0] * LANES)
        return builder.select(builder.fcmp_ordered(">", args[0], zero), args[1], args[2])

    return lanes(lanes, lanes, lanes), codegen


@intrinsic
def absolute(typing: Any, value: Any) -> Any:
    """Elementwise |value|."""

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        bits = ir.VectorType(ir.IntType(32), LANES)
        mask = ir.Constant(bits, [0x7FFFFFFF] * LANES)
        return builder.bitcast(builder.and_(builder.bitcast(args[0], bits), mask), _VECTOR)

    return lanes(lanes), codegen


def _add_halves(builder: Any, left: Any, right: Any, part: int, width: int) -> Any:
    """In groups of `part` numbers, of which left and right hold several: the first half of each plus the second."""
    groups = range(0, width, part)
    lower = [start + lane for start in groups for lane in range(part // 2)]
    index = ir.VectorType(ir.IntType(32), len(lower))
    return builder.fadd(
        builder.shuffle_vector(left, right, ir.Constant(index, lower)),
        builder.shuffle_vector(left, right, ir.Constant(index, [lane + part // 2 for lane in lower])),
    )


@intrinsic
def total(typing: Any, value: Any) -> Any:
    """The sum of the 16 numbers: the upper half added to the lower, four times."""

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        rest = args[0]
        for part in (16, 8, 4, 2):
            rest = _add_halves(builder, rest, ir.Constant(rest.type, ir.Undefined), part, part)
        return builder.extract_element(rest, ir.Constant(ir.IntType(32), 0))

    return types.float32(lanes), codegen


@intrinsic
def totals(typing: Any, first: Any, second: Any, third: Any, fourth: Any) -> Any:
    """`total` of four vectors, the same bits in fewer instructions."""

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        one, two = (_add_halves(builder, args[k], args[k + 1], 16, 32) for k in (0, 2))
        rest = _add_halves(builder, one, two, 8, 32)
        for part, width in ((4, 16), (2, 8)):
            rest = _add_halves(builder, rest, ir.Constant(rest.type, ir.Undefined), part, width)
        sums = [builder.extract_element(rest, ir.Constant(ir.IntType(32), lane)) for lane in range(4)]
        return context.make_tuple(builder, sig.return_type, sums)

    return types.UniTuple(types.float32, 4)(lanes, lanes, lanes, lanes), codegen


@intrinsic
def next_item(typing: Any, counter: Any) -> Any:
    """Add one to counter[0] atomically; its value before. This is how threads share a list of work."""

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        struct = context.make_array(sig.args[0])(context, builder, args[0])
        return builder.atomic_rmw("add", struct.data, ir.Constant(ir.IntType(64), 1), "monotonic")

    return types.int64(counter), codegen


@intrinsic
def exchange(typing: Any, flags: Any, place: Any, value: Any) -> Any:
    """Set flags[place] atomically; its value before. What was written before a flag is seen by who reads it so."""

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        struct = context.make_array(sig.args[0])(context, builder, args[0])
        return builder.atomic_rmw("xchg", builder.gep(struct.data, [args[1]]), args[2], "acq_rel")

    return types.int64(flags, types.intp, types.int64), codegen


@intrinsic
def lattice_points(typing: Any, first: Any, multiplier: Any, shift: Any) -> Any:
    """Sixteen numbers in [0, 1]: (first + lane) * multiplier + shift modulo 2^32, in units of 2^-32."""

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        word = ir.IntType(32)
        vector = ir.VectorType(word, LANES)

        first, multiplier, shift = (_everywhere(builder, builder.trunc(value, word)) for value in args)
        index = builder.add(first, ir.Constant(vector, list(range(LANES))))
        points = builder.add(builder.mul(index, multiplier), shift)
        scaled = builder.fmul(builder.sitofp(points, _VECTOR), ir.Constant(_VECTOR, [2.0**-32] * LANES))
        return builder.fadd(scaled, ir.Constant(_VECTOR, [0.5] * LANES))

    return lanes(types.int64, types.int64, types.int64), codegen


@intrinsic
def view(typing: Any, flat: Any, offset: Any, shape: Any) -> Any:
    """Part of a one-dimensional float32 array as a C-contiguous array of this shape, from this number on.

    It is not counted as a reference, whose atomic changes at every view would cost more than the work on a small
    model; the caller of the outermost compiled function keeps the array alive.
    """
    result = types.Array(types.float32, len(shape), "C")

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        source = context.make_array(sig.args[0])(context, builder, args[0])
        array = context.make_array(result)(context, builder)
        lengths = cgutils.unpack_tuple(builder, args[2])
        item = ir.Constant(lengths[0].type, 4)
        strides = [item]
        for length in lengths[:0:-1]:
            strides.insert(0, builder.mul(strides[0], length))
        data = builder.gep(source.data, [args[1]])
        populate_array(array, data=data, shape=lengths, strides=strides, itemsize=item, meminfo=None)
        return array._getvalue()

    return result(flat, types.intp, shape), codegen


@intrinsic
def power_of_two(typing: Any, value: Any) -> Any:
    """Elementwise 2^value, for whole numbers from -126 to 127."""

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        words = ir.VectorType(ir.IntType(32), LANES)
        exponent = builder.add(builder.fptosi(args[0], words), ir.Constant(words, [127] * LANES))
        return builder.bitcast(builder.shl(exponent, ir.Constant(words, [23] * LANES)), _VECTOR)

    return lanes(lanes), codegen


@intrinsic
def root(typing: Any, value: Any) -> Any:
    """Elementwise square root, correctly rounded."""

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        function = builder.module.declare_intrinsic("llvm.sqrt.v16f32", (), ir.FunctionType(_VECTOR, [_VECTOR]))
        return builder.call(function, args)

    return lanes(lanes), codegen
