// Many numbers as a short text: whole numbers of 16 bits in base64, in units of 1 / 4096.

const UNIT = 1 / 4096

// The numbers, as `packed` of the server wrote them.
export function unpacked(text) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))
  return Float32Array.from(new Int16Array(bytes.buffer), (value) => value * UNIT)
}
