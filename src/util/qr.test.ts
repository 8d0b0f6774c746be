import { describe, expect, test } from 'vitest'
import { readQr } from '../../test/support/read-qr.js'
import { qrMatrix, qrTerminal } from './qr.js'

const LINK = 'http://127.0.0.1:8078/l/Qx7_demoA1=='
/** Size of a character cell in pixels; as in a terminal, it is twice as high as it is wide. */
const CELL = { width: 6, height: 12 }

type Color = readonly [number, number, number]
/** The values that each theme assigns to the terminal colors used by the QR code. */
const THEMES: Record<string, { fg: Color; bg: Color; black: Color; brightWhite: Color }> = {
  dark: { fg: [200, 200, 200], bg: [20, 20, 20], black: [12, 12, 12], brightWhite: [242, 242, 242] },
  light: { fg: [30, 30, 30], bg: [255, 255, 255], black: [0, 0, 0], brightWhite: [255, 255, 255] },
  solarized: { fg: [131, 148, 150], bg: [0, 43, 54], black: [7, 54, 66], brightWhite: [253, 246, 227] },
}

/** Renders terminal lines as pixels. */
function rasterize(lines: string[], theme: (typeof THEMES)[string]) {
  const rows = lines.map((line) => cells(line, theme))
  const width = Math.max(...rows.map((row) => row.length)) * CELL.width
  const height = rows.length * CELL.height
  const data = new Uint8ClampedArray(width * height * 4).fill(255)
  rows.forEach((row, y) => {
    row.forEach(({ char, fg, bg }, x) => {
      for (let dy = 0; dy < CELL.height; dy++) {
        const upper = dy < CELL.height / 2
        const on = char === '█' || (char === '▀' && upper) || (char === '▄' && !upper)
        for (let dx = 0; dx < CELL.width; dx++) {
          data.set(on ? fg : bg, ((y * CELL.height + dy) * width + x * CELL.width + dx) * 4)
        }
      }
    })
  })
  return { data, width, height }
}

function cells(line: string, theme: (typeof THEMES)[string]) {
  let fg = theme.fg
  let bg = theme.bg
  const row: { char: string; fg: Color; bg: Color }[] = []
  for (const [, codes, char] of line.matchAll(/\u001b\[([\d;]*)m|(.)/gu)) {
    if (char !== undefined) row.push({ char, fg, bg })
    for (const code of codes?.split(';') ?? []) {
      if (code === '0') [fg, bg] = [theme.fg, theme.bg]
      else if (code === '30') fg = theme.black
      else if (code === '107') bg = theme.brightWhite
      else throw new Error(`unexpected color code ${code}`)
    }
  }
  return row
}

describe('a terminal QR code can be decoded', () => {
  for (const [name, theme] of Object.entries(THEMES)) {
    for (const width of [1, 2, -1, -2] as const) {
      for (const quietZone of [4, 2]) {
        test(`${name} theme, width ${width}, quiet zone ${quietZone}`, () => {
          const { data, width: w, height: h } = rasterize(qrTerminal(qrMatrix(LINK), width, quietZone), theme)
          // Scanners also try an undecodable image with light and dark inverted.
          if (width < 0) for (let i = 0; i < data.length; i++) if (i % 4 < 3) data[i] = 255 - (data[i] ?? 0)
          expect(readQr(data, w, h)).toBe(LINK)
        })
      }
    }
  }
})
