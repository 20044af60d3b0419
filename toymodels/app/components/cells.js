// Matrices as cells, and the panel of one model: W^T W, the bias and the lengths |W_i|, aligned row by row.
//
// Everything is laid out in whole device pixels, so that cells are sharp and rows line up. A cell is one hue, for its
// sign, laid over the page as densely as the value is large: zero is the page itself. Values beyond -1 .. 1 are
// drawn as -1 or 1.

const HEAT_SHARE = 0.7 // of a panel's width, at most
const GUTTER = 30 // pixels for feature numbers
const LONGEST = 1.25 // the |W_i| that fills the room for bars

function channels(colour) {
  return [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16))
}

function between(ramp, position) {
  const [low, high] = ramp.map(channels)
  const at = Math.min(1, Math.max(0, position))
  return `rgb(${low.map((value, k) => Math.round(value + at * (high[k] - value))).join(",")})`
}

function dot(W, i, j) {
  return W.reduce((sum, row) => sum + row[i] * row[j], 0)
}

function gram(W) {
  return W[0].map((_, i) => W[0].map((_, j) => dot(W, i, j)))
}

function cosines(W) {
  const lengths = W[0].map((_, i) => Math.sqrt(dot(W, i, i)))
  return gram(W).map((row, i) => row.map((value, j) => (lengths[i] * lengths[j] ? value / (lengths[i] * lengths[j]) : 0)))
}

// A feature's index, from 0, as a person counts it, in low digits.
function subscript(feature) {
  return String(feature + 1).replace(/[0-9]/g, (digit) => "₀₁₂₃₄₅₆₇₈₉"[digit])
}

function signed(value) {
  const text = Math.abs(value).toFixed(Math.abs(value) < 0.0995 ? 3 : 2)
  return Number(text) === 0 ? "0" : (value < 0 ? "−" : "") + text
}

// ---- a canvas in device pixels ----

function canvasOf(parent, className, width, height) {
  const ratio = window.devicePixelRatio || 1
  const canvas = html("canvas", className, parent)
  canvas.width = width
  canvas.height = height
  canvas.style.width = `${width / ratio}px`
  canvas.style.height = `${height / ratio}px`
  return canvas
}

function devicePixels(length) {
  return Math.round(length * (window.devicePixelRatio || 1))
}

// A picture of values (rows of numbers), one pixel each, drawn into a rectangle of the canvas.
function drawMatrix(context, values, ink, x, y, width, height) {
  const image = new ImageData(values[0].length, values.length)
  const hues = [channels(ink.negative), channels(ink.positive)]
  values.forEach((row, i) => row.forEach((value, j) => {
    const at = 4 * (i * row.length + j)
    image.data.set(hues[value > 0 ? 1 : 0], at)
    image.data[at + 3] = Math.round(255 * Math.min(1, Math.abs(value)))
  }))
  const small = document.createElement("canvas")
  small.width = image.width
  small.height = image.height
  small.getContext("2d").putImageData(image, 0, 0)
  context.imageSmoothingEnabled = false
  context.drawImage(small, x, y, width, height)
}

function frameOf(context, ink, x, y, width, height) {
  context.strokeStyle = ink.faint
  context.lineWidth = 1
  context.setLineDash([])
  context.strokeRect(x + 0.5, y + 0.5, width - 1, height - 1)
}

function rule(context, colour, dash, x1, y1, x2, y2) {
  context.strokeStyle = colour
  context.lineWidth = Math.max(1, Math.round(window.devicePixelRatio || 1))
  context.setLineDash(dash)
  context.beginPath()
  context.moveTo(x1, y1)
  context.lineTo(x2, y2)
  context.stroke()
  context.setLineDash([])
}

// ---- one model's panel ----

// Where things stand in a panel of that width, in device pixels.
function panelLayout(width, features) {
  const total = devicePixels(width)
  const cell = Math.max(1, Math.floor((HEAT_SHARE * total) / features))
  const heat = cell * features
  const gap = Math.max(4, Math.round(total * 0.03))
  const bias = Math.max(6, Math.min(Math.round(total * 0.05), 2 * cell))
  const bars = heat + bias + 2 * gap
  return { total, cell, heat, features, gap, bias, biasAt: heat + gap, barsAt: bars, barsWidth: total - bars - 1 }
}

