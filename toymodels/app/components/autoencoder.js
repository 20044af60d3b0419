// The model, as in the deck: h = W x, x' = ReLU(W^T h + b), for W (2 x n) and b (n).

function encode(W, x) {
  return W.map((row) => row.reduce((sum, w, i) => sum + w * x[i], 0))
}

function decode(W, b, h, relu = true) {
  return b.map((bias, i) => {
    const z = W[0][i] * h[0] + W[1][i] * h[1] + bias
    return relu ? Math.max(0, z) : z
  })
}

function loss(importance, x, answer) {
  return importance.reduce((sum, weight, i) => sum + weight * (x[i] - answer[i]) ** 2, 0)
}
