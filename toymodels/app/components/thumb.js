// A living thumbnail of a figure, drawn from real weights: its last scene stands, and it plays once when it comes into
// view and whenever its card is pointed at or focused. A click on it is a click on the card's link.
//
// data: kind; says; link (the class of the card); ink (`Look.ink`); and what `SCENES[kind]` reads.

const between = (from, to, part) => from + (to - from) * part
const clip = (value) => Math.min(1, Math.max(0, value))

// The drawing that is 200 wide and 150 high.
function canvas(parent, height = 150) {
  return node("svg", { viewBox: `0 0 200 ${height}`, "aria-hidden": "true" }, parent)
}

function signed(ink, value) {
  return { fill: value < 0 ? ink.negative : ink.positive, "fill-opacity": Math.min(1, Math.abs(value)) }
}

// Every scene builds its figure and returns a function that draws it at a moment from 0 to 1, the last one at rest.
const SCENES = {
  // W (frames x 2 x n), names, colours: the arrows of a training find their places.
  arrows(parent, data) {
    const longest = Math.max(...data.W.flatMap((W) => W[0].map((w, i) => Math.hypot(w, W[1][i]))))
    const draw = drawArrowPlane(parent, "", { names: data.names, colours: data.colours, faint: data.ink.faint }, longest)
    const last = data.W.length - 1
    return (moment) => {
      const frame = Math.min(last - 1, Math.floor(moment * last))
      const part = moment * last - frame
      draw(data.W[frame].map((row, r) => row.map((w, i) => between(w, data.W[frame + 1][r][i], part))), "")
    }
  },

  // counts (k), line: columns grow one after the other; what is above the line is drawn strongly.
  columns(parent, data) {
    const svg = canvas(parent)
    const [wide, floor, unit] = [184 / data.counts.length, 140, 126 / Math.max(...data.counts)]
    const bars = data.counts.map((_, k) => ["below", "above"].map((part) => node("rect", {
      x: 8 + k * wide, width: wide - 4, fill: part === "above" ? data.ink.accent : data.ink.faint }, svg)))
    const level = floor - data.line * unit
    node("line", { x1: 4, x2: 196, y1: level, y2: level, stroke: data.ink.text, "stroke-width": 2, "stroke-dasharray": "6 4" }, svg)
    return (moment) => bars.forEach(([below, above], k) => {
      const count = data.counts[k] * clip(moment * data.counts.length - k)
      const [low, high] = [Math.min(count, data.line), Math.max(0, count - data.line)]
      set(below, { y: floor - low * unit, height: low * unit })
      set(above, { y: level - high * unit, height: high * unit })
    })
  },

  // W (2 x 4), b (4), faces (k x 4): sparse faces go in at the left and come out at the right.
  faces(parent, data) {
    const row = html("div", "faces", parent)
    const into = drawFace(row)
    const arrow = html("span", "", row, "→")
    arrow.setAttribute("aria-hidden", "true")
    const out = drawFace(row)
    const last = data.faces.length - 1
    return (moment) => {
      const frame = Math.min(last - 1, Math.floor(moment * last))
      // A face stands still for half of its time, and turns into the next one in the other half.
      const part = clip(2 * (moment * last - frame) - 1)
      const x = data.faces[frame].map((value, i) => between(value, data.faces[frame + 1][i], part))
      into(x)
      out(decode(data.W, data.b, encode(data.W, x)))
    }
  },

  // matrices (k x n x n), numbers: from one model to the next; of a single matrix, cell by cell.
  cells(parent, data) {
    const n = data.matrices[0].length
    const side = 140 / n
    const svg = canvas(parent)
    node("rect", { x: 30, y: 5, width: 140, height: 140, fill: "none", stroke: data.ink.faint, "stroke-width": 1 }, svg)
    const cells = data.matrices[0].map((row, i) => row.map((_, j) => {
      const cell = node("rect", { x: 30 + j * side, y: 5 + i * side, width: side, height: side }, svg)
      const text = data.numbers ? node("text", { x: 30 + (j + 0.5) * side, y: 5 + (i + 0.5) * side, "text-anchor": "middle",
        "dominant-baseline": "central" }, svg) : null
      return { cell, text }
    }))
    const last = data.matrices.length - 1
    return (moment) => {
      const frame = Math.min(Math.max(0, last - 1), Math.floor(moment * last))
      const part = clip(2 * (moment * last - frame) - 1)
      cells.forEach((row, i) => row.forEach(({ cell, text }, j) => {
        const to = data.matrices[Math.min(last, frame + 1)][i][j]
        const value = last ? between(data.matrices[frame][i][j], to, part) : to * clip(moment * 2.5 - (i + j) / (2 * n))
        set(cell, signed(data.ink, value))
        if (text) {
          text.textContent = `${Math.round(to)}`.replace("-", "−")
          set(text, { class: Math.abs(value) > 0.5 ? "on" : "", fill: data.ink.text })
        }
      }))
    }
  },

  // slopes, biases (n), own: what the outputs answer when feature `own` alone grows from 0 to 1.
  curves(parent, data) {
    const svg = canvas(parent)
    const [left, right, zero, unit] = [22, 178, 82, 58]
    node("line", { x1: left, x2: right, y1: zero, y2: zero, stroke: data.ink.text, "stroke-width": 1.5 }, svg)
    const lines = data.slopes.map((_, j) => {
      const ink = j === data.own ? data.ink.accent : data.slopes[j] < 0 ? data.ink.negative : data.ink.positive
      const below = node("polyline", { fill: "none", stroke: ink, "stroke-width": 2.5, "stroke-dasharray": "3 5" }, svg)
      const above = node("polyline", { fill: "none", stroke: ink, "stroke-width": 4, "stroke-linejoin": "round" }, svg)
      return { above, below }
    })
    const [x, y] = [(at) => left + (right - left) * at, (value) => zero - unit * value]
    return (moment) => {
      lines.forEach(({ above, below }, j) => {
        const points = (read) => Array.from({ length: 41 }, (_, k) => (k / 40) * moment)
          .map((at) => `${x(at)},${y(read(data.slopes[j] * at + data.biases[j]))}`).join(" ")
        set(above, { points: points((z) => Math.max(0, z)) })
        set(below, { points: points((z) => Math.min(0, z)) })
      })
    }
  },

  // groups [{x, y, edges [[i, j, product]]}]: every group of features in its widest plane.
  groups(parent, data) {
    const columns = Math.ceil(Math.sqrt((data.groups.length * 200) / 150))
    const rows = Math.ceil(data.groups.length / columns)
    const [width, height] = [200 / columns, 150 / rows]
    const svg = canvas(parent)
    const drawn = data.groups.map(({ x, y, edges }, k) => {
      const at = `translate(${((k % columns) + 0.5) * width},${(Math.floor(k / columns) + 0.5) * height})`
      const reach = Math.max(...x.map((one, i) => Math.hypot(one, y[i])))
      const unit = (0.36 * Math.min(width, height)) / reach
      const group = node("g", {}, svg)
      for (const [i, j, product] of edges) {
        node("line", { x1: x[i] * unit, y1: -y[i] * unit, x2: x[j] * unit, y2: -y[j] * unit,
          stroke: product < 0 ? data.ink.negative : data.ink.positive, "stroke-width": 1.2, "stroke-opacity": Math.min(1, Math.abs(product)) }, group)
      }
      x.forEach((one, i) => node("circle", { cx: one * unit, cy: -y[i] * unit, r: 2, fill: data.ink.accent }, group))
      return { group, at }
    })
    return (moment) => drawn.forEach(({ group, at }, k) => {
      const part = clip(2 * moment - k / drawn.length)
      set(group, { transform: `${at} rotate(${(1 - part) * 120}) scale(${0.3 + 0.7 * part})`, opacity: part })
    })
  },

  // stacks (models x neurons x segments [feature, weight]), colours: what every neuron reads, dense and then sparse.
  stacks(parent, data) {
    const svg = canvas(parent)
    const tallest = Math.max(...data.stacks.flat().map((stack) => stack.reduce((sum, [, weight]) => sum + weight, 0)))
    const unit = 140 / tallest
    const models = data.stacks.map((neurons) => {
      const group = node("g", {}, svg)
      const wide = 200 / neurons.length
      neurons.forEach((stack, k) => {
        let low = 145
        for (const [feature, weight] of stack) {
          low -= weight * unit
          node("rect", { x: k * wide + 0.08 * wide, y: low, width: 0.84 * wide, height: weight * unit, fill: data.colours[feature],
            stroke: "var(--st-background-color)", "stroke-width": 0.5 }, group)
        }
      })
      return group
    })
    return (moment) => models.forEach((group, k) => {
      const place = moment * (models.length - 1) - k
      set(group, { opacity: clip(1 - 2 * Math.abs(place)), transform: `translate(0,${145 * (1 - clip(1 - Math.abs(place)))}) scale(1,${clip(1 - Math.abs(place))})` })
    })
  },
}

