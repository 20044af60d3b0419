// The mathematics of the models: forward passes, losses, measures and interpolation. Nothing here needs a document.
//
// W: (m x n), one column per feature, as nested arrays; x, b: (n); h: (m).

export function dot(u, v) {
  let sum = 0
  for (let k = 0; k < u.length; k += 1) sum += u[k] * v[k]
  return sum
}

export function transposed(W) {
  return W[0].map((_, i) => W.map((row) => row[i]))
}

// ---- forward passes ----

// h = W x.
export function encode(W, x) {
  return W.map((row) => dot(row, x))
}

// x' = ReLU(W^T h + b), or the same without the ReLU.
export function decode(W, b, h, relu = true) {
  return b.map((bias, i) => {
    const z = h.reduce((sum, value, k) => sum + value * W[k][i], bias)
    return relu ? Math.max(0, z) : z
  })
}

// One neuron or output of a layer with a ReLU: ReLU(weights . x + bias).
export function neuron(weights, x, bias = 0) {
  return Math.max(0, dot(weights, x) + bias)
}

// The hidden neurons of the absolute value model: h = ReLU(W1 x), for W1 (m x n).
export function hiddenLayer(W1, x) {
  return W1.map((weights) => neuron(weights, x))
}

// A copy of a vector with one entry replaced.
export function replaced(x, i, value) {
  return x.map((old, j) => (j === i ? value : old))
}

// sum_i I_i (x_i - x'_i)^2.
export function loss(importance, x, output) {
  return importance.reduce((sum, weight, i) => sum + weight * (x[i] - output[i]) ** 2, 0)
}

// ---- measures ----

// W^T W.
export function gram(W) {
  const columns = transposed(W)
  return columns.map((one) => columns.map((other) => dot(one, other)))
}

// |W_i| of every feature.
function norms(W) {
  return transposed(W).map((column) => Math.hypot(...column))
}

// The length of the longest column of several W.
export function longest(matrices) {
  return Math.max(...matrices.flatMap(norms))
}

// Cosines between columns; 0 where one of them is 0.
export function cosines(W) {
  const lengths = norms(W)
  return gram(W).map((row, i) => row.map((value, j) => (lengths[i] * lengths[j] ? value / (lengths[i] * lengths[j]) : 0)))
}

// D_i = |W_i|^2 / sum_j (W_i/|W_i| . W_j)^2, and 0 for a zero column.
export function dimensionality(W) {
  return gram(W).map((row, i) => {
    const shared = dot(row, row)
    return shared > 0 ? row[i] ** 2 / shared : 0
  })
}

// ---- the closed form of interference ----

// Int_0^1 ReLU(a x + b)^2 dx. The output is one straight piece where it is not 0, so this is exact.
export function squaredArea(a, b) {
  if (a <= 0 && b <= 0) return 0
  const root = a === 0 ? 0 : clamp(-b / a, 0, 1)
  const [low, high] = a > 0 ? [root, 1] : a < 0 ? [0, root] : [0, 1]
  const [first, last] = [a * low + b, a * high + b]
  return ((high - low) * (first * first + first * last + last * last)) / 3
}

// The interference in -reach .. reach at which the loss reaches a level, for one bias; the loss grows with the interference.
export function interferenceAt(level, b, reach) {
  let [low, high] = [-reach, reach]
  if (squaredArea(low, b) >= level) return low
  if (squaredArea(high, b) < level) return high
  for (let k = 0; k < 30; k += 1) {
    const middle = (low + high) / 2
    if (squaredArea(middle, b) < level) low = middle
    else high = middle
  }
  return high
}

// ---- interpolation ----

export function clamp(value, low, high) {
  return Math.min(high, Math.max(low, value))
}

export function blend(from, to, part) {
  return from + (to - from) * part
}

export function blendMatrix(from, to, part) {
  return from.map((row, r) => row.map((value, i) => blend(value, to[r][i], part)))
}

// The two frames around a position, which counts frames from 0 to `last`, and how far it is from the first to the second.
export function framesAround(position, last) {
  const frame = Math.min(Math.floor(position), Math.max(0, last - 1))
  return [frame, Math.min(frame + 1, last), last ? position - frame : 0]
}

// W between the two frames around a position.
export function frameAt(frames, position) {
  const [frame, next, part] = framesAround(position, frames.length - 1)
  return blendMatrix(frames[frame], frames[next], part)
}

// Which of several points is nearest to a place, and not farther than `within`; -1 for none.
export function nearest(points, [x, y], within) {
  const distances = points.map(([u, v]) => Math.hypot(u - x, v - y))
  const least = Math.min(...distances)
  return least <= within ? distances.indexOf(least) : -1
}

// Round numbers that divide a scale: powers of ten with 2 and 5 between them, or equal steps.
export function ticks(low, high, log) {
  const found = []
  if (log) {
    for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power++) {
      for (const digit of [1, 2, 5]) found.push(digit * 10 ** power)
    }
    const within = found.filter((value) => value >= low && value <= high)
    return within.length > 5 ? within.filter((value) => Math.abs(Math.log10(value) % 1) < 1e-9) : within
  }
  const rough = (high - low) / 5
  const scale = 10 ** Math.floor(Math.log10(rough))
  const gap = scale * [1, 2, 5, 10].find((digit) => digit * scale >= rough)
  for (let value = Math.ceil(low / gap) * gap; value <= high; value += gap) found.push(value)
  return found
}
