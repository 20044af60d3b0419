// One model, large: W^T W with bias and lengths, W below it (one column per feature, under its own column of W^T W),
// and the cosines.
//
// data: features, hidden, threshold; picked (a feature or null); ink; panel {W, b, norms, superposition, companions,
//       alt}; pairs (a sentence); legend {scale, bars, lines}.

function drawCloseup(stage, data, pick) {
  const { root } = stage
  const focused = stage.focus ? stage.focus() : false
  root.replaceChildren()
  drawLegend(root, data)
  const { panel } = data
  const ratio = window.devicePixelRatio || 1
  const width = root.clientWidth
  const wide = width >= 700
  // As large as the width allows, but so that W below W^T W is still on the screen.
  const room = Math.max(280, 0.58 * window.innerHeight) / HEAT_SHARE
  const layout = panelLayout((wide ? Math.min(0.56 * width, room) : width) - GUTTER, data.features)
  const { cell, heat } = layout
  const bench = html("div", wide ? "bench wide" : "bench", root)
  bench.tabIndex = 0
  bench.setAttribute("role", "group")
  bench.setAttribute("aria-label", "One density, large. Arrow up and down pick a feature, Escape lets go of it.")
  bench.onkeydown = (event) => arrowKeys(event, stage, data.features, pick)
  const lights = []

  function interactive(canvas, at) {
    canvas.onpointermove = (event) => {
      if (event.pointerType !== "mouse") return
      const box = canvas.getBoundingClientRect()
      const found = at((event.clientX - box.left) * ratio, (event.clientY - box.top) * ratio)
      showTip(stage, found ? found.words : "", event)
      point(found ? found.row : null)
    }
    canvas.onpointerleave = () => {
      showTip(stage, "")
      point(null)
    }
    canvas.onclick = (event) => {
      const box = canvas.getBoundingClientRect()
      const found = at((event.clientX - box.left) * ratio, (event.clientY - box.top) * ratio)
      if (found) pick(found.row === stage.picked ? null : found.row)
    }
  }

  function matrix(parent, values, height, words) {
    const beside = html("div", "beside", parent)
    const ticks = html("div", "ticks", beside)
    if (height === heat) lights.push(drawTicks(ticks, layout, stage))
    const plot = html("div", "plot", beside)
    const canvas = canvasOf(plot, "", heat, height)
    canvas.setAttribute("role", "img")
    canvas.setAttribute("aria-label", words)
    const context = canvas.getContext("2d")
    drawMatrix(context, values, data.ink, 0, 0, heat, height)
    frameOf(context, data.ink, 0, 0, heat, height)
    return canvasOf(plot, "light", heat, height)
  }

  const left = html("section", "", bench)
  html("h4", "", left, "WᵀW, bias b, lengths |Wᵢ|")
  const beside = html("div", "beside", left)
  lights.push(drawTicks(html("div", "ticks", beside), layout, stage))
  const plot = html("div", "plot", beside)
  drawPanel(plot, layout, panel, data)
  const light = canvasOf(plot, "light", layout.total, heat)
  interactive(light, (x, y) => panelAt(layout, panel, x, y))
  lights.push(() => lightPanel(light, layout, stage.picked, stage.pointed, data))

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
    return { row: column, words: `W${subscript(column)}, dimension ${row + 1}: ${signed(panel.W[row][column])}` }
  })
  lights.push(() => {
    const context = W.getContext("2d")
    context.clearRect(0, 0, W.width, W.height)
    const feature = stage.pointed ?? stage.picked
    if (feature === null) return
    context.strokeStyle = data.ink.accent
    context.lineWidth = 2 * ratio
    context.strokeRect(feature * cell, ratio, cell, W.height - 2 * ratio)
  })

  const right = html("section", "", bench)
  html("h4", "", right, "Cosines Ŵᵢ · Ŵⱼ of represented features")
  const learned = panel.norms.map((length) => length >= data.threshold)
  const cosine = cosines(panel.W).map((row, i) => row.map((value, j) => (learned[i] && learned[j] ? value : 0)))
  const square = matrix(right, cosine, heat, data.pairs)
  interactive(square, (x, y) => {
    const [row, column] = [Math.floor(y / cell), Math.floor(x / cell)]
    if (!(row in cosine) || !(column in cosine)) return null
    const value = learned[row] && learned[column] ? signed(cosine[row][column]) : "not represented"
    return { row, words: `cos(W${subscript(row)}, W${subscript(column)}): ${value}` }
  })
  const own = { ...layout, total: heat }
  lights.push(() => lightPanel(square, own, stage.picked, stage.pointed, data))
  const told = html("p", "told", right)
  html("p", "pairs", right, data.pairs)
  lights.push(() => {
    const feature = stage.pointed ?? stage.picked
    told.textContent = feature === null ? "" : `Feature ${feature + 1}: ${reading(panel, feature, data.threshold).join(", ")}`
  })

  const point = following(stage, root, lights)
  stage.focus = () => root.getRootNode().activeElement === bench
  if (focused) bench.focus({ preventScroll: true })
}

export default function (component) {
  const { data, parentElement, setTriggerValue } = component
  const stage = remembered(parentElement, "closeup", () => ({ light: () => {} }))
  data.panel.gram = gram(data.panel.W)
  const pick = picking(stage, data, (feature) => setTriggerValue("picked", feature))
  const paint = () => drawCloseup(stage, data, pick)
  paint()
  if (stage.stop) stage.stop()
  stage.stop = onWidth(stage.root, paint)
  return () => stage.stop()
}