const SECONDS = { arrows: 2.2, faces: 7, cells: 3.5, curves: 2, groups: 2.2, stacks: 2.2, columns: 2.5 }

function build(state, data) {
  const { root } = state
  root.replaceChildren()
  const figure = html("div", `figure ${data.kind}`, root)
  figure.setAttribute("role", "img")
  figure.setAttribute("aria-label", data.says)
  const draw = SCENES[data.kind](figure, data)
  draw(1)

  const calm = window.matchMedia("(prefers-reduced-motion: reduce)")
  const play = () => {
    if (calm.matches || state.frame) return
    let began = null
    const turn = (now) => {
      began = began === null ? now : began
      const moment = Math.min(1, (now - began) / 1000 / SECONDS[data.kind])
      draw(moment)
      state.frame = moment < 1 && root.isConnected ? requestAnimationFrame(turn) : 0
    }
    state.frame = requestAnimationFrame(turn)
  }
  const card = root.getRootNode().host?.closest(`.st-key-${data.link}`)
  const follow = () => card?.querySelector("a")?.click()
  root.onclick = follow
  card?.addEventListener("pointerenter", play)
  card?.addEventListener("focusin", play)
  const observer = new IntersectionObserver(([entry]) => {
    if (!entry.isIntersecting) return
    observer.disconnect()
    play()
  }, { threshold: 0.6 })
  observer.observe(root)
  return () => {
    cancelAnimationFrame(state.frame)
    state.frame = 0
    card?.removeEventListener("pointerenter", play)
    card?.removeEventListener("focusin", play)
    observer.disconnect()
  }
}

export default function (component) {
  const { parentElement } = component
  const [data] = component.data
  const state = remembered(parentElement, "thumb", () => ({ shown: "", frame: 0, leave: () => {} }))
  const text = JSON.stringify(data)
  if (text === state.shown) return
  state.leave()
  state.shown = text
  state.leave = build(state, data)
}
