// One training as a film: the loss and every D_i over the steps, with drops shaded and jumps marked, and W^T W at the
// step that the scrubber says.
//
// data: title; names, colours (n); step (frames); loss (frames); level (frames x n); W (frames x m x n);
//       drops [[from, to]] and jumps [{feature, at, before, after, inside}] in frames;
//       ink (colours of the theme).

import { html, node, set } from "./dom.js"
import { heatMap } from "./heat_map.js"
import { blend, frameAt, framesAround, gram, ticks } from "./model.js"
import { fixed, significant } from "./numbers.js"
import { showFilm } from "./scrubber.js"

const LEVELS = [["1", 1], ["½", 1 / 2], ["0", 0]]

// ---- loss and levels over the steps ----

// Where between the frames a step lies.
function placeOf(steps, step) {
  const next = Math.max(1, steps.findIndex((one) => one >= step))
  return next - 1 + (step - steps[next - 1]) / (steps[next] - steps[next - 1])
}

function drawCourse(parent, data) {
  const [width, height, left, right] = [720, 400, 62, 14]
  const [lossTop, lossEnd, levelTop, levelEnd] = [24, 148, 190, 348]
  const svg = node("svg", { viewBox: `0 0 ${width} ${height}`, role: "img" }, parent)
  const last = data.step.length - 1
  const [low, high] = [Math.min(...data.loss) / 1.1, Math.max(...data.loss) * 1.1]
  const most = Math.max(1, ...data.level.flat())
  const x = (position) => left + ((width - left - right) * position) / last
  const yLoss = (loss) => lossEnd - ((lossEnd - lossTop) * Math.log(loss / low)) / Math.log(high / low)
  const yLevel = (level) => levelEnd - ((levelEnd - levelTop) * level) / most
  const line = (values, attributes) => {
    const points = values.map(([at, y]) => `${at.toFixed(1)},${y.toFixed(1)}`).join(" ")
    node("polyline", { points, fill: "none", "stroke-linejoin": "round", ...attributes }, svg)
  }
  const write = (text, attributes) => { node("text", attributes, svg).textContent = text }

  for (const [from, to] of data.drops) {
    const band = { x: x(from), width: Math.max(2, x(to) - x(from)), fill: data.ink.accent, opacity: 0.16 }
    node("rect", { class: "drop", y: lossTop, height: lossEnd - lossTop, ...band }, svg)
    node("rect", { y: levelTop, height: levelEnd - levelTop, ...band }, svg)
  }
  for (const value of ticks(low, high, true)) {
    line([[left, yLoss(value)], [width - right, yLoss(value)]], { stroke: data.ink.faint })
    write(significant(value), { x: left - 8, y: yLoss(value) + 5, "text-anchor": "end" })
  }
  for (const [words, level] of LEVELS) {
    line([[left, yLevel(level)], [width - right, yLevel(level)]], { stroke: data.ink.faint })
    write(words, { x: left - 8, y: yLevel(level) + 5, "text-anchor": "end" })
  }
  for (const step of [0, 100, 300, 1000, 3000, data.step[last]]) {
    const at = x(placeOf(data.step, step))
    line([[at, levelEnd], [at, levelEnd + 5]], { stroke: "currentColor" })
    write(`${step}`, { x: at, y: levelEnd + 21, "text-anchor": step < data.step[last] ? "middle" : "end" })
  }
  write("loss", { class: "name", x: left, y: lossTop - 9 })
  write("D of every feature", { class: "name", x: left, y: levelTop - 9 })
  write("training step", { x: (left + width - right) / 2, y: height - 8, "text-anchor": "middle" })

  line(data.loss.map((loss, k) => [x(k), yLoss(loss)]), { class: "loss-curve", stroke: data.ink.accent, "stroke-width": 3 })
  data.names.forEach((_, i) => {
    line(data.level.map((level, k) => [x(k), yLevel(level[i])]), { stroke: data.colours[i], "stroke-width": 2 })
  })
  // A jump has its feature's name at the end of it; where several end together, one beside the other. Names lie over
  // the points, also over those of later jumps.
  const place = (jump) => [x(jump.at), yLevel((jump.before + jump.after) / 2)]
  for (const jump of data.jumps) {
    const [at, y] = place(jump)
    const fill = jump.inside ? data.colours[jump.feature] : "var(--st-background-color)"
    node("circle", { class: "jump", cx: at, cy: y, r: 5, fill, stroke: data.colours[jump.feature], "stroke-width": 2 }, svg)
  }
  const taken = []
  for (const jump of data.jumps) {
    const [at, y] = place(jump)
    let [nameX, nameY] = [at + 8, y + (jump.after > jump.before ? 20 : -6)]
    while (taken.some(([u, v]) => Math.abs(u - nameX) < 22 && Math.abs(v - nameY) < 15)) nameX += 4
    taken.push([nameX, nameY])
    write(data.names[jump.feature], { class: "name", x: nameX, y: nameY })
  }
  const cursor = node("line", { y1: lossTop, y2: levelEnd, stroke: "currentColor", "stroke-width": 1.5, opacity: 0.6 }, svg)
  const marker = node("circle", { r: 7, fill: data.ink.accent, stroke: "var(--st-background-color)", "stroke-width": 2.5 }, svg)
  const inside = data.jumps.filter((jump) => jump.inside).length
  svg.setAttribute("aria-label", `Loss from ${significant(data.loss[0])} to ${significant(data.loss[last])} over ${data.step[last]} training steps, with ${data.drops.length} drops; ${data.jumps.length} jumps of D, ${inside} of them within a drop.`)
  return (position, loss) => {
    set(cursor, { x1: x(position), x2: x(position) })
    set(marker, { cx: x(position), cy: yLoss(loss) })
  }
}

