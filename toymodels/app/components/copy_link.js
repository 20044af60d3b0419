// A button that copies the address of the page, which holds its whole state.

import { html } from "./dom.js"
import { pageAddress } from "./page_address.js"

const WORDS = "Copy link"
const SECONDS = 2

// Pages that are not served over TLS have no clipboard but that of a selected field.
async function copy(text, parent) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text)
  const field = html("textarea", "", parent)
  field.value = text
  field.select()
  const done = document.execCommand("copy")
  field.remove()
  if (!done) throw new Error("this browser lets no page copy")
}

export default function ({ parentElement }) {
  if (parentElement.querySelector("button")) return
  const button = html("button", "", parentElement, WORDS)
  button.setAttribute("aria-live", "polite")
  button.onclick = async () => {
    let words = "Copied"
    try {
      await copy(pageAddress(), parentElement)
    } catch {
      words = "Copy it from the address bar"
    }
    button.textContent = words
    setTimeout(() => (button.textContent = WORDS), 1000 * SECONDS)
  }
}
