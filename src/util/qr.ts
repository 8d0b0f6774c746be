import { PNG } from 'pngjs'
import { encode } from 'uqr'

/** Rows of a QR code: `true` is dark. */
type QrMatrix = boolean[][]

const PNG_SCALE = 8
const PNG_QUIET_ZONE = 4

/** The QR code for the given text, without a quiet zone. */
export function qrMatrix(text: string): QrMatrix {
  return encode(text, { ecc: 'L', border: 0 }).data
}

/** Returns the PNG bytes of a QR code. It is drawn by the first call, because most programs print the code instead. */
export type QrPng = () => Uint8Array

export function qrPng(matrix: QrMatrix): QrPng {
  let png: Uint8Array | undefined
  return () => {
    png ??= drawPng(matrix)
    return png
  }
}

/** PNG bytes: dark on white, quiet zone 4, 8 pixels per module. */
function drawPng(matrix: QrMatrix): Uint8Array {
  const size = (matrix.length + 2 * PNG_QUIET_ZONE) * PNG_SCALE
  const png = new PNG({ width: size, height: size, colorType: 0 })
  png.data.fill(255)
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const row = matrix[Math.floor(y / PNG_SCALE) - PNG_QUIET_ZONE]
      if (row?.[Math.floor(x / PNG_SCALE) - PNG_QUIET_ZONE])
        png.data.fill(0, (y * size + x) * 4, (y * size + x) * 4 + 3)
    }
  }
  return PNG.sync.write(png, { colorType: 0 })
}

/** Black on bright white, from the 16 standard colors, independent of the terminal's default colors. */
const ON = '\u001b[30;107m'
const OFF = '\u001b[0m'

/**
 * The QR code as lines of terminal text. Sets both colors, so that it looks the same in dark and light terminals.
 *
 * @param width 1 or -1: half-blocks, one column per module; 2 or -2: two columns per module. A negative width inverts.
 * @param quietZone width of the margin on each side, in modules
 */
export function qrTerminal(matrix: QrMatrix, width: 1 | 2 | -1 | -2, quietZone: number): string[] {
  const size = matrix.length + 2 * quietZone
  const dark = (y: number, x: number) => (matrix[y - quietZone]?.[x - quietZone] ?? false) !== width < 0
  const rows = Math.abs(width) === 1 ? halfBlockRows(size, dark) : wideRows(size, dark)
  return rows.map((row) => ON + row + OFF)
}

function halfBlockRows(size: number, dark: (y: number, x: number) => boolean): string[] {
  const blocks = [' ', '▄', '▀', '█']
  const rows: string[] = []
  for (let y = 0; y < size; y += 2) {
    let row = ''
    for (let x = 0; x < size; x++) row += blocks[(dark(y, x) ? 2 : 0) + (y + 1 < size && dark(y + 1, x) ? 1 : 0)]
    rows.push(row)
  }
  return rows
}

function wideRows(size: number, dark: (y: number, x: number) => boolean): string[] {
  return Array.from({ length: size }, (_, y) =>
    Array.from({ length: size }, (_, x) => (dark(y, x) ? '██' : '  ')).join(''),
  )
}