function drawPanel(parent, layout, panel, data) {
  const { cell, heat, features } = layout
  const canvas = canvasOf(parent, "", layout.total, heat)
  canvas.setAttribute("role", "img")
  canvas.setAttribute("aria-label", panel.alt)
  const context = canvas.getContext("2d")
  drawMatrix(context, panel.gram, data.ink, 0, 0, heat, heat)
  drawMatrix(context, panel.b.map((value) => [value]), data.ink, layout.biasAt, 0, layout.bias, heat)
  const scale = layout.barsWidth / LONGEST
  const gap = cell > 3 ? Math.max(1, Math.round(cell * 0.14)) : 0
  panel.norms.forEach((length, i) => {
    const long = Math.min(LONGEST, length) * scale
    context.fillStyle = between(data.ink.superposition, panel.superposition[i])
    context.fillRect(layout.barsAt, i * cell + Math.floor(gap / 2), long, cell - gap)
  })
  frameOf(context, data.ink, 0, 0, heat, heat)
  frameOf(context, data.ink, layout.biasAt, 0, layout.bias, heat)
  rule(context, data.ink.faint, [], layout.barsAt + 0.5, 0, layout.barsAt + 0.5, heat)
  rule(context, data.ink.muted, [5, 4], layout.barsAt + data.threshold * scale, 0, layout.barsAt + data.threshold * scale, heat)
  if (data.hidden < features) {
    rule(context, data.ink.muted, [1, 4], 0, data.hidden * cell + 0.5, layout.total, data.hidden * cell + 0.5)
  }
}

// Over a panel: the picked feature's row and column stay clear, the rest is veiled; a pointed-at one is outlined.
function lightPanel(canvas, layout, picked, pointed, data) {
  const { cell, heat, total } = layout
  const ratio = window.devicePixelRatio || 1
  const context = canvas.getContext("2d")
  context.clearRect(0, 0, canvas.width, canvas.height)
  if (picked !== null) {
    context.fillStyle = data.ink.background
    context.globalAlpha = 0.55
    context.fillRect(0, 0, total, heat)
    context.globalAlpha = 1
    context.clearRect(0, picked * cell, total, cell)
    context.clearRect(picked * cell, 0, cell, heat)
  }
  for (const [feature, width] of [[picked, 2], [pointed, 1.5]]) {
    if (feature === null) continue
    context.strokeStyle = data.ink.accent
    context.lineWidth = Math.max(1, width * ratio)
    const edge = context.lineWidth / 2
    const top = Math.max(edge, feature * cell - edge)
    context.strokeRect(edge, top, total - 2 * edge, Math.min(heat - edge, (feature + 1) * cell + edge) - top)
    if (feature === picked) {
      context.lineWidth = Math.max(1, ratio)
      const left = Math.max(edge, feature * cell - edge)
      context.strokeRect(left, edge, Math.min(heat - edge, (feature + 1) * cell + edge) - left, heat - 2 * edge)
    }
  }
}

// What is at a place of a panel, in device pixels: the row's feature, and words with its number.
function panelAt(layout, panel, x, y) {
  const row = Math.floor(y / layout.cell)
  if (row < 0 || row >= layout.features) return null
  if (x < layout.heat) {
    const column = Math.floor(x / layout.cell)
    const words = column === row ? `|W${subscript(row)}|²` : `W${subscript(row)} · W${subscript(column)}`
    return { row, words: `${words} = ${signed(panel.gram[row][column])}` }
  }
  if (x < layout.barsAt - layout.gap / 2) return { row, words: `b${subscript(row)} = ${signed(panel.b[row])}` }
  const shares = `superposition ${signed(panel.superposition[row])}`
  return { row, words: `|W${subscript(row)}| = ${signed(panel.norms[row])}, ${shares}` }
}

// What one model makes of a feature: its length, its superposition, its opposite or its nearest.
function reading(panel, feature, threshold) {
  const length = `|W${subscript(feature)}| ${signed(panel.norms[feature])}`
  if (panel.norms[feature] < threshold) return [length, "not represented"]
  const near = panel.companions[feature]
  const opposite = near.find(([, , isOpposite]) => isOpposite)
  const words = opposite ? `opposite ${opposite[0] + 1}`
    : near.length ? `near ${near.map(([other, cosine]) => `${other + 1} (${signed(cosine)})`).join(", ")}` : "a direction of its own"
  return [`${length} · superposition ${signed(panel.superposition[feature])}`, words]
}

