// One model of a density sweep, enlarged: W^T W with bias and lengths, W below it (one column per feature, under its own column of W^T W),
// and the cosines.
//
// data: features, hidden, threshold; picked (a feature or null); ink; panel {W, b, norms, superposition, companions,
//       alt}; pairs (a sentence), or null: then W and the cosines are left out; legend {scale, bars, lines} or null.

import {
  arrowKeys, canvasOf, columnName, drawLegend, drawPanel, drawTicks, following, frameOf, GUTTER, HEAT_SHARE, highlightPanel,
  onWidth, panelAt, panelLayout, picking, reading, showTip,
} from "./density_panel.js"
import { html, remembered } from "./dom.js"
import { paintHeatMap } from "./heat_map.js"
import { cosines, gram } from "./model.js"
import { counted, fixed } from "./numbers.js"

function draw(state, data, pick) {
  const { root } = state
  const focused = state.focus ? state.focus() : false
  root.replaceChildren()
  if (data.legend) drawLegend(root, data)
  const { panel } = data
  const ratio = window.devicePixelRatio || 1
  const width = root.clientWidth
  const wide = width >= 700
  // As large as the width allows, but so that W below W^T W is still on the screen.
  const room = Math.max(280, 0.58 * window.innerHeight) / HEAT_SHARE
  const layout = panelLayout((wide ? Math.min(0.56 * width, room) : width) - GUTTER, data.features)
  const { cell, heat } = layout
  const panels = html("div", wide ? "panels wide" : "panels", root)
  panels.tabIndex = 0
  panels.setAttribute("role", "group")
  panels.setAttribute("aria-label", "One density, enlarged. Arrow up and down pick a feature, Escape lets go of it.")
  panels.onkeydown = (event) => arrowKeys(event, state, data.features, pick)
  const highlights = []

  function interactive(canvas, at) {
    canvas.onpointermove = (event) => {
      if (event.pointerType !== "mouse") return
      const box = canvas.getBoundingClientRect()
      const found = at((event.clientX - box.left) * ratio, (event.clientY - box.top) * ratio)
      showTip(state, found ? found.words : "", event)
      point(found ? found.row : null)
    }
    canvas.onpointerleave = () => {
      showTip(state, "")
      point(null)
    }
    canvas.onclick = (event) => {
      const box = canvas.getBoundingClientRect()
      const found = at((event.clientX - box.left) * ratio, (event.clientY - box.top) * ratio)
      if (found) pick(found.row === state.picked ? null : found.row)
    }
  }

  function matrix(parent, values, height, words) {
    const beside = html("div", "beside", parent)
    const ticks = html("div", "ticks", beside)
    if (height === heat) highlights.push(drawTicks(ticks, layout, state))
    const plot = html("div", "plot", beside)
    const canvas = canvasOf(plot, "", heat, height)
    canvas.setAttribute("role", "img")
    canvas.setAttribute("aria-label", words)
    const context = canvas.getContext("2d")
    paintHeatMap(context, values, data.ink, 0, 0, heat, height)
    frameOf(context, data.ink, 0, 0, heat, height)
    return canvasOf(plot, "highlight", heat, height)
  }

  const left = html("section", "", panels)
  html("h4", "", left, "WᵀW, bias b, lengths |Wᵢ|")
  const beside = html("div", "beside", left)
  highlights.push(drawTicks(html("div", "ticks", beside), layout, state))
  const plot = html("div", "plot", beside)
  drawPanel(plot, layout, panel, data)
  const overlay = canvasOf(plot, "highlight", layout.total, heat)
  interactive(overlay, (x, y) => panelAt(layout, panel, data.threshold, x, y))
  highlights.push(() => highlightPanel(overlay, layout, state.picked, state.pointed, data))

  function drawWeightsAndCosines() {
    html("h4", "", left, `W: feature i is column i, ${data.hidden} numbers`)
    // A row of W is no feature: the columns line up with those above.
    const tall = Math.max(1, Math.min(cell, Math.floor((layout.heat * 0.6) / data.hidden)))
    const sharing = panel.W.map((row) => row.filter((value) => Math.abs(value) >= data.threshold).length)
    const [fewest, most] = [Math.min(...sharing), Math.max(...sharing)]
    const users = fewest === most ? `${most}` : `${fewest} to ${most}`
    const W = matrix(left, panel.W, tall * data.hidden, `Each row of W is used by ${users} features, with numbers of at least ${data.threshold}.`)
    interactive(W, (x, y) => {
      const [row, column] = [Math.floor(y / tall), Math.floor(x / cell)]
      if (!(row in panel.W) || !(column in panel.W[0])) return null
      return { row: column, words: `${columnName(column)}, dimension ${counted(row)}: ${fixed(panel.W[row][column])}` }
    })
    highlights.push(() => {
      const context = W.getContext("2d")
      context.clearRect(0, 0, W.width, W.height)
      const feature = state.pointed ?? state.picked
      if (feature === null) return
      context.strokeStyle = data.ink.accent
      context.lineWidth = 2 * ratio
      context.strokeRect(feature * cell, ratio, cell, W.height - 2 * ratio)
    })

    const right = html("section", "", panels)
    html("h4", "", right, "Cosines Ŵᵢ · Ŵⱼ of represented features")
    const learned = panel.norms.map((length) => length >= data.threshold)
    const cosine = cosines(panel.W).map((row, i) => row.map((value, j) => (learned[i] && learned[j] ? value : 0)))
    const square = matrix(right, cosine, heat, data.pairs)
    interactive(square, (x, y) => {
      const [row, column] = [Math.floor(y / cell), Math.floor(x / cell)]
      if (!(row in cosine) || !(column in cosine)) return null
      const value = learned[row] && learned[column] ? fixed(cosine[row][column]) : "not represented"
      return { row, words: `cos(${columnName(row)}, ${columnName(column)}): ${value}` }
    })
    const own = { ...layout, total: heat }
    highlights.push(() => highlightPanel(square, own, state.picked, state.pointed, data))
    const words = html("p", "reading", right)
    html("p", "pairs", right, data.pairs)
    highlights.push(() => {
      const feature = state.pointed ?? state.picked
      words.textContent = feature === null ? "" : `Feature ${counted(feature)}: ${reading(panel, feature, data.threshold).join(", ")}`
    })
  }
  if (data.pairs !== null) drawWeightsAndCosines()

  const point = following(state, root, highlights)
  state.focus = () => root.getRootNode().activeElement === panels
  if (focused) panels.focus({ preventScroll: true })
}

export default function (component) {
  const { data, parentElement, setTriggerValue } = component
  const state = remembered(parentElement, "enlarged-density", () => ({ highlight: () => {} }))
  data.panel.gram = gram(data.panel.W)
  const pick = picking(state, data, (feature) => setTriggerValue("picked", feature))
  const paint = () => draw(state, data, pick)
  paint()
  if (state.stop) state.stop()
  state.stop = onWidth(state.root, paint)
  return () => state.stop()
}
