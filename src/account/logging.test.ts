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

/** Replaces standard error with a stream. */
function withTerminal<T extends Writable>(stream: T): T {
  const original = Object.getOwnPropertyDescriptor(process, 'stderr') as PropertyDescriptor
  Object.defineProperty(process, 'stderr', { configurable: true, get: () => stream })
  onTestFinished(() => void Object.defineProperty(process, 'stderr', original))
  return stream
}

/** A stream whose writes fail. */
const failing = (fail: (callback: (error: Error) => void) => void) =>
  new Writable({ write: (_chunk, _encoding, callback) => fail(callback) })

/** Behaves like standard error: it cannot be destroyed, so every write fails again. */
function indestructible<T extends Writable>(stream: T): T {
  return Object.assign(stream, {
    _destroy(error: Error | null, callback: (error?: Error | null) => void) {
      callback(error)
      ;(stream as unknown as { _undestroy(): void })._undestroy()
    },
  })
}

const ended = () => new Writable({ write: (_chunk, _encoding, callback) => callback() }).end()

// An unhandled stream error ends the process and would also make the test run fail.
describe('logging to an unwritable terminal does not end the process', () => {
  test.each<[string, () => Writable]>([
    ['when its reader dies', () => failing((callback) => callback(errorOf('EPIPE')))],
    [
      'when its reader dies and every write fails',
      () => indestructible(failing((callback) => callback(errorOf('EPIPE')))),
    ],
    [
      'when its reader dies and the error arrives later',
      () => failing((callback) => setImmediate(callback, errorOf('EPIPE'))),
    ],
    ['when the terminal is closed', () => failing((callback) => process.nextTick(callback, errorOf('EBADF')))],
    ['when the disk is full', () => failing((callback) => callback(errorOf('ENOSPC')))],
    ['when the terminal is temporarily unavailable', () => failing((callback) => callback(errorOf('EAGAIN')))],
    ['when the stream is destroyed', () => ended().destroy()],
    [
      'when the stream is destroyed with an error',
      () =>
        ended()
          .on('error', () => {})
          .destroy(errorOf('EPIPE')),
    ],
    ['when the stream has ended', ended],
    [
      'when its write method throws',
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

  test('when standard error is not a stream', () => {
    withTerminal({} as Writable)
    new Logging(undefined, new ManualClock()).info('line')
  })
})

describe('logging to a terminal', () => {
  test('writes whole lines, keeps percent signs, and adds one listener for all instances', async () => {
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
])('a custom logger that %s does not end the process', async (_, write) => {
  const custom = { debug: write, info: write, warn: write, error: write } as Logger
  new Logging(custom, new ManualClock()).error('line')
  await later()
})

test('reports a temporarily unwritable log file once, then resumes writing', () => {
  const lines: string[] = []
  const custom = { debug() {}, info() {}, warn: (line: string) => void lines.push(line), error() {} }
  const loggingFile = join(mkdtempSync(join(tmpdir(), 'itchat-')), 'itchat.log')
  const logging = new Logging(custom, new ManualClock())
  logging.set({ loggingFile })
  rmSync(loggingFile)
  mkdirSync(loggingFile)
  for (const line of ['one', 'two']) logging.info(line)
  expect(lines).toEqual([expect.stringContaining('EISDIR')])
  rmdirSync(loggingFile)
  logging.info('three')
  expect(readFileSync(loggingFile, 'utf8')).toMatch(/^\S+ info three\n$/)
})
