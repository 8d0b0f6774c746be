import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { sandboxFor } from '../support/bot.js'
import { emptyFolder, loggedInFolder } from './command.js'
import { Program } from './program.js'

const MAIN = join(import.meta.dirname, '../../dist/cli/main.js')
const WORLD = { friends: ['林小满'] }

describe('itchat login', () => {
  test('shows QR codes in the terminal and in a file, logs in, and says where the login is kept', async () => {
    const sandbox = await sandboxFor({ world: WORLD, autoLogin: false })
    const { cwd, env, run } = emptyFolder(sandbox)
    const program = new Program(process.execPath, [MAIN, 'login', '--png', 'qr.png', '--state', 'me.json'], {
      cwd,
      env,
    })
    await program.shows(/▄[\s\S]*No phone needed/)
    expect(existsSync(join(cwd, 'qr.png'))).toBe(true)
    sandbox.phone.expire()
    await program.shows(/QR code was replaced[\s\S]*▄[\s\S]*No phone needed/)
    sandbox.phone.scan()
    await program.shows(/✓ Scanned/)
    sandbox.phone.confirm()
    expect(await program.exited).toBe(0)
    expect(program.text).toMatch(/✓ Logged in {3}.* {3}1 friend · 0 groups · 0 official accounts\n/)
    expect(program.text).toMatch(/The login is saved in .*me\.json\n! anyone who has this file can act as you/)
    expect(existsSync(join(cwd, 'qr.png'))).toBe(false)
    if (process.platform !== 'win32') expect(statSync(join(cwd, 'me.json')).mode & 0o777).toBe(0o600)
    const again = await run(['login', '--state', 'me.json', '--lang', 'zh'])
    expect({ code: again.code, stdout: again.stdout }).toEqual({ code: 0, stdout: '' })
    expect(again.stderr).toMatch(/^✓ 登录仍然有效 /)
  })

  test.each([
    ['en', /^WeChat refused this login \(1203\)\. /m],
    ['zh', /^微信拒绝了这次登录 \(1203\)。/m],
  ])('explains a refused login (%s)', async (language, message) => {
    const sandbox = await sandboxFor({ world: WORLD, loginRefusal: { when: 'always' } })
    const { code, stderr } = await emptyFolder(sandbox).run(['login', '--lang', language])
    expect(code).toBe(1)
    expect(stderr).toMatch(message)
    expect(stderr).not.toMatch(/^ +at /m)
  })

  test.each([
    ['en', /^notes\.txt is not a saved login, and was left unchanged\. Choose another file with --state\./],
    ['zh', /^notes\.txt 不是登录状态文件，没有改动。请用 --state 指定另一个文件。/],
  ])('leaves a file of another program unchanged, like every command (%s)', async (language, message) => {
    const { cwd, run } = emptyFolder(await sandboxFor({ world: WORLD }))
    writeFileSync(join(cwd, 'notes.txt'), 'remember the milk')
    for (const command of [['login'], ['logout'], ['contacts'], ['send', 'me', 'x'], ['listen']]) {
      const { code, stderr } = await run([...command, '--state', 'notes.txt', '--lang', language])
      expect({ command, code, stderr }).toEqual({ command, code: 1, stderr: expect.stringMatching(message) })
    }
    expect(readdirSync(cwd)).toEqual(['notes.txt'])
    expect(readFileSync(join(cwd, 'notes.txt'), 'utf8')).toBe('remember the milk')
  })

  test('says in Chinese that damaged files have been kept', async () => {
    const { run, state } = await loggedInFolder(await sandboxFor({ world: WORLD }))
    const damage = (path: string) =>
      writeFileSync(path, readFileSync(path, 'utf8').replace('"sha256":"', '"sha256":"0'))
    damage(state)
    damage(`${state}.identities`)
    writeFileSync(`${state}.journal`, 'not a record\n')
    const { code, stderr } = await run(['login', '--lang', 'zh'])
    expect(code).toBe(0)
    for (const what of ['保存的登录状态', '联系人身份的记录', '消息日志']) {
      expect(stderr).toMatch(new RegExp(`^! ${what}无法使用，原内容保留在 .*itchat\\.json\\S*。$`, 'm'))
    }
    expect(stderr).not.toContain('unusable')
  })

  test('says in Chinese that the saved login is tried again', async () => {
    const sandbox = await sandboxFor({ world: WORLD })
    const { cwd, env } = await loggedInFolder(sandbox)
    const fault = sandbox.faults.add({ kind: 'drop', count: Number.POSITIVE_INFINITY })
    const program = new Program(process.execPath, [MAIN, 'login', '--lang', 'zh'], { cwd, env })
    await program.shows(/^! 与服务器通信失败，1 秒后重试。$/m)
    fault.remove()
    expect(await program.exited).toBe(0)
    expect(program.text).not.toContain('NetworkError')
  })

  test('does not write the QR code over a file', async () => {
    const { cwd, run } = emptyFolder(await sandboxFor({ world: WORLD }))
    writeFileSync(join(cwd, 'photo.png'), 'a photo')
    const { code, stderr } = await run(['login', '--png', 'photo.png'])
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(/^photo\.png already exists, and was left/),
    })
    expect(readdirSync(cwd)).toEqual(['photo.png'])
  })

  test('asks in the terminal for the code that the phone shows', async () => {
    const sandbox = await sandboxFor({ ilink: true, autoLogin: false })
    const code = sandbox.clawbot.requireVerifyCode()
    const { run } = emptyFolder(sandbox)
    const result = run(['login', '--transport', 'ilink'], { input: `${code}\n`, isTerminal: true })
    await sandbox.clawbot.waiting()
    sandbox.clawbot.scan()
    await vi.waitUntil(() => sandbox.clawbot.login.state === 'scanned', { timeout: 15_000, interval: 5 })
    sandbox.clawbot.confirm()
    expect(await result).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/Enter the code that your phone shows\nCode: [\s\S]*✓ Logged in/),
    })
  })

  test('ends with code 130 when Ctrl-C is pressed while the QR code is shown', async () => {
    const sandbox = await sandboxFor({ world: WORLD, autoLogin: false })
    const { cwd, env } = emptyFolder(sandbox)
    const program = new Program(process.execPath, [MAIN, 'login'], { cwd, env })
    await program.shows(/No phone needed/)
    program.interrupt()
    expect(await program.exited).toBe(130)
    expect(program.text).toMatch(/\nStopping …\n$/)
  })
})