// Feature numbers beside the rows, that of the feature in the light in bold. Returns what follows the light.
function drawTicks(parent, layout, stage) {
  const ratio = window.devicePixelRatio || 1
  const row = layout.cell / ratio
  parent.style.height = `${layout.heat / ratio}px`
  const tickAt = (feature, className) => {
    const tick = html("span", className, parent, String(feature + 1))
    tick.style.top = `${(feature + 0.5) * row}px`
    return tick
  }
  const regular = tickRows(layout.features, row).map((feature) => [feature, tickAt(feature, "")])
  const lit = tickAt(0, "lit")
  return () => {
    const feature = stage.pointed ?? stage.picked
    lit.hidden = feature === null
    for (const [at, tick] of regular) {
      const covered = feature !== null && Math.abs(at - feature) * row < 13
      tick.style.visibility = covered ? "hidden" : "visible"
    }
    if (feature === null) return
    lit.textContent = String(feature + 1)
    lit.style.top = `${(feature + 0.5) * row}px`
  }
}

// Which features get a number: every one where a row is tall enough, else round steps and the last.
function tickRows(features, row) {
  const step = [1, 2, 5, 10, 20, 50].find((each) => each * row >= 13) ?? 100
  const rows = []
  for (let feature = 0; feature < features; feature += step) rows.push(feature)
  if ((features - 1 - rows[rows.length - 1]) * row < 13) rows.pop()
  return [...rows, features - 1]
}

// What the colours and the lines mean, in one line where there is room.
function drawLegend(parent, data) {
  const line = html("p", "legend", parent)
  const scale = html("span", "key", line)
  html("span", "", scale, "−1")
  const ramp = html("span", "ramp", scale)
  ramp.style.background = `linear-gradient(90deg, ${data.ink.negative}, ${data.ink.background}, ${data.ink.positive})`
  html("span", "", scale, "1")
  html("span", "words", scale, data.legend.scale)
  const bars = html("span", "key", line)
  html("span", "", bars, "0")
  const share = html("span", "ramp short", bars)
  share.style.background = `linear-gradient(90deg, ${data.ink.superposition.join(", ")})`
  html("span", "", bars, "1")
  html("span", "words", bars, data.legend.bars)
  for (const words of data.legend.lines) html("span", "key words", line, words)
}

// ---- picking: shared by the ladder and the close-up ----

// The picked feature, at once in the browser and a moment later in the page's control.
function picking(stage, data, send) {
  // Between a pick and the page's answer the page still tells the one before.
  if (stage.sent === undefined || data.picked === stage.sent || Date.now() > stage.patience) {
    stage.picked = data.picked
    stage.sent = undefined
  }
  return (feature) => {
    stage.picked = feature
    stage.sent = feature
    stage.patience = Date.now() + 3000
    clearTimeout(stage.timer)
    // Held arrow keys pick many features; the page hears of the last.
    stage.timer = setTimeout(() => send(feature === null ? "none" : String(feature)), 200)
    stage.light()
  }
}

function arrowKeys(event, stage, features, pick) {
  const moves = { ArrowDown: 1, ArrowUp: -1 }
  if (event.key === "Escape") {
    if (stage.picked !== null) pick(null)
  } else if (event.key === "Home" || event.key === "End") {
    pick(event.key === "Home" ? 0 : features - 1)
  } else if (event.key in moves) {
    const from = stage.picked === null ? (moves[event.key] > 0 ? -1 : features) : stage.picked
    pick(Math.min(features - 1, Math.max(0, from + moves[event.key])))
  } else {
    return
  }
  event.preventDefault()
}

// Words that follow the pointer.
function showTip(stage, words, event) {
  if (!words) {
    stage.tip.hidden = true
    return
  }
  stage.tip.hidden = false
  stage.tip.textContent = words
  const box = stage.root.getBoundingClientRect()
  const left = Math.min(event.clientX - box.left + 14, box.width - stage.tip.offsetWidth - 4)
  stage.tip.style.left = `${Math.max(0, left)}px`
  stage.tip.style.top = `${event.clientY - box.top + 18}px`
}

// Draw again when the width changes. Returns how to stop.
function onWidth(root, draw) {
  let width = root.clientWidth
  const observer = new ResizeObserver(() => {
    if (root.clientWidth && root.clientWidth !== width) {
      width = root.clientWidth
      draw()
    }
  })
  observer.observe(root)
  return () => observer.disconnect()
}

// The tip and the lights that follow the pointer. Returns what tells them which feature is pointed at, null for none.
function following(stage, root, lights) {
  stage.tip = html("div", "tip", root)
  stage.tip.hidden = true
  stage.pointed = null
  stage.light = () => lights.forEach((light) => light())
  stage.light()
  return (feature) => {
    if (feature === stage.pointed) return
    stage.pointed = feature
    stage.light()
  }
}
