// The address of the page, which holds its whole state, as others can open it.

// Some hosts show the app in a frame, below a path of their own: the link for others is without it.
export function pageAddress() {
  return location.href.replace("/~/+/", "/")
}
