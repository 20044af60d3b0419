// Two frames with the same page of this app. The left one is pinned: it takes no input. What the visitor does in the
// right one is in its address, which is watched and told to the page.
//
// data: page, its name; frame, what the frame of both says in the URL; panes [{title, query, fixed}].

const WATCH = 400 // milliseconds

const pairs = new WeakMap()

// The state in an address, without what the frame says; the same text for the same state.
function stateOf(search) {
  const state = new URLSearchParams(search)
  for (const key of ["pane", "stop", "talk"]) state.delete(key)
  state.sort()
  return state.toString()
}

function address(data, pane) {
  return `./${data.page}?${[pane.query, data.frame].filter(Boolean).join("&")}`
}

function words(query) {
  return [...new URLSearchParams(query)].map(([name, value]) => `${name} = ${value}`).join(", ") || "as on arrival"
}

function build(parentElement, data) {
  const root = html("div", "panes", parentElement)
  const pair = html("div", "pair", root)
  const frames = data.panes.map((pane) => {
    const section = html("section", pane.fixed ? "pane" : "pane moving", pair)
    const head = html("p", "", section)
    html("b", "", head, pane.title)
    const told = html("span", "", head)
    const frame = html("iframe", "", section)
    frame.title = `${pane.title}: ${data.page}`
    frame.inert = pane.fixed
    return { frame, told, loaded: "" }
  })
  return { root, frames }
}

// As tall as what it shows, so that only the page around it scrolls.
function grow(frame) {
  const block = frame.contentDocument?.querySelector("[data-testid='stMainBlockContainer']")
  if (block) frame.style.height = `${Math.max(320, Math.ceil(block.getBoundingClientRect().height) + 8)}px`
}

export default function ({ data, parentElement, setTriggerValue }) {
  let pair = pairs.get(parentElement)
  if (!pair) {
    pair = build(parentElement, data)
    pairs.set(parentElement, pair)
  }
  pair.frames.forEach(({ frame, told }, k) => {
    const pane = data.panes[k]
    told.textContent = words(pane.query)
    const wanted = address(data, pane)
    const there = pair.frames[k].loaded
    // The right one is already where its own visitor has brought it.
    const same = there && there.split("?")[0] === wanted.split("?")[0] && frame.contentWindow &&
      stateOf(frame.contentWindow.location.search) === stateOf(pane.query) && pair.stop === data.frame
    if (!same && there !== wanted) frame.src = wanted
    pair.frames[k].loaded = wanted
  })
  pair.stop = data.frame
  let last = stateOf(data.panes[1].query)
  const timer = setInterval(() => {
    for (const { frame } of pair.frames) grow(frame)
    const place = pair.frames[1].frame.contentWindow?.location
    if (!place || !place.search) return
    const state = stateOf(place.search)
    if (state !== last) {
      last = state
      setTriggerValue("moved", state)
    }
  }, WATCH)
  return () => clearInterval(timer)
}
