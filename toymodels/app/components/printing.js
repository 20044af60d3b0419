// On paper: the address of the page stands above its title; presenter.css says what else is different.

import { html } from "./dom.js"
import { pageAddress } from "./page_address.js"

const CLASS = "printed-address"

function before() {
  after()
  const main = document.querySelector("[data-testid='stMainBlockContainer']")
  if (main) main.prepend(html("p", CLASS, document.body, pageAddress()))
}

function after() {
  document.querySelector(`.${CLASS}`)?.remove()
}

// Called at every run of a page: the same functions, so they are called once.
export function printWithAddress() {
  addEventListener("beforeprint", before)
  addEventListener("afterprint", after)
}
