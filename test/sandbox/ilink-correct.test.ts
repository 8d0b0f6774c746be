import { describe, expect, test } from 'vitest'
import type { FaultKind } from '../../src/sandbox/index.js'
import { client, clock, greet, restart, sandbox, startBeforeEach } from './support/ilink-scene.js'

const KEY = Buffer.alloc(16, 7)
const FILE = Buffer.from('bytes of a file')

startBeforeEach()

const add = (kind: FaultKind, options: object = {}) => sandbox.faults.add({ kind, ...options } as any)

async function typing(status: number): Promise<void> {
  const ilink_user_id = client.userId
  const { json } = await client.post('getconfig', { ilink_user_id })
  await client.post('sendtyping', { ilink_user_id, typing_ticket: json.typing_ticket, status })
}

async function settled(): Promise<void> {
  await expect.poll(() => sandbox.requests.filter(({ status }) => status === undefined)).toEqual([])
}

/** Polls, and ends the poll after a time. */
async function leave(afterMs: number): Promise<void> {
  const abort = new AbortController()
  const isHeld = sandbox.held('getupdates')
  const poll = client.poll({}, { signal: abort.signal }).catch(() => {})
  await isHeld
  await clock.advance(afterMs)
  abort.abort()
  await poll
}

const warnings = () => sandbox.warnings.map(({ text }) => text)

/** What a correct program does when its replies are lost, or it was killed. */
const CORRECT: [string, () => Promise<unknown>][] = [
  ...(['dropReply', 'cut', 'truncate', 'wrongTypes', 'lostReply'] as const).map(
    (kind): [string, () => Promise<void>] => [
      `it answers with the token that it has after ${kind}`,
      async () => {
        await greet()
        const { contextToken, cursor } = client
        add(kind, { path: 'getupdates', seed: 3 })
        sandbox.clawbot.say('lost')
        await client.poll().catch(() => {})
        await clock.advance(2000)
        client.cursor = cursor
        await client.send('a', { context_token: contextToken })
        sandbox.clawbot.say('next')
        await client.poll()
        await client.send('b')
      },
    ],
  ),
  [
    'it was killed before it kept the reply, and starts again',
    async () => {
      await greet()
      sandbox.clawbot.say('x')
      await client.poll()
      const { contextToken, cursor } = client
      sandbox.clawbot.say('not kept')
      await client.poll()
      Object.assign(client, { contextToken, cursor })
      await client.start()
      await clock.advance(2000)
      await client.send('a')
      sandbox.clawbot.say('next')
      await client.poll()
      await client.send('b')
    },
  ],
  [
    'it left before raceTimeout delivers',
    async () => {
      await greet()
      const { contextToken } = client
      add('raceTimeout')
      await leave(1000)
      sandbox.clawbot.say('lost in the race')
      await clock.advance(34_000)
      await settled()
      expect(sandbox.clawbot.messages.at(-1)?.delivered).toBe(true)
      await clock.advance(2000)
      await client.send('a', { context_token: contextToken })
    },
  ],
  [
    'it polls again after it has left a poll with raceTimeout',
    async () => {
      add('raceTimeout')
      await leave(1000)
      // Gives the sandbox time to notice that the connection was closed.
      await client.post('getconfig')
      const lock = add('pollLock')
      const next = client.poll()
      await clock.waitFor(2)
      await clock.advance(35_000)
      expect((await next).status).toBe(200)
      expect(lock.hits).toBe(0)
    },
  ],
  [
    'it answers a raw message with its own token',
    async () => {
      sandbox.clawbot.raw({ context_token: 'own token', item_list: [] })
      await client.poll()
      await clock.advance(2000)
      await client.send('a')
    },
  ],
  ...[{ message_type: 2 }, { context_token: '' }, { context_token: undefined }, { context_token: 7 }].map(
    (fields): [string, () => Promise<void>] => [
      `it ignores the token of a raw message with ${JSON.stringify(fields)}`,
      async () => {
        await greet()
        const { contextToken } = client
        sandbox.clawbot.raw({ item_list: [], ...fields })
        await client.poll()
        await clock.advance(2000)
        await client.send('a', { context_token: contextToken })
      },
    ],
  ),
  [
    'its poll was delayed by a fault and ended at its time',
    async () => {
      add('delay', { ms: 10_000, path: 'getupdates' })
      const abort = new AbortController()
      const poll = client.poll({}, { signal: abort.signal }).catch(() => {})
      await clock.waitForSleep(10_000)
      await clock.advance(10_000)
      await sandbox.held('getupdates')
      await clock.advance(25_000)
      abort.abort()
      await poll
      await settled()
      await greet()
    },
  ],
  ...(['status', 'garbage', 'dropReply', 'wrongTypes'] as const).map((kind): [string, () => Promise<void>] => [
    `it sends the same message again after ${kind}, and the owner writes in the meantime`,
    async () => {
      await greet()
      const { contextToken } = client
      const message = { client_id: 'same', context_token: contextToken }
      add(kind, { path: 'sendmessage' })
      await client.send('a', message).catch(() => {})
      await greet()
      await clock.advance(2000)
      await client.send('a', message)
      await client.send('b')
    },
  ]),
  [
    'a fault delays its answer, and the owner writes in the meantime',
    async () => {
      await greet()
      add('delay', { ms: 5000, path: 'sendmessage' })
      const sent = client.send('a')
      await clock.waitForSleep(5000)
      await greet()
      await clock.advance(5000)
      expect((await sent).json.ret).toBe(0)
    },
  ],
  [
    'a fault delays the request that hides the typing indicator',
    async () => {
      await greet()
      await typing(1)
      add('delay', { ms: 40_000, path: 'sendtyping' })
      const hidden = typing(2)
      await clock.waitForSleep(40_000)
      await clock.advance(40_000)
      await hidden
      await client.post('msg/notifystop')
    },
  ],
  [
    'all its attempts to hide the typing indicator failed',
    async () => {
      await greet()
      await typing(1)
      add('status', { path: 'sendtyping', count: 3 })
      for (let attempt = 0; attempt < 3; attempt++) await typing(2)
      await clock.advance(40_000)
      await client.send('a')
      await client.post('msg/notifystop')
    },
  ],
  [
    'it was typing when its token went stale',
    async () => {
      await greet()
      await typing(1)
      sandbox.clawbot.expireToken({ isRevivable: true })
      expect(sandbox.clawbot.typing).toBe(false)
      await clock.advance(40_000)
      await client.poll()
      await client.start()
      await greet()
    },
  ],
  [
    'it was killed while typing',
    async () => {
      await greet()
      await typing(1)
      await clock.advance(40_000)
      await client.start()
      expect(sandbox.clawbot.typing).toBe(false)
      await greet()
    },
  ],
  [
    'it repeats a number of X-WECHAT-UIN much later',
    async () => {
      const headers = { 'X-WECHAT-UIN': Buffer.from('7').toString('base64') }
      await client.post('msg/notifystart', {}, { headers })
      for (let count = 0; count < 20; count++) await client.start()
      await client.post('msg/notifystart', {}, { headers })
    },
  ],
  [
    'it retries a message under the same client_id',
    async () => {
      await greet()
      add('dropReply', { path: 'sendmessage' })
      await client.send('a', { client_id: 'same' }).catch(() => {})
      await client.send('a', { client_id: 'same' })
    },
  ],
  [
    'its polls are short after a gateway has cut one',
    async () => {
      add('gateway524')
      const isHeld = sandbox.held('getupdates')
      const poll = client.poll()
      await isHeld
      await clock.advance(16_000)
      expect((await poll).status).toBe(524)
      await leave(10_000)
      await settled()
      await leave(10_000)
      await settled()
      await greet()
    },
  ],
  [
    'the owner lets it write again without a message',
    async () => {
      await greet()
      for (let part = 0; part < 10; part++) await client.send(`${part}`)
      sandbox.clawbot.openWindow()
      await client.send('11')
      expect(sandbox.clawbot.dropped).toEqual([])
    },
  ],
]

