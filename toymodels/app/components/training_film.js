// A training as a film: the arrows of one or two models and their losses, at the step that the scrubber says.
//
// data: title; names, colours (n); step (frames); log; faint;
//       reels [{title, W (frames x 2 x n), loss (frames), captions (frames), colour, dash}].

import { arrowPlane, unitFor } from "./arrow_plane.js"
import { html, node, set } from "./dom.js"
import { blend, frameAt, framesAround, longest, ticks } from "./model.js"
import { significant } from "./numbers.js"
import { showFilm } from "./scrubber.js"

// About five frames to write the step below, the first and the last among them.
function milestones(step) {
  const last = step.length - 1
  return [...new Set([0, 0.25, 0.5, 0.75, 1].map((part) => Math.round(part * last)))]
}

function drawCurves(parent, data) {
  const [width, height, left, right, top, bottom] = [400, 400, 62, 12, 14, 54]
  const svg = node("svg", { viewBox: `0 0 ${width} ${height}`, role: "img" }, parent)
  const all = data.reels.flatMap((reel) => reel.loss)
  const low = data.log ? Math.min(...all) / 1.15 : 0
  // A model that is right all along, such as W = 1 with m = n, has losses of zero.
  const high = Math.max(...all) * (data.log ? 1.15 : 1.05) || 1
  const last = data.step.length - 1
  const end = data.step[last]
  const scale = data.log ? Math.log : (value) => value
  // The frames are equally far apart, as on the scrubber; what step each of them is, is written below.
  const x = (position) => left + ((width - left - right) * position) / last
  const y = (loss) => height - bottom - ((height - top - bottom) * (scale(loss) - scale(low))) / (scale(high) - scale(low))
  for (const value of ticks(low, high, data.log)) {
    node("line", { x1: left, x2: width - right, y1: y(value), y2: y(value), stroke: data.faint, "stroke-width": 1 }, svg)
    node("text", { x: left - 8, y: y(value) + 6, "text-anchor": "end" }, svg).textContent = significant(value)
  }
  node("line", { x1: left, x2: width - right, y1: height - bottom, y2: height - bottom, stroke: "currentColor", "stroke-width": 1.5 }, svg)
  for (const position of milestones(data.step)) {
    node("line", { x1: x(position), x2: x(position), y1: height - bottom, y2: height - bottom + 5, stroke: "currentColor", "stroke-width": 1.5 }, svg)
    node("text", { x: x(position), y: height - bottom + 22, "text-anchor": position < last ? "middle" : "end" }, svg).textContent = `${data.step[position]}`
  }
  node("text", { x: (left + width - right) / 2, y: height - 6, "text-anchor": "middle" }, svg).textContent = "training step"
  const cursor = node("line", { y1: top, y2: height - bottom, stroke: "currentColor", "stroke-width": 1.5, opacity: 0.6 }, svg)
  const markers = [...data.reels].reverse().map((reel) => {
    const points = reel.loss.map((loss, k) => `${x(k).toFixed(1)},${y(loss).toFixed(1)}`).join(" ")
    node("polyline", { points, fill: "none", stroke: reel.colour, "stroke-width": 3, "stroke-dasharray": reel.dash, "stroke-linejoin": "round" }, svg)
    const marker = node("circle", { r: 7, fill: reel.colour, stroke: "var(--st-background-color)", "stroke-width": 2.5 }, svg)
    return { reel, marker }
  })
  if (data.reels.length > 1) {
    const ends = data.reels.map((reel) => y(reel.loss[reel.loss.length - 1]))
    data.reels.forEach((reel, k) => {
      // The higher curve has its name above, the other one below, where there is room for it.
      const above = ends[k] === Math.min(...ends) && (k === 0 || ends[0] !== ends[1])
      const at = above ? ends[k] - 12 : Math.min(ends[k] + 24, height - bottom - 8)
      node("text", { class: "name", x: width - right - 4, y: at, "text-anchor": "end" }, svg).textContent = reel.title
    })
  }
  const words = data.reels.map((reel) => `${reel.title}: the loss goes from ${significant(reel.loss[0])} to ${significant(reel.loss[last])}`)
  svg.setAttribute("aria-label", `${words.join("; ")}, in ${end} training steps.`)
  return (position, losses) => {
    set(cursor, { x1: x(position), x2: x(position) })
    for (const { reel, marker } of markers) set(marker, { cx: x(position), cy: y(losses[data.reels.indexOf(reel)]) })
  }
}

function build(root, data) {
  root.style.setProperty("--others", data.reels.length - 1)
  const last = data.step.length - 1
  const reels = html("div", "reels", root)
  const unit = unitFor(longest(data.reels.flatMap((reel) => reel.W)))
  const planes = data.reels.map((reel) => {
    const section = html("section", "reel", reels)
    html("p", "title", section, reel.title)
    const plane = arrowPlane(html("div", "plane", section), { ...data, unit })
    return { reel, plane, caption: html("p", "caption", section), loss: html("p", "loss", section) }
  })
  const section = html("section", "curve", reels)
  html("p", "title", section, data.reels.length > 1 ? "Losses" : "Loss")
  const moveMarkers = drawCurves(section, data)

  // Between two frames the arrows are drawn between their two places.
  const draw = (position) => {
    const [frame, next, part] = framesAround(position, last)
    const near = Math.round(position)
    const losses = data.reels.map((reel) => blend(reel.loss[frame], reel.loss[next], part))
    planes.forEach(({ reel, plane, caption, loss }, k) => {
      plane.draw(frameAt(reel.W, position), { says: `${reel.title}: ${reel.captions[near]}` })
      caption.textContent = reel.captions[near]
      loss.textContent = `loss ${significant(losses[k])}`
    })
    moveMarkers(position, losses)
    const step = Math.round(blend(data.step[frame], data.step[next], part))
    const said = data.reels.map((reel, k) => `${reel.title}: loss ${significant(losses[k])}, ${reel.captions[near]}`)
    return [`step ${step} of ${data.step[last]}`, `step ${step}, ${said.join("; ")}`]
  }
  return { last, label: `${data.title}: the training, step by step`, draw }
}

export default (component) => showFilm(component, "training-film", build)
