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

/** Steps that lead somewhere, which single ones seldom do. */
const WAYS: readonly (readonly Step[])[] = [
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
        { weight: 6, arbitrary: action.map((one): Step[] => [one]) },
        { weight: 2, arbitrary: action.map((one): Step[] => [`${one} &`]) },
        { weight: 1, arbitrary: fc.constantFrom(...WAYS) },
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

/** Lives that were not as the table says once, and what has to hold in them. */
const LIVES: readonly [what: string, steps: readonly Step[], options?: LifeOptions][] = [
  [
    'startReceiving() in a loginCallback does not receive a second time beside the login',
    ['login', 'scan', 'confirm'],
    { loginCallback: 'startReceiving' },
  ],
  ['close() ends a checkLogin() that waits', ['getQRuuid', 'checkLogin', 'close']],
  ['logout() and close() at once, without a session, close', ['logout &', 'close']],
  ['close() and logout() at once, without a session, close', ['close &', 'logout']],
  [
    'a login by hand ends the pause before a lost session is renewed, and exitCallback is called once',
    ['login', 'scan', 'confirm', 'run', 'end expired', 'login', 'scan', 'confirm', 'close'],
    { relogin: true },
  ],
  [
    'no handler begins after close() when one of a lost session comes to its end',
    ['login', 'scan', 'confirm', 'run', 'say hang', ...RENEWED, 'say reply', 'close', 'release'],
    { relogin: true },
  ],
  [
    'configuredReply() hands nothing over after logout()',
    ['login', 'scan', 'confirm', 'say reply', 'logout', 'configuredReply'],
  ],
  [
    'startReceiving() is refused while the instance closes',
    ['login', 'scan', 'confirm', 'run', 'say hang', 'close &', 'startReceiving'],
  ],
  [
    'startReceiving() is refused after the lock was lost',
    ['autoLogin hot', 'scan', 'confirm', 'run', 'say hang', 'lose lock', 'startReceiving'],
  ],
  [
    'a saved session that could not be resumed is none',
    ['autoLogin hot', 'scan', 'confirm', 'restart', 'down', 'autoLogin hot', 'send', 'startReceiving'],
  ],
  [
    'close() waits for the logout of a session that never received',
    ['login', 'scan', 'confirm', 'slow', 'logout', 'close'],
    { loginCallback: 'throw' },
  ],
  [
    'a code that comes when the time for the login is over is not shown',
    ['login', 'slow', 'cancel', 'fast &', 'wait 1 h'],
  ],
  ['a code that is shown after the call of logout() counts', ['getQRuuid', 'logout &', 'getQR']],
  [
    'a login that exitCallback begins while logout() ends the renewal fails as that one does',
    ['login', 'scan', 'confirm', 'end expired', 'autoLogin hot', 'logout &', 'getQRuuid'],
    { relogin: true, exitCallback: 'login' },
  ],
]

describe.each(WORLDS)('over %s', (name, makeWorld) => {
  const makeSettling = name === 'memory' ? settlingByTurns : settlingByTime
  const numRuns = RUNS[name] ?? 25

  test.each(LIVES)('%s', async (_, life, how) => {
    await play(await makeWorld(), makeSettling(), life, how)
  })

  test(
    'the life of an account is as the table says, whatever happens in it',
    async () => {
      const reached = new Set<string>()
      const life = fc.asyncProperty(steps, options, async (given, how) => {
        for (const phase of await play(await makeWorld(), makeSettling(), given, how)) reached.add(phase)
      })
      await fc.assert(life, { numRuns })
      if (numRuns >= 1_000) expect([...reached].sort()).toEqual(Object.keys(SESSION_TABLE).sort())
    },
    numRuns * 1_000,
  )
})
