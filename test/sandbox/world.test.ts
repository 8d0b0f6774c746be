import { readFileSync } from 'node:fs'
import { afterAll, describe, expect, onTestFinished, test } from 'vitest'
import { SAYABLE_KINDS } from '../../src/sandbox/control/view.js'
import { ENGLISH_WORLD, SandboxError, type SandboxOptions, startSandbox } from '../../src/sandbox/index.js'
import { botFor } from '../support/bot.js'
import { browser, browserNote } from '../support/browser.js'
import { openPage } from '../support/open-page.js'

afterAll(() => browser?.close())

async function start(options: SandboxOptions = {}) {
  const sandbox = await startSandbox({ port: 0, world: 'en', autoLogin: true, ...options })
  onTestFinished(() => sandbox.close())
  const json = async (path: string, body?: object): Promise<any> => {
    const reply = await sandbox.handle(
      new Request(sandbox.url + path, {
        ...(body
          ? { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
          : {}),
      }),
    )
    return reply.json()
  }
  return { sandbox, json }
}

const CHINESE = /\p{Script=Han}/u

describe('the English world', () => {
  test('has as many people, groups and histories as the Chinese world', async () => {
    const { json } = await start()
    const chinese = await (await start({ world: 'zh' })).json('/api/state')
    const english = await json('/api/state')
    const shape = (state: any) => ({
      people: state.people.length,
      chats: state.chats.map((chat: any) => [chat.kind, chat.members?.length, chat.pinned, chat.muted, !!chat.last]),
    })
    expect(shape(english)).toEqual(shape(chinese))
  })

  test('is in English, except for one friend with a Chinese name', async () => {
    const { json } = await start()
    const { people, chats } = await json('/api/state')
    const names = [...people, ...chats].flatMap(({ name, remark = '', alias = '' }) => [name, remark, alias])
    expect(new Set(names.filter((name) => CHINESE.test(name)))).toEqual(new Set(['李薇 Vivian']))
    const histories = await Promise.all(
      chats
        .filter((chat: any) => chat.name !== '李薇 Vivian')
        .map((chat: any) => json(`/api/chats/${encodeURIComponent(chat.id)}/messages`)),
    )
    expect(histories.flat().length).toBeGreaterThan(10)
    expect(JSON.stringify(histories)).not.toMatch(CHINESE)
  })

  test('has samples in English', async () => {
    const { json } = await start()
    const id = ENGLISH_WORLD.friends?.map((friend) => (typeof friend === 'string' ? friend : friend.id))[0]
    for (const kind of SAYABLE_KINDS.filter((name) => name !== 'text')) {
      const { sees: _, ...message } = await json(`/api/chats/${id}/messages`, { speaker: id, kind })
      expect(message).toMatchObject({ kind })
      expect(JSON.stringify(message)).not.toMatch(CHINESE)
    }
  })

  test('has notices in English that the client understands', async () => {
    const { sandbox } = await start()
    const bot = botFor(sandbox)
    const notes: unknown[] = []
    const recalled = new Promise<void>((resolve) => {
      bot.msgRegister('Note', { isFriendChat: true, isGroupChat: true }, (msg) => {
        notes.push(msg.note)
        if (msg.note.kind === 'recall') resolve()
      })
    })
    await bot.login()
    const running = bot.run()
    const group = sandbox.group('Weekend hikers ⛰️')
    group.rename('Sunday hikers', 'Alex Carter')
    group.rename('Monday hikers', 'Maya')
    group.add('Nora Fields', 'Alex Carter')
    group.add('Daisy 🌻', 'Maya')
    group.remove('Nora Fields', 'Tom Whitaker')
    group.remove('Alex Carter', 'Tom Whitaker')
    sandbox.friend('Maya').say('oops').recall()
    await recalled
    await bot.close()
    await running
    expect(notes).toMatchObject([
      { kind: 'topicChanged', by: '', topic: 'Sunday hikers' },
      { kind: 'topicChanged', by: 'Maya 🌾', topic: 'Monday hikers' },
      { kind: 'memberJoined', inviter: '', members: ['Nora Fields'] },
      { kind: 'memberJoined', inviter: 'Maya 🌾', members: ['Daisy 🌻'] },
      { kind: 'memberRemoved', by: 'Tom, our guide', member: '' },
      { kind: 'recall', text: '"Maya" has recalled a message.' },
    ])
  })

  test('mentions all members with @all', async () => {
    const { sandbox } = await start()
    const group = sandbox.group('Family')
    group.member('Mom').say('dinner at six', { at: 'all' })
    const last = sandbox.events.findLast((event) => event.type === 'message')
    expect(last?.data).toMatchObject({ text: '@all\u2005dinner at six', mentionsOwner: true })
  })

  test.skipIf(!browser)(`opens the page in English, whatever the browser's language${browserNote}`, async () => {
    const { sandbox } = await start()
    const page = await openPage(sandbox.url, { locale: 'zh-CN' })
    await page.getByRole('main').waitFor()
    expect(await page.evaluate('document.documentElement.lang')).toBe('en')
    const chinese = await openPage((await start({ world: 'zh' })).sandbox.url, { locale: 'zh-CN' })
    await chinese.getByRole('main').waitFor()
    expect(await chinese.evaluate('document.documentElement.lang')).toBe('zh-CN')
  })
})

test('an unknown world is refused', async () => {
  const world: any = 'fr'
  await expect(startSandbox({ port: 0, world })).rejects.toThrow(SandboxError)
  await expect(startSandbox({ port: 0, world })).rejects.toThrow("Invalid world \"fr\": expected 'zh', 'en'")
})

test('the page that is built has the language that the sandbox replaces', () => {
  expect(readFileSync(new URL('../../src/phone/index.html', import.meta.url), 'utf8')).toContain('<html lang="zh-CN"')
})
