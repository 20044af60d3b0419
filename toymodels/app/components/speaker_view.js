// Speaker's view: a second window with the sentence to say, the next stop, the clock and the time gone. Its buttons and
// keys drive the first window. The two windows speak over a channel of the browser and ask the server nothing; the
// second has its own script, so that it goes on when the first one loads its page anew.

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
const KEPT = "toymodels-speaker" // in the tab's storage: the channel of its speaker's view

// What runs in the second window. It is sent there as text, and sees nothing of this module.
function speak(name) {
  const channel = new BroadcastChannel(name)
  const find = (selector) => document.querySelector(selector)
  const two = (number) => String(Math.floor(number)).padStart(2, "0")
  let began = Date.now()
  const tick = () => {
    const now = new Date()
    const seconds = (now - began) / 1000
    find(".now").textContent = `${two(now.getHours())}:${two(now.getMinutes())}`
    find(".gone").textContent = `${two(seconds / 60)}:${two(seconds % 60)}`
    if (window.opener?.closed) find(".next").textContent = "The window of the talk is closed."
  }
  channel.onmessage = ({ data }) => {
    for (const part of ["place", "says", "next"]) if (part in data) find(`.${part}`).textContent = data[part]
  }
  for (const button of document.querySelectorAll("[data-key]")) button.onclick = () => channel.postMessage({ key: button.dataset.key })
  find(".again").onclick = () => {
    began = Date.now()
    tick()
  }
  document.onkeydown = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.key === "Tab") return
    if (event.target.closest?.("button") && [" ", "Enter"].includes(event.key)) return
    event.preventDefault()
    channel.postMessage({ key: event.key, code: event.code, repeat: event.repeat })
  }
  tick()
  setInterval(tick, 500)
  channel.postMessage({ ask: true })
}

function build(name) {
  // The same name: pressed again, the window is there.
  const opened = window.open("", name, "width=900,height=640")
  if (!opened || opened.document.querySelector(".place")) return opened?.focus()
  const page = opened.document
  page.title = "Speaker’s view"
  page.documentElement.lang = "en"
  page.body.replaceChildren()
  html("style", "", page.body, STYLE)
  for (const [tag, part] of [["h1", "place"], ["div", "says"], ["div", "next"]]) html(tag, part, page.body)
  const row = html("div", "clock", page.body)
  for (const [part, words] of [["now", "now"], ["gone", "time gone"]]) {
    const cell = html("div", "", row)
    html("span", part, cell)
    html("small", "", cell, words)
  }
  for (const [words, key] of [["← Previous", "PageUp"], ["Next →", "PageDown"], ["Blank", "b"]]) html("button", "", page.body, words).dataset.key = key
  html("button", "again", page.body, "Time from 0")
  const script = page.createElement("script")
  script.textContent = `(${speak})(${JSON.stringify(name)})`
  page.body.append(script)
}

// The sentence of the stop on the screen: the words that the page itself says above its figure.
function sentence() {
  const words = [...document.querySelectorAll("[data-testid='stMain'] [data-testid='stMarkdown'] p")]
  const hosts = [...document.querySelectorAll("[data-testid='stBidiComponentIsolated']")]
  const findings = hosts.flatMap((host) => [...(host.shadowRoot?.querySelectorAll(".finding") ?? [])])
  return [...findings, ...words.filter((one) => !one.closest(".st-key-foot"))].map((one) => one.textContent.trim()).filter(Boolean).join("\n")
}

function told(talk) {
  if (!talk) return { place: "The talk is not on the screen", says: "", next: "Next begins it on the page that is there." }
  const stop = talk.stops[talk.here]
  const later = talk.walked.find((k) => k > talk.here)
  const next = talk.stops[later]
  return {
    place: `${talk.here + 1}. ${stop.title}: ${stop.heading}`,
    says: sentence(),
    next: next ? `Next: ${next.title}: ${next.heading}` : "The last stop.",
  }
}

let channel = null
let now = null

export function openSpeakerView() {
  const name = sessionStorage.getItem(KEPT) ?? `${KEPT}-${crypto.getRandomValues(new Uint32Array(1))[0]}`
  sessionStorage.setItem(KEPT, name)
  build(name)
}

// After a step, and once the stop is drawn; talk is null where the page is read. Calls keys({key, code, repeat}) for what is
// pressed in the second window, also in one that was opened before this page was loaded.
export function updateSpeakerView(talk, keys) {
  now = talk
  const name = sessionStorage.getItem(KEPT)
  if (!name) return
  channel = channel ?? new BroadcastChannel(name)
  channel.onmessage = ({ data }) => (data.ask ? channel.postMessage(told(now)) : keys(data))
  channel.postMessage(told(now))
}
