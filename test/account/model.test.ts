import { describe, expect, test } from 'vitest'
import { SESSION_TABLE } from '../../src/account/session/session-table.js'
import fc from '../support/property.js'
import { settlingByTime, settlingByTurns } from '../support/settling.js'
import { type Action, type LifeOptions, play, type Step, WEIGHTS } from './play.js'
import { WORLDS } from './worlds.js'

const LOGINS: readonly (readonly Step[])[] = [
  ['login', 'scan', 'confirm', 'run'],
  ['login', 'scan', 'confirm'],
  ['autoLogin hot', 'scan', 'confirm', 'run'],
  ['autoLogin hot', 'scan', 'confirm', 'restart', 'autoLogin hot', 'run'],
  ['getQRuuid', 'getQR', 'checkLogin', 'scan', 'checkLogin', 'confirm', 'checkLogin', 'webInit', 'startReceiving'],
]

const RENEWED: readonly Step[] = ['end phone', 'wait 2 s', 'scan', 'confirm']

/** Sequences that lead to phases which single random actions rarely reach. */
const SEQUENCES: readonly (readonly Step[])[] = [
  ...LOGINS,
  ['down', 'up'],
  RENEWED,
  ['say hang', 'logout &', 'close'],
  ['getQR', 'checkLogin', 'scan'],
]

const actions = (Object.keys(WEIGHTS) as Action[]).map((action) => ({
  weight: WEIGHTS[action],
  arbitrary: fc.constant(action),
}))
const action = fc.oneof(...actions)
const steps = fc
  .tuple(
    fc.oneof({ weight: 1, arbitrary: fc.constant([]) }, { weight: 4, arbitrary: fc.constantFrom(...LOGINS) }),
    fc.array(
      fc.oneof(
        { weight: 6, arbitrary: action.map((name): Step[] => [name]) },
        { weight: 2, arbitrary: action.map((name): Step[] => [`${name} &`]) },
        { weight: 1, arbitrary: fc.constantFrom(...SEQUENCES) },
      ),
      { minLength: 1, maxLength: 10 },
    ),
  )
  .map(([login, parts]): Step[] => [...login, ...parts.flat()])
const options = fc.record<LifeOptions>({
  relogin: fc.boolean(),
  loginCallback: fc.constantFrom(...Array(6).fill(undefined), 'startReceiving', 'logout', 'close', 'throw'),
  exitCallback: fc.constantFrom(...Array(6).fill(undefined), 'login', 'close', 'throw'),
  logoutListener: fc.constantFrom(...Array(6).fill(undefined), 'login', 'logout', 'close', 'throw'),
})

const RUNS: Readonly<Record<string, number>> = { memory: Number(process.env.ITCHAT_MODEL_RUNS ?? 1_000) }
/** The shortest timeout of a request, where it is shorter than the default of the clock. */
const SHORTEST_TIMEOUT_MS: Readonly<Record<string, number>> = { ilink: 3_000 }
/** Number of runs over a real connection. */
const SERVER_RUNS = Number(process.env.ITCHAT_MODEL_SERVER_RUNS ?? 10)

/** Sequences that once deviated from the table, with titles that state the expected result. */
const REGRESSIONS: readonly [title: string, steps: readonly Step[], options?: LifeOptions][] = [
  [
    'startReceiving() in a loginCallback does not start a second receive loop',
    ['login', 'scan', 'confirm'],
    { loginCallback: 'startReceiving' },
  ],
  [
    'a login with hot reload that joins one without it does not use the store, whose lock is then of no importance',
    ['autoLogin hot', 'scan', 'confirm', 'run', 'say use hang', 'end phone', 'autoLogin', 'autoLogin hot', 'lose lock'],
  ],
  ['close() ends a pending checkLogin()', ['getQRuuid', 'checkLogin', 'close']],
  ['concurrent logout() and close() without a session close the instance', ['logout &', 'close']],
  ['concurrent close() and logout() without a session close the instance', ['close &', 'logout']],
  [
    'a manual login ends the pause before a lost session is renewed, and exitCallback is called once',
    ['login', 'scan', 'confirm', 'run', 'end expired', 'login', 'scan', 'confirm', 'close'],
    { relogin: true },
  ],
  [
    'no handler starts after close() when a handler from a lost session finishes',
    ['login', 'scan', 'confirm', 'run', 'say hang', ...RENEWED, 'say reply', 'close', 'release'],
    { relogin: true },
  ],
  [
    'configuredReply() delivers no messages after logout()',
    ['login', 'scan', 'confirm', 'say reply', 'logout', 'configuredReply'],
  ],
  [
    'startReceiving() is rejected while the instance is closing',
    ['login', 'scan', 'confirm', 'run', 'say hang', 'close &', 'startReceiving'],
  ],
  [
    'startReceiving() is rejected after the lock has been lost',
    ['autoLogin hot', 'scan', 'confirm', 'run', 'say hang', 'lose lock', 'startReceiving'],
  ],
  [
    'a saved session that could not be resumed does not count as a session',
    ['autoLogin hot', 'scan', 'confirm', 'restart', 'down', 'autoLogin hot', 'send', 'startReceiving'],
  ],
  [
    'close() waits for the logout of a session that never started to receive',
    ['login', 'scan', 'confirm', 'slow', 'logout', 'close'],
    { loginCallback: 'throw' },
  ],
  ['a code that arrives after the login timeout is not shown', ['login', 'slow', 'cancel', 'fast &', 'wait 1 h']],
  ['a code that is shown after a call to logout() can be scanned', ['getQRuuid', 'logout &', 'getQR']],
  [
    'when logout() ends the renewal, a login that exitCallback has just started fails as well',
    ['login', 'scan', 'confirm', 'end expired', 'autoLogin hot', 'logout &', 'getQRuuid'],
    { relogin: true, exitCallback: 'login' },
  ],
  [
    'getQR() during a login by push is refused, because a pushed code has no QR code',
    ['autoLogin hot', 'scan', 'confirm', 'restart', 'autoLogin hot', 'run', 'end phone', 'getQR', 'checkLogin', 'scan'],
    { relogin: true },
  ],
]

describe.each(WORLDS)('over the %s transport', (name, makeWorld) => {
  const makeSettling = () => (name === 'memory' ? settlingByTurns() : settlingByTime(SHORTEST_TIMEOUT_MS[name]))
  const numRuns = RUNS[name] ?? SERVER_RUNS

  test.each(REGRESSIONS)('%s', async (_, sequence, lifeOptions) => {
    await play(await makeWorld(), makeSettling(), sequence, lifeOptions)
  })

  test('random sequences match the session table', { timeout: Math.max(60_000, numRuns * 1_000) }, async () => {
    const reached = new Set<string>()
    const property = fc.asyncProperty(steps, options, async (sequence, lifeOptions) => {
      const phases = await play(await makeWorld(), makeSettling(), sequence, lifeOptions)
      for (const phase of phases) reached.add(phase)
    })
    await fc.assert(property, { numRuns })
    if (numRuns >= 1_000) expect([...reached].sort()).toEqual(Object.keys(SESSION_TABLE).sort())
  })
})
