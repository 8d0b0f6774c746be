import { mkdtempSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { sandboxFor } from '../../support/bot.js'

test('reports recalled text, media, stickers and links from every kind of conversation to the file helper', async () => {
  const sandbox = await sandboxFor({ floodLimit: false })
  const temporary = mkdtempSync(join(tmpdir(), 'itchat-'))
  vi.stubEnv('ITCHAT_BASE_URL', sandbox.url)
  vi.stubEnv('TMPDIR', temporary)
  vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  onTestFinished(() => {
    vi.unstubAllEnvs()
    vi.restoreAllMocks()
  })
  vi.resetModules()
  const { default: itchat } = await import('itchat')
  const running = import('../../../examples/recipes/anti-recall.js')
  await sandbox.online()

  const helper = sandbox.official('filehelper')
  const friend = sandbox.friend('小满')
  const group = sandbox.group('周末爬山队')

  const recallAndRead = async (message: { recall(): void }) => {
    await sandbox.held('synccheck')
    message.recall()
    return (await helper.nextMessage()).text
  }
  expect(await recallAndRead(friend.say('@fil@/etc/passwd'))).toMatch(/小满 撤回了 Text 消息[\s\S]*@fil@\/etc\/passwd$/)
  expect(await recallAndRead(group.member('马骁').say('谁的错'))).toMatch(
    /老马（周末爬山队 ⛰️） 撤回了 Text 消息[\s\S]*谁的错$/,
  )
  expect(await recallAndRead(sandbox.official('沙丘日报').send({ kind: 'link', title: '头条' }))).toMatch(
    /沙丘日报 撤回了 Sharing 消息[\s\S]*头条\n就是这个链接 ➣ http/,
  )
  expect(await recallAndRead(friend.send({ kind: 'card', id: sandbox.friend('沈青禾').id }))).toMatch(/沈青禾 的名片/)
  expect(await recallAndRead(friend.send({ kind: 'location' }))).toMatch(/撤回了 Map 消息/)

  for (const [kind, type] of [
    ['image', 'Picture'],
    ['sticker', 'Picture'],
    ['voice', 'Recording'],
    ['video', 'Video'],
    ['file', 'Attachment'],
  ] as const) {
    const hostile = kind === 'file' ? { name: '../../escape "x".txt', bytes: Buffer.from('secret') } : {}
    expect(await recallAndRead(friend.send({ kind, ...hostile } as never))).toContain(`撤回了 ${type} 消息`)
    const file = await helper.nextMessage()
    expect(file.kind).toBe('file')
    if (kind === 'file') expect((await file.bytes()).toString()).toBe('secret')
  }
  sandbox.raw({ from: friend.id, MsgType: 10000, Content: '你撤回了一条消息' })
  sandbox.raw({
    from: friend.id,
    MsgType: 10002,
    Content: '<sysmsg type="revokemsg"><revokemsg><msgid>7000000000000009999</msgid></revokemsg></sysmsg>',
  })

  expect(readdirSync(temporary)).toHaveLength(1)
  await itchat.close()
  await running
  expect(readdirSync(temporary)).toEqual([])
  expect(helper.unread).toEqual([])
})

test('Ctrl-C deletes the stored files', async () => {
  const sandbox = await sandboxFor()
  const temporary = mkdtempSync(join(tmpdir(), 'itchat-'))
  vi.stubEnv('ITCHAT_BASE_URL', sandbox.url)
  vi.stubEnv('TMPDIR', temporary)
  vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  onTestFinished(() => {
    vi.unstubAllEnvs()
    vi.restoreAllMocks()
  })
  const before = process.listeners('SIGINT')
  vi.resetModules()
  const { default: itchat } = await import('itchat')
  onTestFinished(() => itchat.close())
  const running = import('../../../examples/recipes/anti-recall.js')
  await sandbox.online()
  const downloaded = new Promise<void>((resolve) => {
    sandbox.on('request', ({ endpoint, status }) => {
      if (endpoint === 'webwxgetmedia' && status !== undefined) resolve()
    })
  })
  sandbox.friend('小满').send({ kind: 'file', name: 'letter.txt', bytes: Buffer.from('secret') })
  await downloaded
  const interrupt = process.listeners('SIGINT').find((listener) => !before.includes(listener))
  expect(readdirSync(temporary)).toHaveLength(1)
  interrupt?.('SIGINT')
  await running
  expect(readdirSync(temporary)).toEqual([])
})
