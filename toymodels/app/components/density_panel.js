// The panel of one model in a density sweep: W^T W, the bias and the lengths |W_i|, aligned row by row; and how a feature
// is pointed at and picked in it.
//
// Everything is laid out in whole device pixels, so that cells are sharp and rows line up.

import { html } from "./dom.js"
import { paintHeatMap, rampColour } from "./heat_map.js"
import { counted, fixed, subscript } from "./numbers.js"

export const HEAT_SHARE = 0.7 // of a panel's width, at most
export const GUTTER = 30 // pixels for feature numbers
const LONGEST = 1.25 // the |W_i| that fills the room for bars

// W with the number of a feature below it.
export function columnName(feature) {
  return `W${subscript(counted(feature))}`
}

// ---- a canvas in device pixels ----

export function canvasOf(parent, className, width, height) {
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

export function frameOf(context, ink, x, y, width, height) {
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
export function panelLayout(width, features) {
  const total = devicePixels(width)
  const cell = Math.max(1, Math.floor((HEAT_SHARE * total) / features))
  const heat = cell * features
  const gap = Math.max(4, Math.round(total * 0.03))
  const bias = Math.max(6, Math.min(Math.round(total * 0.05), 2 * cell))
  const bars = heat + bias + 2 * gap
  return { total, cell, heat, features, gap, bias, biasAt: heat + gap, barsAt: bars, barsWidth: total - bars - 1 }
}

export function drawPanel(parent, layout, panel, data) {
  const { cell, heat, features } = layout
  const canvas = canvasOf(parent, "", layout.total, heat)
  canvas.setAttribute("role", "img")
  canvas.setAttribute("aria-label", panel.alt)
  // Empty, over the three parts of the canvas: what an explanation can point at.
  const ratio = window.devicePixelRatio || 1
  for (const [name, at, width] of [["heat", 0, heat], ["bias", layout.biasAt, layout.bias], ["bars", layout.barsAt, layout.barsWidth]]) {
    const part = html("span", `part ${name}`, parent)
    part.style.left = `${at / ratio}px`
    part.style.width = `${width / ratio}px`
  }
  const context = canvas.getContext("2d")
  paintHeatMap(context, panel.gram, data.ink, 0, 0, heat, heat)
  paintHeatMap(context, panel.b.map((value) => [value]), data.ink, layout.biasAt, 0, layout.bias, heat)
  const scale = layout.barsWidth / LONGEST
  const gap = cell > 3 ? Math.max(1, Math.round(cell * 0.14)) : 0
  panel.norms.forEach((length, i) => {
    const long = Math.min(LONGEST, length) * scale
    context.fillStyle = rampColour(data.ink.superposition, panel.superposition[i])
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
export function highlightPanel(canvas, layout, picked, pointed, data) {
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
export function panelAt(layout, panel, threshold, x, y) {
  const row = Math.floor(y / layout.cell)
  if (row < 0 || row >= layout.features) return null
  if (x < layout.heat) {
    const column = Math.floor(x / layout.cell)
    const words = column === row ? `|${columnName(row)}|²` : `${columnName(row)} · ${columnName(column)}`
    return { row, words: `${words} = ${fixed(panel.gram[row][column])}` }
  }
  if (x < layout.barsAt - layout.gap / 2) return { row, words: `b${subscript(counted(row))} = ${fixed(panel.b[row])}` }
  const share = panel.norms[row] < threshold ? "not represented" : `superposition ${fixed(panel.superposition[row])}`
  return { row, words: `|${columnName(row)}| = ${fixed(panel.norms[row])}, ${share}` }
}

// What one model makes of a feature: its length, its superposition, its opposite or its nearest.
export function reading(panel, feature, threshold) {
  const length = `|${columnName(feature)}| ${fixed(panel.norms[feature])}`
  if (panel.norms[feature] < threshold) return [length, "not represented"]
  const near = panel.companions[feature]
  const opposite = near.find(([, , isOpposite]) => isOpposite)
  const words = opposite ? `opposite ${counted(opposite[0])}`
    : near.length ? `near ${near.map(([other, cosine]) => `${counted(other)} (${fixed(cosine)})`).join(", ")}` : "a direction of its own"
  return [`${length} · superposition ${fixed(panel.superposition[feature])}`, words]
}

// Feature numbers beside the rows, that of the highlighted feature in bold. Returns what follows the highlight.
export function drawTicks(parent, layout, state) {
  const ratio = window.devicePixelRatio || 1
  const row = layout.cell / ratio
  parent.style.height = `${layout.heat / ratio}px`
  const tickAt = (feature, className) => {
    const tick = html("span", className, parent, String(counted(feature)))
    tick.style.top = `${(feature + 0.5) * row}px`
    return tick
  }
  const regular = tickRows(layout.features, row).map((feature) => [feature, tickAt(feature, "")])
  const bold = tickAt(0, "bold")
  return () => {
    const feature = state.pointed ?? state.picked
    bold.hidden = feature === null
    for (const [at, tick] of regular) {
      const covered = feature !== null && Math.abs(at - feature) * row < 13
      tick.style.visibility = covered ? "hidden" : "visible"
    }
    if (feature === null) return
    bold.textContent = String(counted(feature))
    bold.style.top = `${(feature + 0.5) * row}px`
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
export function drawLegend(parent, data) {
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

// ---- pointing and picking ----

// The picked feature, at once in the browser and a moment later in the page's control.
export function picking(state, data, send) {
  // Between a pick and the page's answer the page still tells the one before.
  if (state.sent === undefined || data.picked === state.sent || Date.now() > state.patience) {
    state.picked = data.picked
    state.sent = undefined
  }
  return (feature) => {
    state.picked = feature
    state.sent = feature
    state.patience = Date.now() + 3000
    clearTimeout(state.timer)
    // Held arrow keys pick many features; the page hears of the last.
    state.timer = setTimeout(() => send(feature === null ? "none" : String(feature)), 200)
    state.highlight()
  }
}

export function arrowKeys(event, state, features, pick) {
  const moves = { ArrowDown: 1, ArrowUp: -1 }
  if (event.key === "Escape") {
    if (state.picked !== null) pick(null)
  } else if (event.key === "Home" || event.key === "End") {
    pick(event.key === "Home" ? 0 : features - 1)
  } else if (event.key in moves) {
    const from = state.picked === null ? (moves[event.key] > 0 ? -1 : features) : state.picked
    pick(Math.min(features - 1, Math.max(0, from + moves[event.key])))
  } else {
    return
  }
  event.preventDefault()
}

// Words that follow the pointer.
export function showTip(state, words, event) {
  if (!words) {
    state.tip.hidden = true
    return
  }
  state.tip.hidden = false
  state.tip.textContent = words
  const box = state.root.getBoundingClientRect()
  const left = Math.min(event.clientX - box.left + 14, box.width - state.tip.offsetWidth - 4)
  state.tip.style.left = `${Math.max(0, left)}px`
  state.tip.style.top = `${event.clientY - box.top + 18}px`
}

// Draw again when the width changes. Returns how to stop.
export function onWidth(root, draw) {
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

// The tip and the highlights that follow the pointer. Returns what tells them which feature is pointed at, null for none.
export function following(state, root, highlights) {
  state.tip = html("div", "tip", root)
  state.tip.hidden = true
  state.pointed = null
  state.highlight = () => highlights.forEach((highlight) => highlight())
  state.highlight()
  return (feature) => {
    if (feature === state.pointed) return
    state.pointed = feature
    state.highlight()
  }
}
