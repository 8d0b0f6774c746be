import { describe, expect, test } from 'vitest'
import { ManualClock } from '../../../../test/support/manual-clock.js'
import { SendWindow } from './send-window.js'

const HOUR_MS = 3_600_000

function openWindow(options = {}) {
  const clock = new ManualClock()
  const window = new SendWindow(clock, options)
  window.open(clock.now())
  return { clock, window }
}

test('before a message from the owner, nothing may be sent', () => {
  const window = new SendWindow(new ManualClock(), {})
  expect(window.refusal).toEqual({ reason: 'needsMessage' })
  expect(window.refused()).toEqual({ reason: 'needsMessage' })
})

test('the window is open for 24 hours after a message', async () => {
  const { clock, window } = openWindow()
  await clock.advance(24 * HOUR_MS)
  expect(window.refusal).toBeUndefined()
  await clock.advance(1)
  expect(window.refusal).toEqual({ reason: 'windowClosed' })
  window.open(clock.now())
  expect(window.refusal).toBeUndefined()
})

test.each([
  [{}, 10],
  [{ sends: 3 }, 3],
])('with %j, %i messages may be sent after a message', (options, sends) => {
  const { clock, window } = openWindow(options)
  for (let count = 0; count < sends; count++) {
    expect(window.refusal).toBeUndefined()
    window.count()
  }
  expect(window.refusal).toEqual({ reason: 'quota' })
  window.open(clock.now() + 1)
  expect(window.refusal).toBeUndefined()
})

test('a message that was not sent does not count', () => {
  const { window } = openWindow({ sends: 1 })
  const takeBack = window.count()
  takeBack()
  expect(window.refusal).toBeUndefined()
})

test('after an unexplained refusal, sending pauses for an hour or until the owner writes', async () => {
  const { clock, window } = openWindow()
  const retryAtMs = clock.now() + HOUR_MS
  expect(window.refused()).toEqual({ reason: 'throttled', retryAtMs })
  await clock.advance(HOUR_MS - 1)
  expect(window.refusal).toEqual({ reason: 'throttled', retryAtMs })
  await clock.advance(1)
  expect(window.refusal).toBeUndefined()
  window.refused()
  await clock.advance(1_000)
  window.open(clock.now())
  expect(window.refusal).toBeUndefined()
})

test('a message that is delivered late or twice does not open the window again', async () => {
  const { clock, window } = openWindow({ sends: 1 })
  const sentAt = clock.now()
  window.count()
  await clock.advance(1_000)
  window.open(sentAt)
  window.open(sentAt - 1)
  expect(window.refusal).toEqual({ reason: 'quota' })
})

test('a message that is delivered twice does not open the window again when the clock of the server is ahead', async () => {
  const { clock, window } = openWindow({ sends: 1 })
  const sentAt = clock.now() + 5 * 60_000
  window.open(sentAt)
  window.count()
  await clock.advance(1_000)
  window.open(sentAt)
  expect(window.refusal).toEqual({ reason: 'quota' })
  const next = new SendWindow(clock, { sends: 1 })
  next.restore(JSON.parse(JSON.stringify(window.save())))
  next.open(sentAt)
  expect(next.refusal).toEqual({ reason: 'quota' })
})

describe('the server’s clock', () => {
  test('may be far behind this machine’s: the window opens when the message arrives', () => {
    const clock = new ManualClock()
    const window = new SendWindow(clock, {})
    window.open(clock.now() - 100 * HOUR_MS)
    expect(window.refusal).toBeUndefined()
  })

  test('explains a refusal of a message that had waited at the server', () => {
    const clock = new ManualClock()
    const window = new SendWindow(clock, {})
    window.open(clock.now() - 25 * HOUR_MS)
    expect(window.refused()).toEqual({ reason: 'windowClosed' })
  })

  test('may be far ahead once: later messages still open the window', async () => {
    const { clock, window } = openWindow({ sends: 1 })
    window.open(clock.now() + 10_000 * HOUR_MS)
    window.count()
    await clock.advance(HOUR_MS)
    window.open(clock.now())
    expect(window.refusal).toBeUndefined()
  })
})

test('its state survives a restart', () => {
  const { clock, window } = openWindow({ sends: 2 })
  window.count()
  const next = new SendWindow(clock, { sends: 2 })
  next.restore(JSON.parse(JSON.stringify(window.save())))
  expect(next.refusal).toBeUndefined()
  next.count()
  expect(next.refusal).toEqual({ reason: 'quota' })
})

test.each([undefined, null, 7, 'x', [], { openedAtMs: 'x', sends: -5, pausedUntilMs: {} }])(
  'an invalid state (%j) counts as none',
  (saved) => {
    const { window } = openWindow()
    window.restore(saved)
    expect(window.refusal).toEqual({ reason: 'needsMessage' })
  },
)

test('a saved pause never lasts longer than an hour, even after the clock was set back', async () => {
  const { clock, window } = openWindow()
  window.restore({ openedAtMs: clock.now(), sends: 0, pausedUntilMs: clock.now() + 100 * HOUR_MS })
  expect(window.refusal?.reason).toBe('throttled')
  await clock.advance(HOUR_MS)
  expect(window.refusal).toBeUndefined()
})