test.each(CORRECT)('there is no warning if %s', async (_name, act) => {
  await act()
  expect(warnings()).toEqual([])
})

test('a gateway cuts off also a poll with raceTimeout, whose messages are kept', async () => {
  add('raceTimeout')
  add('gateway524')
  const isHeld = sandbox.held('getupdates')
  const poll = client.poll()
  await isHeld
  sandbox.clawbot.say('kept')
  await clock.advance(16_000)
  expect((await poll).status).toBe(524)
  expect((await client.poll()).json.msgs).toHaveLength(1)
})

describe('a fault is not used up by a request that it cannot affect', () => {
  const picture = () => sandbox.clawbot.send({ kind: 'image', bytes: FILE })

  const CASES: [FaultKind, () => Promise<unknown>, () => Promise<unknown>][] = [
    ['emptyErrmsg', () => client.start(), () => client.post('getconfig')],
    ['errcodeOnly', () => client.start(), () => client.post('getconfig')],
    ['missingRet', () => client.post('getconfig'), () => client.start()],
    ['sendEmpty', () => client.sendItem({}, { item_list: [] }), () => client.send('a')],
    ['acceptedNotShown', () => client.send(''), () => client.send('a')],
    ['lateBatch', () => client.send(''), () => client.send('a')],
    ['idAsString', () => client.sendItem({}, { item_list: [] }), () => client.send('a')],
    [
      'gateway524',
      greet,
      async () => {
        const isHeld = sandbox.held('getupdates')
        const poll = client.poll()
        await isHeld
        await clock.advance(16_000)
        await poll
      },
    ],
    ['raceTimeout', () => client.post('getupdates', {}, { headers: { Authorization: '' } }), () => leave(0)],
    [
      'noHeader',
      () => client.putFile('/c2c/upload?encrypted_query_param=x', FILE),
      () => client.upload(FILE, KEY).catch(() => {}),
    ],
    [
      'hexKey',
      async () => {
        sandbox.clawbot.send({ kind: 'file', bytes: FILE })
        await client.poll()
      },
      async () => {
        picture()
        await client.poll()
      },
    ],
  ]

  test.each(CASES)('%s', async (kind, other, affected) => {
    await greet()
    const fault = add(kind)
    await other()
    expect(fault.hits).toBe(0)
    await affected()
    expect(fault.hits).toBe(1)
    expect(sandbox.requests.filter(({ faults }) => faults?.includes(kind))).toHaveLength(1)
  })

  test.each(['hexKey', 'noKey', 'rawKey', 'keyMismatch'] as const)('%s affects a quoted picture', async (kind) => {
    await restart({ appFlavor: 'old' })
    const shown = picture()
    await client.poll()
    const quote = sandbox.clawbot.quote(shown, 'this one')
    await client.poll()
    const fault = add(kind)
    sandbox.clawbot.quote(quote, 'and this')
    await client.poll()
    expect(fault.hits).toBe(1)
  })

  test('a quote by id contains no picture', async () => {
    const shown = picture()
    await client.poll()
    const fault = add('noKey')
    sandbox.clawbot.quote(shown, 'this one')
    await client.poll()
    expect(fault.hits).toBe(0)
  })
})
