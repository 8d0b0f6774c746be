import { mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { describe, expect, onTestFinished, test } from 'vitest'
import { ManualClock } from '../../test/support/manual-clock.js'
import type { Logger } from '../util/logger.js'
import { Logging } from './logging.js'

const errorOf = (code: string) => Object.assign(new Error(`${code}: on purpose`), { code })
const later = () => new Promise((resolve) => setImmediate(resolve))

/** A stream in place of standard error. */
function withTerminal<T extends Writable>(stream: T): T {
  const original = Object.getOwnPropertyDescriptor(process, 'stderr') as PropertyDescriptor
  Object.defineProperty(process, 'stderr', { configurable: true, get: () => stream })
  onTestFinished(() => void Object.defineProperty(process, 'stderr', original))
  return stream
}

/** A stream whose writes fail. */
const failing = (fail: (callback: (error: Error) => void) => void) =>
  new Writable({ write: (_chunk, _encoding, callback) => fail(callback) })

/** As standard error is: it cannot be destroyed, so that every write fails anew. */
function undying<T extends Writable>(stream: T): T {
  return Object.assign(stream, {
    _destroy(error: Error | null, callback: (error?: Error | null) => void) {
      callback(error)
      ;(stream as unknown as { _undestroy(): void })._undestroy()
    },
  })
}

const ended = () => new Writable({ write: (_chunk, _encoding, callback) => callback() }).end()

// An error of a stream that nothing takes ends the process; the test runner fails for one as well.
describe('a terminal that cannot be written ends no program', () => {
  test.each<[string, () => Writable]>([
    ['whose reader died', () => failing((callback) => callback(errorOf('EPIPE')))],
    ['whose reader died, line after line', () => undying(failing((callback) => callback(errorOf('EPIPE'))))],
    ['whose reader died, as is known later', () => failing((callback) => setImmediate(callback, errorOf('EPIPE')))],
    ['that was closed', () => failing((callback) => process.nextTick(callback, errorOf('EBADF')))],
    ['on a full disk', () => failing((callback) => callback(errorOf('ENOSPC')))],
    ['that takes nothing now', () => failing((callback) => callback(errorOf('EAGAIN')))],
    ['that was destroyed', () => ended().destroy()],
    [
      'that was destroyed with an error',
      () =>
        ended()
          .on('error', () => {})
          .destroy(errorOf('EPIPE')),
    ],
    ['that was ended', ended],
    [
      'that throws',
      () =>
        Object.assign(ended(), {
          write: () => {
            throw errorOf('EIO')
          },
        }),
    ],
  ])('%s', async (_, make) => {
    withTerminal(make())
    const logging = new Logging(undefined, new ManualClock())
    for (const line of ['one', 'two']) {
      logging.info(line)
      logging.error(line)
      await later()
    }
  })

  test('that is not a stream', () => {
    withTerminal({} as Writable)
    new Logging(undefined, new ManualClock()).info('line')
  })

  test('and is written when it can be: whole lines, percent signs as they are, one listener for all instances', async () => {
    const lines: string[] = []
    const terminal = withTerminal(
      new Writable({
        write: (chunk, _encoding, callback) => {
          lines.push(String(chunk))
          callback()
        },
      }),
    )
    for (let n = 0; n < 20; n++) new Logging(undefined, new ManualClock()).info(`${n} %s %d 100%`)
    await later()
    expect(lines).toEqual(Array.from({ length: 20 }, (_, n) => `${n} %s %d 100%\n`))
    expect(terminal.listenerCount('error')).toBe(1)
  })
})

test.each<[string, () => unknown]>([
  [
    'throws',
    () => {
      throw new Error('on purpose')
    },
  ],
  ['rejects', () => Promise.reject(new Error('on purpose'))],
])('a logger of the program that %s ends no program', async (_, write) => {
  const own = { debug: write, info: write, warn: write, error: write } as Logger
  new Logging(own, new ManualClock()).error('line')
  await later()
})

test('a log file that cannot be written for a while is reported once, and written again', () => {
  const lines: string[] = []
  const own = { debug() {}, info() {}, warn: (line: string) => void lines.push(line), error() {} }
  const loggingFile = join(mkdtempSync(join(tmpdir(), 'itchat-')), 'itchat.log')
  const logging = new Logging(own, new ManualClock())
  logging.set({ loggingFile })
  rmSync(loggingFile)
  mkdirSync(loggingFile)
  for (const line of ['one', 'two']) logging.info(line)
  expect(lines).toEqual([expect.stringContaining('EISDIR')])
  rmdirSync(loggingFile)
  logging.info('three')
  expect(readFileSync(loggingFile, 'utf8')).toMatch(/^\S+ info three\n$/)
})