// ---- W^T W at one step ----

function drawProducts(parent, data) {
  const n = data.names.length
  const [cell, edge] = [36, 34]
  const side = edge + n * cell
  const svg = node("svg", { viewBox: `0 0 ${side + 2} ${side + 2}`, role: "img" }, parent)
  data.names.forEach((name, i) => {
    const at = edge + (i + 0.5) * cell
    node("text", { x: at, y: edge - 12, "text-anchor": "middle" }, svg).textContent = name
    node("text", { x: edge - 8, y: at + 6, "text-anchor": "end" }, svg).textContent = name
  })
  const draw = heatMap(svg, { n, x: edge, y: edge, side: n * cell, ink: data.ink })
  return (W, says) => {
    draw(gram(W))
    svg.setAttribute("aria-label", `The products of all features, W transposed times W: ${says}`)
  }
}

function build(root, data) {
  const last = data.step.length - 1
  const panels = html("div", "panels", root)
  const moveCursor = drawCourse(html("section", "course", panels), data)
  const section = html("section", "products", panels)
  html("p", "title", section, "WᵀW at this step")
  const drawGram = drawProducts(section, data)
  const caption = html("p", "caption", section)
  const draw = (position) => {
    const [frame, next, part] = framesAround(position, last)
    const loss = blend(data.loss[frame], data.loss[next], part)
    const level = data.level[Math.round(position)]
    const represented = level.filter((value) => value > 0).length
    moveCursor(position, loss)
    drawGram(frameAt(data.W, position), level.map((value, i) => `${data.names[i]} has D ${fixed(value)}`).join(", "))
    caption.textContent = `loss ${significant(loss)}, ${represented} features represented`
    const step = Math.round(blend(data.step[frame], data.step[next], part))
    return [`step ${step} of ${data.step[last]}`, `step ${step}, ${caption.textContent}`]
  }
  return { last, label: `${data.title}: the training, step by step`, draw }
}

export default (component) => showFilm(component, "transitions", build)
