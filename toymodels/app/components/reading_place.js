// Where a reader is on the page: the talk begins with the figure on the screen, and who leaves it comes back to its figure.

const sections = () => [...document.querySelectorAll("[class*='st-key-section_']")]
const nameOf = (section) => section.className.match(/st-key-section_(\w+)/)[1]

// The section on the screen: the first that begins in the upper half of the window, or else the last that began above it.
export function sectionOnScreen() {
  const begun = sections().filter((section) => section.getBoundingClientRect().top < innerHeight / 2)
  const here = begun.find((section) => section.getBoundingClientRect().top >= 0) ?? begun.pop()
  return here && nameOf(here)
}

// The section that a reader is at; none while the title is there.
function sectionAt() {
  const title = document.querySelector("h1")
  return title && title.getBoundingClientRect().bottom <= 0 ? sectionOnScreen() : undefined
}

// The link leads to the first stop of the page; who has read on begins with the figure that is on the screen.
// Calls present(section) in its place.
export function presentFromHere(event, link, present) {
  const plain = !event.ctrlKey && !event.metaKey && !event.shiftKey && event.target.closest?.(link)
  const section = plain ? sectionAt() : undefined
  if (!section) return
  event.preventDefault()
  event.stopPropagation()
  present(section)
}

let scrolling = 0
export const stopScrolling = () => clearInterval(scrolling)

// Scroll to the section that the talk was at, and keep to it while what is above is drawn, unless the reader scrolls.
export function scrollToSection(name) {
  let quiet = 0
  stopScrolling()
  scrolling = setInterval(() => {
    sections().find((section) => nameOf(section) === name)?.scrollIntoView()
    quiet = document.querySelector("[data-test-script-state='notRunning']") ? quiet + 1 : 0
    if (quiet > 10) stopScrolling()
  }, 50)
}
