import { mkdtempSync, readFileSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import itchat, { ArgumentError, FileError, Itchat, instanceList, newInstance, StateError, TEXT } from 'itchat'
import compat from 'itchat/compat'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { botFor, recordingLogger, sandboxFor } from '../support/bot.js'

describe('instances', () => {
  test('are listed with the default one first, until they are closed', async () => {
    const second = newInstance()
    const third = itchat.newInstance()
    expect(itchat.instanceList).toEqual([itchat, second, third])
    await second.close()
    expect(itchat.instanceList).toEqual([itchat, third])
    expect(instanceList).toBe(itchat.instanceList)
    await third.close()
    expect(new itchat.Core()).toBeInstanceOf(Itchat)
    expect(itchat.instanceList).toEqual([itchat])
  })

  test('are listed in a single array, from which close() removes them', async () => {
    const list = itchat.instanceList
    const second = newInstance()
    expect(list).toContain(second)
    expect(itchat.instanceList).toBe(list)
    await second.close()
    expect(list).toHaveLength(1)
    expect(list).toEqual([itchat])
  })

  test('can be closed in a loop over the list', async () => {
    const [one, two, three, four] = [newInstance(), newInstance(), newInstance(), newInstance()]
    const closed: Itchat[] = []
    await Promise.all(
      instanceList.map(async (instance) => {
        if (instance === one || instance === two) {
          closed.push(instance)
          await instance.close()
        }
      }),
    )
    for (const instance of instanceList) {
      if (instance === itchat) continue
      closed.push(instance)
      await instance.close()
    }
    expect(closed).toEqual([one, two, three, four])
    expect(instanceList).toEqual([itchat])
  })

  test('for two accounts share no state', async () => {
    const sandboxes = await Promise.all([sandboxFor(), sandboxFor({ world: { owner: '阿宁', friends: ['小满'] } })])
    const [one, two] = sandboxes.map(({ url }) => {
      const bot = compat.new_instance({ baseUrl: url, logger: recordingLogger().logger })
      onTestFinished(() => bot.close())
      return bot
    })
    if (!one || !two) throw new Error('no instances')
    one.msg_register(TEXT, () => 'from one')
    two.msg_register(TEXT)(() => 'from two')
    await Promise.all([one.login(), two.login()])
    void one.run()
    void two.run()
    for (const sandbox of sandboxes) sandbox.friend('小满').say('who?')
    const answers = await Promise.all(sandboxes.map((sandbox) => sandbox.friend('小满').nextMessage()))
    expect(answers.map(({ text }) => text)).toEqual(['from one', 'from two'])
    expect(two.search_friends().NickName).toBe('阿宁')
    expect(two.memberList).toHaveLength(2)
    expect(one.memberList.length).toBeGreaterThan(2)
    await one.logout()
    expect([one.state, two.state]).toEqual(['loggedOut', 'online'])
    expect(itchat.state).toBe('offline')
  })
})

describe('setLogging()', () => {
  test('merges its options with earlier ones, separately for each instance', async () => {
    const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
    onTestFinished(() => stderr.mockRestore())
    const path = join(mkdtempSync(join(tmpdir(), 'itchat-')), 'itchat.log')
    const sandbox = await sandboxFor()
    const [bot, other] = [new Itchat({ baseUrl: sandbox.url }), new Itchat({ baseUrl: sandbox.url })]
    onTestFinished(() => bot.close())
    other.setLogging({ loggingLevel: 'silent' })
    bot.setLogging({ loggingFile: path, showOnCmd: false })
    bot.setLogging({ loggingLevel: 10 })
    await bot.login()
    await bot.run({ debug: true, blockThread: false })
    expect(stderr).not.toHaveBeenCalled()
    const lines = readFileSync(path, 'utf8')
    expect(lines).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z info .*陈一舟/m)
    expect(lines).not.toContain('\x1b')
    if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o600)
    bot.setLogging({ loggingFile: null, showOnCmd: true })
    await bot.logout()
    expect(readFileSync(path, 'utf8')).toBe(lines)
    expect(stderr).toHaveBeenCalledOnce()
  })

  test('changes nothing when an option is invalid', () => {
    const { lines, logger } = recordingLogger()
    const bot = botFor({ url: 'http://127.0.0.1:9' }, { logger })
    expect(() => bot.setLogging({ showOnCmd: false, loggingLevel: 'loud' as never })).toThrow(ArgumentError)
    expect(() => bot.setLogging({ showOnCmd: false, loggingFile: tmpdir() })).toThrow(FileError)
    expect(() => bot.setLogging({ loggingLevel: 99 })).toThrow('expected one of debug, info, warn, error, silent')
    expect(lines).toEqual([])
  })
})

describe('getMsg()', () => {
  test('returns each new message once, and rejects after startReceiving()', async () => {
    const sandbox = await sandboxFor()
    const bot = botFor(sandbox)
    await expect(bot.getMsg()).rejects.toThrow(StateError)
    const uuid = await bot.getQRuuid()
    while ((await bot.checkLogin(uuid)) !== '200');
    await bot.webInit()
    await bot.getMsg()
    sandbox.friend('小满').say('9007199254740993')
    const [messages, contacts] = await bot.getMsg()
    expect(messages).toMatchObject([{ MsgType: 1, Content: '9007199254740993' }])
    expect(contacts).toEqual([])
    expect(await bot.getMsg()).toEqual([[], []])
    bot.startReceiving()
    await expect(bot.getMsg()).rejects.toThrow('already receiving')
  })
})
