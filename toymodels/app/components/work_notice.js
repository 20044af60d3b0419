// What the server is at, and for how long, at the foot of the window, once a run of the page takes longer than a second.
//
// The server's words are in the container "work"; where it has none, or none have come yet, it is said in general.

import { html } from "./dom.js"

const QUIET = 1000 // milliseconds without a word
const LOOK = 250 // milliseconds between two looks

let began = 0
let timer = 0
let notice = null

const isRunning = () => !document.querySelector("[data-testid='stApp'][data-test-script-state='notRunning']")

// Elsewhere on the page it is said already: a training that was asked for by a button, or what stands for a figure.
const isSaid = () => document.querySelector("[data-testid='stMain'] [data-testid='stProgress'], [data-testid='stMain'] [data-testid='stSkeleton']") !== null

// How long, as one says it.
const seconds = (milliseconds) => `${Math.floor(milliseconds / 1000)} s`

function look() {
  if (!isRunning()) return end()
  const spent = performance.now() - began
  if (spent < QUIET || isSaid()) {
    notice?.layer.remove()
    notice = null
    return
  }
  if (!notice) {
    const layer = html("div", "work-notice", document.body)
    notice = { layer, words: html("span", "", layer), time: html("span", "time", layer) }
    notice.words.setAttribute("role", "status")
    notice.time.setAttribute("aria-hidden", "true")
  }
  const words = document.querySelector(".st-key-work")?.textContent.trim() || "The server is computing this page."
  if (notice.words.textContent !== words) notice.words.textContent = words
  notice.time.textContent = seconds(spent)
}

function end() {
  clearInterval(timer)
  timer = 0
  notice?.layer.remove()
  notice = null
}

// Called whenever the state of the page's script has changed.
export function noticeWork() {
  if (!isRunning()) return end()
  if (timer) return
  began = performance.now()
  timer = setInterval(look, LOOK)
}
