// Asymmetric superposition with inhibition: the neuron that A and B share, the neuron that inhibits B, and what comes
// out, for the ideal and for instances found in trained weights, under three sliders that all of them share.
// Nothing is sent back, so dragging causes no rerun.
//
// data: cards [{title, note, roles [{role, name, feature, side}], W1 (m x n), W2 (n x m), b (n), neuron, inhibitor,
//       scale (2)}]; ink (colours of the theme).
// A role's slider gives |x|; `side` is the sign that x_feature really has, while the drawing turns A and C to the
// positive side and B to the negative one, as the deck draws them. `scale` makes a neuron's weights balanced:
// input times scale, output divided by it, which changes nothing.

import { button, html, keepingFocus, node, remembered, set } from "./dom.js"
import { hiddenLayer, neuron, replaced } from "./model.js"
import { fixed, significant } from "./numbers.js"
import { slider } from "./slider.js"

const ROLES = [["A", 1], ["B", -1], ["C", 1]] // role, and the sign with which it is drawn
const CASES = [["A alone", [0.8, 0, 0]], ["B alone", [0, 0.8, 0]], ["A and B", [0.8, 0.6, 0]], ["B and C", [0, 0.8, 0.6]]]
const [INPUT, NEURON, OUTPUT] = [30, 150, 270] // where the columns stand
const ROWS = { A: 32, B: 102, C: 172 }
const CENTRES = [62, 146]

// What goes in: x_feature for the |x| of every role.
function inputOf(card, sizes) {
  const x = card.b.map(() => 0)
  for (const { role, feature, side } of card.roles) x[feature] = side * sizes[role]
  return x
}

// ---- one card ----

// "x_A" is written as x with a small A below.
function write(text, name) {
  const [base, below] = name.split("_")
  text.textContent = base
  if (below) node("tspan", { dy: 4, "font-size": "92%" }, text).textContent = below
}

// Where along an edge its number stands, so that no two numbers meet; edges that are not named are thin and have none.
const NUMBERS = { "A>0": 0.42, "B>0": 0.36, "A>1": 0.74, "C>1": 0.45, "0>A": 0.55, "0>B": 0.5, "1>B": 0.45, "1>C": 0.55 }

function drawEdge(svg, from, to, weight, name, data) {
  const colour = weight < 0 ? data.ink.negative : data.ink.positive
  const at = NUMBERS[name]
  const width = at ? Math.min(8, 1.2 + 3 * Math.sqrt(Math.abs(weight))) : 1
  const [x1, y1, x2, y2] = [from[0], from[1], to[0], to[1]]
  const line = node("line", { x1, y1, x2, y2, stroke: colour, "stroke-width": width, "stroke-linecap": "round" }, svg)
  const label = () => {
    if (!at) return
    const text = node("text", { class: "halo", x: x1 + at * (x2 - x1), y: y1 + at * (y2 - y1) + 5.5, "text-anchor": "middle" }, svg)
    text.textContent = significant(weight, 2)
  }
  return [line, label]
}

