// The address of this state as a QR code, large enough for the last row. The server makes it; see `talk_code.py`.

import { html, node } from "./dom.js"
import { close, open } from "./presenter_keys.js"

const NAME = "code"
const MARGIN = 4 // modules of white around a code

function draw(parent, rows) {
  const side = rows.length + 2 * MARGIN
  const svg = node("svg", { viewBox: `0 0 ${side} ${side}`, role: "img", "aria-label": "QR code" }, parent)
  node("rect", { width: side, height: side, fill: "#fff" }, svg)
  const dark = rows.flatMap((row, y) => [...row].flatMap((cell, x) => (cell === "1" ? [`M${x + MARGIN} ${y + MARGIN}h1v1h-1z`] : [])))
  node("path", { d: dark.join(""), fill: "#000" }, svg)
}

// code: address; rows of "0" and "1", dark is "1", none for an address that has no code; words, what a phone finds there.
export function showCode({ address, rows, words }) {
  const sheet = html("div", "talk-sheet", open(NAME, `QR code of ${address}`))
  if (rows.length) draw(sheet, rows)
  html("p", "", sheet, words)
  html("p", "address", sheet, address)
}

export const closeCode = () => close(NAME)
