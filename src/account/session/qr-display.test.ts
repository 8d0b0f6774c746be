import { existsSync, mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PNG } from 'pngjs'
import { afterEach, describe, expect, test } from 'vitest'
import { readQr } from '../../../test/support/read-qr.js'
import { ArgumentError, FileError } from '../../errors.js'
import type { QrOptions } from '../options.js'
import { showQr } from './qr-display.js'

const LINK = 'https://login.weixin.qq.com/l/Qx7_demoA1=='
const CAPTION = ['scan it', LINK]
/** Modules per side of the QR code for that link. */
const SIZE = 29

const STREAM = ['isTTY', 'columns', 'rows'] as const
const original = STREAM.map((name) => [name, Object.getOwnPropertyDescriptor(process.stderr, name)] as const)

afterEach(() => {
  for (const [name, descriptor] of original) {
    if (descriptor) Object.defineProperty(process.stderr, name, descriptor)
    else delete (process.stderr as Partial<typeof process.stderr>)[name]
  }
})

/** Makes standard error a terminal of this size, or not a terminal if `columns` is `undefined`. */
function terminal(columns?: number, rows?: number): void {
  const values = { isTTY: columns !== undefined, columns, rows }
  for (const name of STREAM) {
    Object.defineProperty(process.stderr, name, { value: values[name], configurable: true, writable: true })
  }
}

async function printed(options: QrOptions = {}): Promise<string[]> {
  const lines: string[] = []
  const info = (line: string) => void lines.push(line)
  await showQr('uuid', LINK, { caption: CAPTION, ...options }, { debug() {}, info, warn() {}, error() {} })
  return lines
}

/** Number of columns that a line occupies. */
const columnsOf = (line: string) => line.replace(/\u001b\[[\d;]*m/g, '').length

describe('showQr in the terminal', () => {
  test.each([
    // enableCmdQR, columns, rows, margin, columns and lines of the QR code
    [1, undefined, undefined, 4, 37, 19],
    [1, 0, 0, 4, 37, 19],
    [1, 80, 0, 4, 37, 19],
    [1, 80, 40, 4, 37, 19],
    [1, 80, 24, 4, 37, 19],
    [1, 80, 22, 4, 37, 19],
    [1, 80, 21, 2, 33, 17],
    [1, 37, 23, 4, 37, 19],
    [1, 36, 23, 2, 33, 17],
    [1, 37, 22, 2, 33, 17],
    [1, 33, 21, 2, 33, 17],
    [-1, 33, 21, 2, 33, 17],
    [2, undefined, undefined, 4, 74, 37],
    [2, 74, 40, 4, 74, 37],
    [2, 73, 40, 2, 66, 33],
    [2, 74, 39, 2, 66, 33],
    [-2, 66, 36, 2, 66, 33],
  ])(
    'at width %i on a terminal of %s columns and %s rows, prints a QR code with a margin of %i, %i columns wide and %i lines high, above the caption',
    async (...row) => {
      const [enableCmdQR, columns, rows, margin, width, height] = row
      terminal(columns, rows)
      const lines = await printed({ enableCmdQR })
      expect(lines.splice(-CAPTION.length)).toEqual(CAPTION)
      expect(lines).toHaveLength(height)
      expect(new Set(lines.map(columnsOf))).toEqual(new Set([width]))
      expect(width).toBe((SIZE + 2 * margin) * Math.abs(enableCmdQR))
    },
  )

  test.each([
    [1, 32, 40],
    [1, 80, 17],
    [1, 80, 19],
    [1, 33, 20],
    [-1, 20, 5],
    [2, 65, 80],
    [2, 200, 35],
  ])(
    'at width %i on a terminal of %i columns and %i rows, prints only the caption, because the QR code would wrap or push it off the screen',
    async (enableCmdQR, columns, rows) => {
      terminal(columns, rows)
      expect(await printed({ enableCmdQR })).toEqual(CAPTION)
    },
  )

  test('treats enableCmdQR 0 like true', async () => {
    terminal()
    expect(await printed({ enableCmdQR: 0 })).toEqual(await printed({ enableCmdQR: true }))
  })

  test.each([3, -3, 0.5])('rejects enableCmdQR %d', async (enableCmdQR) => {
    await expect(printed({ enableCmdQR })).rejects.toThrow(ArgumentError)
  })
})

describe('the QR code file', () => {
  test('is written to picDir while the QR code is also printed', async () => {
    terminal()
    const picDir = join(mkdtempSync(join(tmpdir(), 'itchat-')), 'qr.png')
    expect((await printed({ picDir })).at(-1)).toBe(LINK)
    const png = PNG.sync.read(readFileSync(picDir))
    expect(readQr(png.data, png.width, png.height)).toBe(LINK)
  })

  test('causes a FileError if it cannot be written to picDir', async () => {
    await expect(printed({ picDir: mkdtempSync(join(tmpdir(), 'itchat-')) })).rejects.toThrow(FileError)
  })

  test('is not written, and nothing is printed, when qrCallback is set', async () => {
    const picDir = join(mkdtempSync(join(tmpdir(), 'itchat-')), 'qr.png')
    const statuses: string[] = []
    expect(await printed({ picDir, qrCallback: ({ status }) => statuses.push(status) })).toEqual([])
    expect(statuses).toEqual(['0'])
    expect(existsSync(picDir)).toBe(false)
  })
})