function drawCard(parent, card, data) {
  const section = html("section", "card", parent)
  html("p", "title", section, card.title)
  html("p", "note", section, card.note)
  const svg = node("svg", { viewBox: "0 0 300 204", role: "img" }, section)
  const pair = [card.neuron, card.inhibitor]
  const edges = []
  const labels = []
  for (const { role, feature, side } of card.roles) {
    const drawn = side * ROLES.find(([name]) => name === role)[1]
    pair.forEach((index, k) => {
      const into = card.W1[index][feature] * drawn * card.scale[k]
      if (Math.abs(into) >= 0.1) {
        const [line, label] = drawEdge(svg, [INPUT + 27, ROWS[role]], [NEURON - 27, CENTRES[k]], into, `${role}>${k}`, data)
        edges.push([line, (x) => Math.abs(x[feature]) > 0.005])
        labels.push(label)
      }
      const out = card.W2[feature][index] / card.scale[k]
      if (Math.abs(out) >= 0.1) {
        const [line, label] = drawEdge(svg, [NEURON + 27, CENTRES[k]], [OUTPUT - 27, ROWS[role]], out, `${k}>${role}`, data)
        edges.push([line, (x, h) => h[index] > 0.005])
        labels.push(label)
      }
    })
  }
  for (const label of labels) label()
  const neurons = pair.map((_, k) => {
    const box = node("rect", { x: NEURON - 28, y: CENTRES[k] - 19, width: 56, height: 38, rx: 8, "stroke-width": 2 }, svg)
    const text = node("text", { class: "name", x: NEURON, y: CENTRES[k] + 6, "text-anchor": "middle" }, svg)
    const words = node("text", { x: NEURON, y: k ? CENTRES[k] + 37 : CENTRES[k] - 27, "text-anchor": "middle" }, svg)
    words.textContent = k ? "inhibits" : "shared"
    return { box, text }
  })
  const ends = card.roles.map(({ role, name }) => {
    const made = [INPUT, OUTPUT].map((x, k) => {
      const circle = node("circle", { cx: x, cy: ROWS[role], r: 28, "stroke-width": 2 }, svg)
      const title = node("text", { class: "name", x, y: ROWS[role] - 4, "text-anchor": "middle" }, svg)
      write(title, k ? name.replace("x", "y′") : name)
      const value = node("text", { x, y: ROWS[role] + 15, "text-anchor": "middle" }, svg)
      return { circle, value }
    })
    return made
  })

  const table = html("table", "", section)
  const head = html("tr", "", html("thead", "", table))
  for (const words of ["output", "wanted", "gets", "not inhibited"]) html("th", "", head, words).scope = "col"
  const body = html("tbody", "", table)
  const rows = card.roles.map(({ role, name }) => {
    const row = html("tr", "", body)
    html("td", "", row, name.includes("_") ? role : `${role}, ${name}`)
    return ["", "gets", ""].map((style) => html("td", style, row))
  })

  const light = (shape, lit) => set(shape, {
    fill: lit ? "var(--st-secondary-background-color)" : "var(--st-background-color)",
    stroke: lit ? data.ink.accent : data.ink.faint,
  })
  return (sizes) => {
    const x = inputOf(card, sizes)
    const h = hiddenLayer(card.W1, x)
    const notInhibited = replaced(h, card.inhibitor, 0)
    for (const [line, lit] of edges) set(line, { opacity: lit(x, h) ? 1 : 0.22 })
    pair.forEach((index, k) => {
      light(neurons[k].box, h[index] > 0.005)
      neurons[k].text.textContent = fixed(h[index] * card.scale[k])
    })
    const said = []
    card.roles.forEach(({ role, name, feature }, k) => {
      const wanted = sizes[role]
      const gets = neuron(card.W2[feature], h, card.b[feature])
      const bare = neuron(card.W2[feature], notInhibited, card.b[feature])
      light(ends[k][0].circle, wanted > 0.005)
      light(ends[k][1].circle, gets > 0.005)
      ends[k][0].value.textContent = fixed(wanted * ROLES.find(([other]) => other === role)[1])
      ends[k][1].value.textContent = fixed(gets)
      rows[k][0].textContent = fixed(wanted)
      rows[k][1].textContent = fixed(gets)
      rows[k][2].textContent = role === "B" ? fixed(bare) : ""
      rows[k][2].className = role === "B" && Math.abs(bare - wanted) > 0.3 ? "lifted" : ""
      said.push(`${role}: wanted ${fixed(wanted)}, gets ${fixed(gets)}` + (role === "B" ? `, not inhibited ${fixed(bare)}` : ""))
    })
    svg.setAttribute("aria-label", `${card.title}. ${said.join("; ")}`)
  }
}

// ---- sliders and cards ----

function build(root, data, sizes) {
  root.replaceChildren()
  const sliders = html("div", "sliders", root)
  const updates = ROLES.map(([role, sign]) => {
    const made = slider(sliders, { id: `inhibition-${role}`, label: "x", low: 0, high: 1, move: (value) => {
      sizes[role] = value
      draw()
    } })
    html("sub", "", made.label, role)
    made.input.setAttribute("aria-label", `x of ${role}`)
    return () => {
      const words = fixed(sign * sizes[role])
      made.show(sizes[role], words)
      made.input.setAttribute("aria-valuetext", words)
    }
  })
  const cases = html("div", "cases", root)
  CASES.forEach(([words, values], k) => {
    const choice = button(cases, `case-${k}`, words)
    choice.onclick = () => {
      ROLES.forEach(([role], r) => { sizes[role] = values[r] })
      draw()
    }
    updates.push(() => choice.setAttribute("aria-pressed", String(ROLES.every(([role], r) => sizes[role] === values[r]))))
  })
  const cards = html("div", "cards", root)
  for (const card of data.cards) {
    const redraw = drawCard(cards, card, data)
    updates.push(() => redraw(sizes))
  }

  function draw() {
    for (const update of updates) update()
  }
  draw()
}

export default function ({ data, parentElement }) {
  const { root, sizes } = remembered(parentElement, "inhibition", () => ({ sizes: { A: 0.8, B: 0, C: 0 } }))
  keepingFocus(parentElement, () => build(root, data, sizes))
}
