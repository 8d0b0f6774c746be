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
/** Modules of the QR of that link. */
const SIZE = 29

const STREAM = ['isTTY', 'columns', 'rows'] as const
const original = STREAM.map((name) => [name, Object.getOwnPropertyDescriptor(process.stderr, name)] as const)

afterEach(() => {
  for (const [name, descriptor] of original) {
    if (descriptor) Object.defineProperty(process.stderr, name, descriptor)
    else delete (process.stderr as Partial<typeof process.stderr>)[name]
  }
})

/** Makes standard error a terminal of this size; `undefined`: none. */
function terminal(columns?: number, rows?: number): void {
  const values = { isTTY: columns !== undefined, columns, rows }
  for (const name of STREAM) {
    Object.defineProperty(process.stderr, name, { value: values[name], configurable: true, writable: true })
  }
}

async function shown(options: QrOptions = {}): Promise<string[]> {
  const lines: string[] = []
  const info = (line: string) => void lines.push(line)
  await showQr('uuid', LINK, { caption: CAPTION, ...options }, { debug() {}, info, warn() {}, error() {} })
  return lines
}

/** Columns a line takes. */
const columnsOf = (line: string) => line.replace(/\u001b\[[\d;]*m/g, '').length

describe('what is printed', () => {
  test.each([
    // enableCmdQR, columns, rows, margin, columns and lines of the QR
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
  ])('as %i on %s columns and %s rows: a margin of %i, %i columns, %i lines, the caption below', async (...given) => {
    const [enableCmdQR, columns, rows, margin, width, height] = given
    terminal(columns, rows)
    const lines = await shown({ enableCmdQR })
    expect(lines.splice(-CAPTION.length)).toEqual(CAPTION)
    expect(lines).toHaveLength(height)
    expect(new Set(lines.map(columnsOf))).toEqual(new Set([width]))
    expect(width).toBe((SIZE + 2 * margin) * Math.abs(enableCmdQR))
  })

  test.each([
    [1, 32, 40],
    [1, 80, 17],
    [1, 80, 19],
    [1, 33, 20],
    [-1, 20, 5],
    [2, 65, 80],
    [2, 200, 35],
  ])(
    'as %i on %i columns and %i rows, where the QR would break or push its caption away: the caption alone',
    async (enableCmdQR, columns, rows) => {
      terminal(columns, rows)
      expect(await shown({ enableCmdQR })).toEqual(CAPTION)
    },
  )

  test('0 is taken for true', async () => {
    terminal()
    expect(await shown({ enableCmdQR: 0 })).toEqual(await shown({ enableCmdQR: true }))
  })

  test.each([3, -3, 0.5])('enableCmdQR %d is an error', async (enableCmdQR) => {
    await expect(shown({ enableCmdQR })).rejects.toThrow(ArgumentError)
  })
})

describe('the picture', () => {
  test('is written beside printing when it has a path', async () => {
    terminal()
    const picDir = join(mkdtempSync(join(tmpdir(), 'itchat-')), 'qr.png')
    expect((await shown({ picDir })).at(-1)).toBe(LINK)
    const png = PNG.sync.read(readFileSync(picDir))
    expect(readQr(png.data, png.width, png.height)).toBe(LINK)
  })

  test('that cannot be written is an error', async () => {
    await expect(shown({ picDir: mkdtempSync(join(tmpdir(), 'itchat-')) })).rejects.toThrow(FileError)
  })

  test('is not written, nor anything printed, for a callback', async () => {
    const picDir = join(mkdtempSync(join(tmpdir(), 'itchat-')), 'qr.png')
    const told: string[] = []
    expect(await shown({ picDir, qrCallback: ({ status }) => told.push(status) })).toEqual([])
    expect(told).toEqual(['0'])
    expect(existsSync(picDir)).toBe(false)
  })
})
