import { PassThrough } from 'node:stream'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { askForNumber } from '../../src/cli/ask.js'
import { toCsv } from '../../src/cli/csv.js'
import { Progress } from '../../src/cli/progress.js'
import { formatSeconds, formatSize } from '../../src/cli/sizes.js'
import { printTable } from '../../src/cli/table.js'
import { shorten, Terminal } from '../../src/cli/terminal.js'
import { TerminalLogger } from '../../src/cli/terminal-logger.js'

beforeEach(() => void vi.stubEnv('LC_ALL', 'en_US.UTF-8'))
afterEach(() => void vi.unstubAllEnvs())

/** A terminal of this size, without colors; not a terminal without a size. */
function screen(columns?: number, rows = 24) {
  const stream = new PassThrough().setEncoding('utf8')
  let text = ''
  stream.on('data', (chunk: string) => {
    text += chunk
  })
  if (columns !== undefined) Object.assign(stream, { isTTY: true, columns, rows })
  const env = { LC_ALL: 'C.UTF-8', NO_COLOR: '1' }
  const terminal = new Terminal(stream as unknown as NodeJS.WriteStream, env)
  return { terminal, shown: () => text }
}

describe('Progress', () => {
  function upload(columns: number | undefined, steps: readonly [ms: number, mebibytes: number][]) {
    const { terminal, shown } = screen(columns)
    let nowMs = 0
    const progress = new Progress(terminal, '全景照片合集.zip', 312 * 1024 ** 2, () => nowMs)
    for (const [ms, mebibytes] of steps) {
      nowMs = ms
      progress.update(mebibytes * 1024 ** 2)
    }
    return { progress, shown, lines: () => shown().split('\r').slice(1) }
  }

  test('replaces one line that contains name, bar, share, rate and time left', () => {
    const { lines } = upload(80, [[7000, 128]])
    expect(lines()).toEqual([
      `  全景照片合集.zip  ${'━'.repeat(15)}    0%    0/312 MB\x1b[K`,
      `  全景照片合集.zip  ${'━'.repeat(15)}   41%  128/312 MB  18 MB/s  11 s\x1b[K`,
    ])
  })

  test.each([
    [120, 30, /18 MB\/s {2}11 s/],
    [60, 13, /128\/312 MB {2}18 MB\/s\x1b/],
    [48, 12, /128\/312 MB\x1b/],
  ])('fits %i columns with a bar of %i', (columns, bar, end) => {
    const { lines } = upload(columns, [[7000, 128]])
    expect(lines()[1]).toContain(` ${'━'.repeat(bar)} `)
    expect(lines()[1]).toMatch(end)
  })

  test.each([
    [40, '  全景照片合集.zip   41%  128/312 MB'],
    [32, '  全景….zip   41%  128/312 MB'],
  ])('leaves out the bar at %i columns', (columns, line) => {
    expect(upload(columns, [[7000, 128]]).lines()[1]).toBe(`${line}\x1b[K`)
  })

  test('redraws at most ten times per second, and removes the line at the end', () => {
    const { progress, lines } = upload(80, [
      [50, 1],
      [100, 2],
      [150, 3],
      [199, 4],
      [200, 5],
    ])
    expect(lines()).toHaveLength(3)
    progress.clear()
    expect(lines().at(-1)).toBe('\x1b[K')
  })

  test('prints the start and each 10 % where there is no terminal', () => {
    const { shown } = upload(
      undefined,
      [0, 1, 40, 41, 100, 312].map((done): [number, number] => [0, done]),
    )
    expect(shown().match(/\d+%/g)).toEqual(['0%', '12%', '32%', '100%'])
  })
})

test('sizes and durations have one decimal below 10', () => {
  expect([0, 1023, 1024, 1_048_575, 9.9 * 1024, 312 * 1024 ** 2].map(formatSize)).toEqual([
    '0 B',
    '1023 B',
    '1 KB',
    '1 MB',
    '9.9 KB',
    '312 MB',
  ])
  expect([0.26, 9.96, 17.4, 60, 125, 7200].map(formatSeconds)).toEqual([
    '0.3 s',
    '10 s',
    '17 s',
    '1 min',
    '2 min 5 s',
    '120 min',
  ])
})

