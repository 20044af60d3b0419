// Two frames with the same page of this app. The left one is pinned: it takes no input. What the visitor does in the
// right one is in its address, which is watched and sent to the page.
//
// data: page, its name; frame, what the frame of both says in the URL; panes [{title, query, fixed}]; ours, the names
//       that only the frame says.

import { html, remembered } from "./dom.js"

const WATCH = 400 // milliseconds

// The state in an address, without what the frame says; the same text for the same state.
function stateOf(search, ours) {
  const state = new URLSearchParams(search)
  for (const name of ours) state.delete(name)
  state.sort()
  return state.toString()
}

function address(data, pane) {
  return `./${data.page}?${[pane.query, data.frame].filter(Boolean).join("&")}`
}

function words(query) {
  return [...new URLSearchParams(query)].map(([name, value]) => `${name} = ${value}`).join(", ") || "as on arrival"
}

function build(root, data) {
  const pair = html("div", "pair", root)
  return data.panes.map((pane) => {
    const section = html("section", pane.fixed ? "pane" : "pane moving", pair)
    const head = html("p", "", section)
    html("b", "", head, pane.title)
    const state = html("span", "", head)
    const frame = html("iframe", "", section)
    frame.title = `${pane.title}: ${data.page}`
    frame.inert = pane.fixed
    return { frame, state, loaded: "" }
  })
}

// As tall as what it shows, so that only the page around it scrolls.
function grow(frame) {
  const block = frame.contentDocument?.querySelector("[data-testid='stMainBlockContainer']")
  if (block) frame.style.height = `${Math.max(320, Math.ceil(block.getBoundingClientRect().height) + 8)}px`
}

export default function ({ data, parentElement, setTriggerValue }) {
  const pair = remembered(parentElement, "panes")
  pair.frames ??= build(pair.root, data)
  const figure = `${data.page}?${data.frame}`
  pair.frames.forEach((view, k) => {
    const pane = data.panes[k]
    view.state.textContent = words(pane.query)
    const wanted = address(data, pane)
    // The right one is already where its own visitor has brought it.
    const there = pair.figure === figure &&
      stateOf(view.frame.contentWindow.location.search, data.ours) === stateOf(pane.query, data.ours)
    if (!there && view.loaded !== wanted) view.frame.src = wanted
    view.loaded = wanted
  })
  pair.figure = figure
  let last = stateOf(data.panes[1].query, data.ours)
  const timer = setInterval(() => {
    for (const { frame } of pair.frames) grow(frame)
    const place = pair.frames[1].frame.contentWindow?.location
    if (!place || !place.search) return
    const state = stateOf(place.search, data.ours)
    if (state !== last) {
      last = state
      setTriggerValue("moved", state)
    }
  }, WATCH)
  return () => clearInterval(timer)
}
