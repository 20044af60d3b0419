// Numbers as a person reads them: with a real minus sign, never as "-0", and powers of ten in superscripts.

const FIRST = 1 // features and dimensions count from one on the screen, from zero in arrays
const ROUNDING = 1e-15 // what is smaller is left by the rounding of numbers near 1
const SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉"
const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹"

const signed = (value, text) => (value < 0 && Number(text) !== 0 ? `−${text}` : text)

// So many digits after the point: for what stands still in its place while it changes.
export function fixed(value, places = 2) {
  return signed(value, Math.abs(value).toFixed(places))
}

// So many significant digits without trailing zeros: for losses, whose size is not known beforehand.
export function significant(value, digits = 3) {
  const size = Math.abs(value) < ROUNDING ? 0 : Number(Math.abs(value).toPrecision(digits))
  if (size === 0 || (size >= 1e-4 && size < 1e6)) return signed(value, String(size))
  const [mantissa, exponent] = size.toExponential().split("e")
  return `${signed(value, mantissa)} · 10${superscript(Number(exponent))}`
}

// An index as a person counts it.
export function counted(index) {
  return index + FIRST
}

export function subscript(number) {
  return String(number).replace(/[0-9]/g, (digit) => SUBSCRIPTS[digit])
}

function superscript(number) {
  return String(number).replace("-", "⁻").replace(/[0-9]/g, (digit) => SUPERSCRIPTS[digit])
}