describe('itchat logout', () => {
  test('ends the session on the server and removes the saved login, but not the known contacts', async () => {
    const sandbox = await sandboxFor({ world: WORLD })
    const { run, cwd } = await loggedInFolder(sandbox)
    expect(await run(['logout'])).toEqual({
      code: 0,
      stdout: '',
      stderr: '✓ Logged out   removed itchat.json\n',
    })
    expect(sandbox.phone.login.state).toBe('loggedOut')
    expect(readdirSync(cwd)).toContain('itchat.json.identities')
    expect(readdirSync(cwd)).not.toContain('itchat.json')
    expect((await run(['logout', '--lang', 'zh'])).stderr).toMatch(/^尚未登录/)
  })

  test('removes a saved login that has expired', async () => {
    const sandbox = await sandboxFor({ world: WORLD })
    const { run, state } = await loggedInFolder(sandbox)
    sandbox.phone.logoutWeb()
    const { code, stderr } = await run(['logout'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '✓ The login had already expired   removed itchat.json\n' })
    expect(existsSync(state)).toBe(false)
  })

  test('keeps a saved login that the options do not fit', async () => {
    const sandbox = await sandboxFor({ world: WORLD })
    const { run, state } = await loggedInFolder(sandbox)
    const stored = readFileSync(state, 'utf8')
    const failures = [
      await run(['logout', '--transport', 'ilink']),
      await run(['logout'], { env: { ITCHAT_BASE_URL: 'http://127.0.0.1:1' } }),
    ]
    for (const { code, stderr } of failures) {
      expect({ code, stderr }).toEqual({
        code: 1,
        stderr: expect.stringMatching(
          /^The login in itchat\.json (cannot be used|is for the server) .*left unchanged[:.].*\n$/,
        ),
      })
    }
    expect(readFileSync(state, 'utf8')).toBe(stored)
    expect(sandbox.phone.login.state).toBe('online')
  })
})
