// Keys of a speaker that change nothing of the page: a blank screen, a spotlight, the size of the words, full screen, a
// list of all keys. What they show lies above the page.

import { html } from "./dom.js"

const root = document.documentElement

const WORDS = [
  ["Page keys, arrows, p, n", "walk"],
  ["Home, End", "first and last stop"],
  ["o", "all stops; a number and Enter to go"],
  ["s", "speaker’s view, in a second window"],
  ["q", "QR code of this state; phones answer the question"],
  ["e", "explain the figure, step by step"],
  ["b or .", "blank screen"],
  ["f", "full screen"],
  ["h", "hide the controls"],
  ["Space", "play the film"],
  ["l", "spotlight that follows the pointer"],
  ["+ and −", "size of the words"],
  ["1 to 4", "answer a question"],
  ["Escape", "close this; let go of a control; leave"],
]

// ---- what lies above the page ----

const layers = new Map()

export function isOpen(name) {
  return layers.has(name)
}

export function close(name) {
  layers.get(name)?.remove()
  return layers.delete(name)
}

// Whether there was anything to close.
export function closeAll() {
  const names = [...layers.keys()]
  names.forEach(close)
  return names.length > 0
}

// A step leaves nothing of the stop before above the page; the spotlight is the speaker's, not the stop's.
export function closeAtStep() {
  for (const name of [...layers.keys()]) if (name !== "spotlight") close(name)
}

// An empty layer of that name, in place of the one that is there.
export function open(name, says = "") {
  close(name)
  const layer = html("div", `talk-layer talk-${name}`, document.body)
  if (says) {
    layer.role = "dialog"
    layer.ariaLabel = says
    layer.tabIndex = -1
    layer.focus()
  }
  layers.set(name, layer)
  return layer
}

// ---- keys ----

function showKeys() {
  if (close("keys")) return
  const list = html("dl", "", html("div", "talk-sheet", open("keys", "Keys of the talk")))
  for (const [keys, what] of WORDS) {
    html("dt", "", list, keys)
    html("dd", "", list, what)
  }
}

function blank() {
  if (!close("blank")) open("blank")
}

function spotlight() {
  if (close("spotlight")) return
  const layer = open("spotlight")
  const move = ({ clientX, clientY }) => {
    if (!layer.isConnected) return removeEventListener("pointermove", move)
    layer.style.setProperty("--x", `${clientX}px`)
    layer.style.setProperty("--y", `${clientY}px`)
  }
  addEventListener("pointermove", move)
}

function fullScreen() {
  if (document.fullscreenElement) document.exitFullscreen()
  // Refused where no key was pressed in this window, but in the speaker's view.
  else root.requestFullscreen?.().catch(() => {})
}

// Films and sweeps have one button that plays and pauses, in the tree of their component.
function play() {
  for (const host of document.querySelectorAll("[data-testid='stBidiComponentIsolated']")) {
    const button = host.shadowRoot?.querySelector("#film-play, #home-pause")
    if (button) return button.click()
  }
}

const hideControls = () => root.classList.toggle("bare")

// What a key does; undefined for one that is not the speaker's. `resize` takes 1 or -1.
export function actionOf(key, resize) {
  return {
    "?": showKeys, b: blank, ".": blank, f: fullScreen, h: hideControls, l: spotlight, " ": play,
    "+": () => resize(1), "-": () => resize(-1),
  }[key]
}
