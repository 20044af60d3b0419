// A density sweep: one column per density, one row per kind of output, as many columns side by side as there is room for.
// On a phone that is one, and the columns are swiped.
//
// data: features, hidden, threshold; picked (a feature or null); ink; columns [{label, density}];
//       rows [{name, formula, panels [{W, b, norms, superposition, companions, caption, alt}]}];
//       legend {scale, bars, lines}.

import {
  arrowKeys, canvasOf, drawLegend, drawPanel, drawTicks, following, GUTTER, HEAT_SHARE, highlightPanel, onWidth, panelAt,
  panelLayout, picking, reading, showTip,
} from "./density_panel.js"
import { html, remembered } from "./dom.js"
import { gram } from "./model.js"

const NARROWEST = 148 // pixels of a panel
const SPACE = 18 // pixels between columns

function draw(state, data, pick, zoom) {
  const { root } = state
  const focused = state.focus ? state.focus() : ""
  const scrolled = state.track ? state.track.scrollLeft / Math.max(1, state.track.clientWidth) : 0
  root.replaceChildren()
  drawLegend(root, data)
  const width = root.clientWidth
  // A large matrix gets two pixels a cell where there is room; a talk, where nobody scrolls, has none below.
  const presented = document.documentElement.classList.contains("talk")
  const least = presented ? NARROWEST : Math.max(NARROWEST, Math.min(300, (2 * data.features) / HEAT_SHARE))
  const fit = Math.max(1, Math.floor((width - GUTTER) / (least + SPACE)))
  const bands = Math.ceil(data.columns.length / Math.min(fit, data.columns.length))
  const perBand = Math.ceil(data.columns.length / bands)
  const swipe = perBand === 1 && data.columns.length > 1
  root.classList.toggle("swipe", swipe)
  const layout = panelLayout((width - GUTTER) / perBand - SPACE, data.features)
  const ratio = window.devicePixelRatio || 1

  const steps = swipe ? html("div", "steps", root) : null
  const track = html("div", "track", root)
  state.track = track
  track.tabIndex = 0
  track.setAttribute("role", "group")
  track.setAttribute("aria-label", "The density sweep. Arrow up and down pick a feature, Escape lets go of it.")
  track.onkeydown = (event) => arrowKeys(event, state, data.features, pick)
  const highlights = []
  for (let first = 0; first < data.columns.length; first += perBand) {
    const band = html("section", "band", track)
    band.style.gridTemplateColumns = `${GUTTER}px repeat(${perBand}, minmax(0, 1fr))`
    const columns = data.columns.slice(first, first + perBand)
    const place = (element, row, column) => {
      element.style.gridRow = row
      element.style.gridColumn = column
      return element
    }
    columns.forEach((column, k) => {
      const head = place(html("button", "head", band, column.label), 1, k + 2)
      head.type = "button"
      head.dataset.density = column.density
      head.title = `Show ${column.label} large`
      head.onclick = () => zoom(column.density)
    })
    data.rows.forEach((row, r) => {
      const name = place(html("p", "row", band), 4 * r + 2, "1 / -1")
      html("b", "", name, row.name)
      html("span", "formula", name, row.formula)
      const ticks = place(html("div", "ticks", band), 4 * r + 4, 1)
      highlights.push(drawTicks(ticks, layout, state))
      columns.forEach((column, k) => {
        const panel = row.panels[first + k]
        const parts = place(html("div", "parts", band), 4 * r + 3, k + 2)
        for (const [words, at, end] of [["WᵀW", 0, layout.heat], ["b", layout.biasAt, layout.biasAt + layout.bias], ["|Wᵢ|", layout.barsAt, layout.total]]) {
          const part = html("span", "", parts, words)
          part.style.left = `${(at + end) / 2 / ratio}px`
        }
        const plot = place(html("div", "plot", band), 4 * r + 4, k + 2)
        drawPanel(plot, layout, panel, data)
        const overlay = canvasOf(plot, "highlight", layout.total, layout.heat)
        const caption = place(html("div", "caption", band), 4 * r + 5, k + 2)
        html("p", "count", caption, panel.caption[0])
        const whole = html("p", "", caption)
        const [length, near] = [html("p", "reading", caption), html("p", "reading", caption)]
        highlights.push(() => {
          highlightPanel(overlay, layout, state.picked, state.pointed, data)
          const feature = state.pointed ?? state.picked
          const words = feature === null ? ["", ""] : reading(panel, feature, data.threshold)
          // A picked feature has lines of its own; one that is only pointed at borrows a line, so that nothing moves.
          const borrowed = state.picked === null && feature !== null
          whole.textContent = borrowed ? words[0] : panel.caption[1]
          whole.className = borrowed ? "reading" : ""
          length.textContent = state.picked === null ? "" : words[0]
          near.textContent = state.picked === null ? "" : words[1]
        })
        const at = (event) => {
          const box = overlay.getBoundingClientRect()
          return panelAt(layout, panel, data.threshold, (event.clientX - box.left) * ratio, (event.clientY - box.top) * ratio)
        }
        overlay.onpointermove = (event) => {
          if (event.pointerType !== "mouse") return
          const found = at(event)
          showTip(state, found ? `${column.label}: ${found.words}` : "", event)
          point(found ? found.row : null)
        }
        overlay.onpointerleave = () => {
          showTip(state, "")
          point(null)
        }
        overlay.onclick = (event) => {
          const found = at(event)
          if (found) pick(found.row === state.picked ? null : found.row)
        }
      })
    })
  }
  const point = following(state, root, highlights)

  if (swipe) {
    const back = html("button", "step", steps, "‹")
    const where = html("span", "where", steps)
    const on = html("button", "step", steps, "›")
    const current = () => Math.round(track.scrollLeft / track.clientWidth)
    const go = (column) => track.scrollTo({ left: column * track.clientWidth, behavior: "smooth" })
    back.setAttribute("aria-label", "Denser")
    on.setAttribute("aria-label", "Sparser")
    back.onclick = () => go(current() - 1)
    on.onclick = () => go(current() + 1)
    const showWhere = () => {
      const column = Math.min(data.columns.length - 1, Math.max(0, current()))
      where.textContent = `${column + 1} of ${data.columns.length}`
      back.disabled = column === 0
      on.disabled = column === data.columns.length - 1
    }
    track.onscroll = showWhere
    track.scrollLeft = scrolled * track.clientWidth
    showWhere()
  }
  state.focus = () => (root.getRootNode().activeElement === track ? "track" : "")
  if (focused) track.focus({ preventScroll: true })
}

export default function (component) {
  const { data, parentElement, setTriggerValue } = component
  const state = remembered(parentElement, "density-sweep", () => ({ highlight: () => {} }))
  for (const row of data.rows) for (const panel of row.panels) panel.gram = gram(panel.W)
  const pick = picking(state, data, (feature) => setTriggerValue("picked", feature))
  const paint = () => draw(state, data, pick, (density) => setTriggerValue("zoomed", density))
  paint()
  if (state.stop) state.stop()
  state.stop = onWidth(state.root, paint)
  return () => state.stop()
}