test('shorten replaces the middle of a text that is too wide', () => {
  expect([shorten('short', 5), shorten('2026 report final.pdf', 11), shorten('全景照片合集.zip', 10)]).toEqual([
    'short',
    '2026 …l.pdf',
    '全景….zip',
  ])
})

describe('printTable', () => {
  const columns = [
    { heading: 'Name', text: ([name]: string[]) => name ?? '', minColumns: 6 },
    { heading: 'Id', text: ([, id]: string[]) => id ?? '', minColumns: 6, isOptional: true },
    { heading: 'None', text: () => '', minColumns: 6 },
    { heading: 'Place', text: ([, , place]: string[]) => place ?? '', minColumns: 6 },
  ]
  const rows = [
    ['林小满', 'xiaoman', '浙江 杭州'],
    ['Anna \x1b[31m with a long name', '', ''],
  ]

  test('aligns East Asian text, leaves out empty columns, and replaces control characters', () => {
    const { terminal, shown } = screen()
    printTable(terminal, columns, rows)
    expect(shown()).toBe(
      'Name                         Id       Place\n林小满                       xiaoman  浙江 杭州\nAnna �[31m with a long name\n',
    )
  })

  test('on a narrow terminal, leaves out optional columns and truncates texts', () => {
    const { terminal, shown } = screen(24)
    printTable(terminal, columns, rows)
    expect(shown()).toBe('Name           Place\n林小满         浙江 杭州\nAnna �[31m w…\n')
  })
})

test('CSV marks texts that spreadsheets would execute, and quotes separators', () => {
  expect(
    toCsv(
      ['a', 'b'],
      [
        ['=1', 'x,y'],
        ['-1', 'a"b\n'],
        ['@x', 5],
        ['1-2', ''],
      ],
    ),
  ).toBe('\ufeffa,b\r\n\'=1,"x,y"\r\n\'-1,"a""b\n"\r\n\'@x,5\r\n1-2,\r\n')
})

describe('TerminalLogger', () => {
  const qr = (content: string) => `\x1b[30;107m${content}\x1b[0m`

  test('replaces a QR code, and what was written below it, in place', () => {
    const { terminal, shown } = screen(20)
    const logger = new TerminalLogger(terminal, { hasInfo: true })
    for (const line of [qr('a'), qr('b'), 'a line that wraps on this terminal', '✓ scanned', qr('c')]) logger.info(line)
    expect(shown().endsWith(`✓ scanned\n\r\x1b[5A\x1b[J${qr('c')}\n`)).toBe(true)
  })

  test('keeps a QR code that may have scrolled away, or that is followed by typed text', () => {
    for (const isTyped of [true, false]) {
      const { terminal, shown } = screen(20, isTyped ? 24 : 3)
      const logger = new TerminalLogger(terminal, { hasInfo: true })
      for (const line of [qr('a'), qr('b'), 'below']) logger.info(line)
      if (isTyped) logger.keepQr()
      logger.info(qr('c'))
      expect(shown()).not.toContain('\x1b[J')
    }
  })

  test('writes warnings, and other lines only if they are wanted', () => {
    const { terminal, shown } = screen()
    const logger = new TerminalLogger(terminal)
    logger.info('✓ info')
    logger.warn('! warning')
    expect(shown()).toBe('! warning\n')
  })
})

describe('askForNumber', () => {
  test.each([
    ['2\n', 1],
    ['x\n9\n0\n 1 \n', 0],
    ['\n', undefined],
    ['', undefined],
  ])('given %j, resolves to %j', async (typed, index) => {
    const stdin = new PassThrough()
    vi.spyOn(process, 'stdin', 'get').mockReturnValue(stdin as never)
    vi.spyOn(process.stderr, 'write').mockReturnValue(true)
    stdin.end(typed)
    expect(await askForNumber(3, new AbortController().signal)).toBe(index)
  })
})
