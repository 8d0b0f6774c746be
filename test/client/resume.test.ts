import { createHash } from 'node:crypto'
import { ArgumentError, NetworkError, StateError } from 'itchat'
import type { Sandbox } from 'itchat/sandbox'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Batch } from '../../src/transport/batch.js'
import { web } from '../../src/transports/web/index.js'
import { systemClock } from '../../src/util/clock.js'
import { sandboxFor } from '../support/bot.js'
import { failureOf } from '../support/gate.js'

function transportFor(sandbox: { url: string }) {
  const transport = web({ baseUrl: sandbox.url })({ clock: systemClock, mayAct() {}, saveSoon() {} })
  onTestFinished(() => transport.close())
  return transport
}

/** A saved session and the transport that started it. */
async function saved(sandbox: Sandbox) {
  const transport = transportFor(sandbox)
  const code = (await transport.login.requestCode()) ?? ''
  let status = ''
  while (status !== 'confirmed') status = (await transport.login.poll(code)).status
  await transport.login.start()
  return { transport, session: JSON.parse(JSON.stringify(transport.save())) as ReturnType<typeof transport.save> }
}

const onRetry = () => {}
const contentsOf = (batch: Batch) => batch.messages.map(({ sent }) => sent.Content)

describe('a login', () => {
  test('reports neutral status names in addition to the protocol codes', async () => {
    const sandbox = await sandboxFor({ autoLogin: false })
    const { login } = transportFor(sandbox)
    const code = (await login.requestCode()) ?? ''
    expect(login.qrContent(code)).toBe(`${sandbox.url}/l/${code}`)
    sandbox.phone.scan()
    expect(await login.poll(code)).toMatchObject({
      status: 'scanned',
      code: '201',
      avatar: expect.stringMatching(/^data:/),
    })
    sandbox.phone.confirm()
    expect(await login.poll(code)).toEqual({ status: 'confirmed', code: '200', avatar: undefined })
    expect(await login.poll('unknown')).toMatchObject({ status: 'expired', code: '400' })
  })

  test('has no identity and nothing to save before it is started', async () => {
    const transport = transportFor(await sandboxFor())
    expect(transport.identity).toBeUndefined()
    expect(() => transport.save()).toThrow(StateError)
  })
})

describe('a saved session', () => {
  test('is not resumed while the server is unreachable', async () => {
    const sandbox = await sandboxFor()
    const { session } = await saved(sandbox)
    await sandbox.close()
    const transport = transportFor(sandbox)
    expect(await failureOf(transport.resume(session, { onRetry }))).toBeInstanceOf(NetworkError)
    expect(transport.hasSession).toBe(false)
  })

  test('has the same identity as its transport, without the sid', async () => {
    const { transport, session } = await saved(await sandboxFor())
    const hash = createHash('sha256').update(String(session.sid)).digest('hex')
    expect(transport.identify(session)).toEqual({ account: session.uin, session: hash.slice(0, 16) })
    expect(transport.identity).toEqual(transport.identify(session))
    transport.markOver()
    expect([transport.hasSession, transport.identity]).toEqual([false, transport.identify(session)])
  })

  test.each([undefined, null, 7, 'x', [], {}])('that is %j is rejected with ArgumentError', async (session) => {
    const transport = transportFor({ url: 'http://127.0.0.1:9' })
    expect(() => transport.identify(session)).toThrow(ArgumentError)
    expect(await failureOf(transport.resume(session, { onRetry }))).toBeInstanceOf(ArgumentError)
  })

  test('redelivers new messages until they are acknowledged', async () => {
    const sandbox = await sandboxFor()
    const { session } = await saved(sandbox)
    sandbox.friend('小满').say('1')
    for (const _ of [1, 2]) {
      const delivery = await transportFor(sandbox).resume(session, { onRetry })
      expect(delivery && contentsOf(delivery.batch)).toContain('1')
      delivery?.reject(new Error('full'))
    }
    const transport = transportFor(sandbox)
    const delivery = await transport.resume(session, { onRetry })
    expect(transport.save().syncKey).toEqual(session.syncKey)
    expect([delivery?.acknowledge(), delivery?.acknowledge()]).toEqual([true, false])
    const next = await transportFor(sandbox).resume(transport.save(), { onRetry })
    expect(next && contentsOf(next.batch)).not.toContain('1')
  })

  test('is resumed at the given cursor; an unreadable cursor is ignored', async () => {
    const sandbox = await sandboxFor()
    const { session } = await saved(sandbox)
    sandbox.friend('小满').say('1')
    const { cursor } = (await transportFor(sandbox).resume(session, { onRetry }))?.batch ?? {}
    sandbox.friend('小满').say('2')
    const resumedAt = async (cursor?: string) => {
      const delivery = await transportFor(sandbox).resume(session, { cursor, onRetry })
      return delivery && contentsOf(delivery.batch).filter((content) => content === '1' || content === '2')
    }
    expect(await resumedAt(cursor)).toEqual(['2'])
    for (const broken of [undefined, '', '{', '{}', 'null', '{"syncKey":{"Count":1,"List":[]},"syncCheckKey":{}}']) {
      expect(await resumedAt(broken)).toEqual(['1', '2'])
    }
  })

  test('that has ended makes resume() resolve to undefined, and does not become the session of the transport', async () => {
    const sandbox = await sandboxFor()
    const { session } = await saved(sandbox)
    sandbox.expireSession(1101)
    const transport = transportFor(sandbox)
    expect(await transport.resume(session, { onRetry })).toBeUndefined()
    expect([transport.hasSession, transport.identity]).toEqual([false, undefined])
  })
})
