// Speaker's view: a second window with the sentence to say, the next stop, the clock and the time gone. Its buttons and
// keys drive the first window. It is drawn by the first window and asks the server nothing.

import { html } from "./dom.js"

const STYLE = `
  body { font: 1.25rem/1.5 sans-serif; margin: 0; padding: 1.5rem 2rem; background: #14161c; color: #eceef2; }
  h1 { font-size: 1.6rem; margin: 0 0 0.5rem; }
  .says { font-size: 1.5rem; min-height: 8em; white-space: pre-line; }
  .next { color: #b7a3f2; min-height: 3em; }
  .clock { font-size: 2.5rem; font-variant-numeric: tabular-nums; display: flex; gap: 3rem; }
  .clock small { display: block; font-size: 1rem; color: #9aa0b0; }
  button { font: inherit; padding: 0.6rem 1.4rem; margin: 1rem 1rem 0 0; color: inherit; background: #22252e; border: 1px solid #9aa0b0; border-radius: 0.5rem; }
  button:focus-visible { outline: 3px solid #b7a3f2; }
`
const two = (number) => String(Math.floor(number)).padStart(2, "0")

let view = null

const isOpen = () => view !== null && !view.window.closed

function build(keys) {
  const opened = window.open("", "toymodels-speaker", "width=900,height=640")
  if (!opened) return null
  const page = opened.document
  page.title = "Speaker’s view"
  page.documentElement.lang = "en"
  page.body.replaceChildren()
  html("style", "", page.body, STYLE)
  const [place, says, next] = ["h1", "div", "div"].map((tag, k) => html(tag, ["", "says", "next"][k], page.body))
  const row = html("div", "clock", page.body)
  const [clock, gone] = ["now", "time gone"].map((words) => {
    const cell = html("div", "", row)
    const value = html("span", "", cell)
    html("small", "", cell, words)
    return value
  })
  for (const [words, key] of [["← Previous", "PageUp"], ["Next →", "PageDown"], ["Blank", "b"]]) {
    const button = html("button", "", page.body, words)
    button.onclick = () => keys(key)
  }
  const again = html("button", "", page.body, "Time from 0")
  let began = Date.now()
  again.onclick = () => (began = Date.now())
  page.onkeydown = (event) => {
    if (event.target.closest?.("button") && [" ", "Enter"].includes(event.key)) return
    event.preventDefault()
    keys(event.key)
  }
  const tick = () => {
    const now = new Date()
    const seconds = (now - began) / 1000
    clock.textContent = `${two(now.getHours())}:${two(now.getMinutes())}`
    gone.textContent = `${two(seconds / 60)}:${two(seconds % 60)}`
  }
  tick()
  const timer = setInterval(() => (opened.closed ? clearInterval(timer) : tick()), 500)
  return { window: opened, place, says, next }
}

// The sentence of the stop on the screen: the words that the page itself says above its figure.
function sentence() {
  const words = [...document.querySelectorAll("[data-testid='stMain'] [data-testid='stMarkdown'] p")]
  const hosts = [...document.querySelectorAll("[data-testid='stBidiComponentIsolated']")]
  const findings = hosts.flatMap((host) => [...(host.shadowRoot?.querySelectorAll(".finding") ?? [])])
  return [...findings, ...words.filter((one) => !one.closest(".st-key-foot"))].map((one) => one.textContent.trim()).filter(Boolean).join("\n")
}

// Calls keys(key) for what is pressed in the second window.
export function openSpeakerView(talk, keys) {
  if (!isOpen()) view = build(keys)
  updateSpeakerView(talk)
}

// After a step, and once the stop is drawn.
export function updateSpeakerView(talk) {
  if (!isOpen()) return
  const stop = talk.stops[talk.here]
  const order = talk.walked.filter((k) => k > talk.here)
  view.place.textContent = `${talk.here + 1}. ${stop.title}: ${stop.heading}`
  view.says.textContent = sentence()
  view.next.textContent = order.length ? `Next: ${talk.stops[order[0]].title}: ${talk.stops[order[0]].heading}` : "The last stop."
}
