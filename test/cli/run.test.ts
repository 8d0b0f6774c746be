import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { separateProgramArguments } from '../../src/cli/program-arguments.js'
import { sandboxFor } from '../support/bot.js'
import { needsBuild } from '../support/needs-build.js'
import { runCommand } from './command.js'
import { Program } from './program.js'

const ROOT = join(import.meta.dirname, '../..')
const isWindows = process.platform === 'win32'

/** Creates a folder with these files, in which the packages of this repository can be imported if `packages` is set. */
function folderWith(files: Record<string, string>, packages: readonly string[] = []): string {
  const folder = mkdtempSync(join(tmpdir(), 'itchat-'))
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content)
  for (const name of packages) {
    mkdirSync(join(folder, 'node_modules'), { recursive: true })
    const target = name === 'itchat' ? ROOT : join(ROOT, 'node_modules', name)
    symlinkSync(target, join(folder, 'node_modules', name), 'junction')
  }
  return folder
}

function itchat(args: string[], cwd: string, env: Record<string, string> = {}): Program {
  needsBuild()
  return new Program(process.execPath, [join(ROOT, 'dist/cli/main.js'), ...args], {
    cwd,
    env: { ITCHAT_LANG: 'en', ...env },
  })
}

const SHOW = `console.log(JSON.stringify({ args: process.argv.slice(2), hotReload: process.env.ITCHAT_HOT_RELOAD }))`

describe('itchat run', () => {
  test('runs a JavaScript file with its own arguments and hot reload, and returns its exit code', async () => {
    const folder = folderWith({ 'bot.mjs': `${SHOW}\nprocess.exitCode = 7` })
    const program = itchat(['run', 'bot.mjs', 'a', '--verbose', '--lang', 'fr', '-x'], folder)
    expect(await program.exited).toBe(7)
    expect(JSON.parse(program.text)).toEqual({ args: ['a', '--verbose', '--lang', 'fr', '-x'], hotReload: '1' })
  })

  test('leaves hot reload off if the environment sets it to 0', async () => {
    const program = itchat(['run', 'bot.mjs'], folderWith({ 'bot.mjs': SHOW }), { ITCHAT_HOT_RELOAD: '0' })
    expect(await program.exited).toBe(0)
    expect(JSON.parse(program.text)).toEqual({ args: [], hotReload: '0' })
  })

  test('runs TypeScript, by Node itself or by the tsx of the project', async () => {
    const folder = folderWith({ 'bot.mts': `const text: string = 'typed'\nconsole.log(text)` }, ['tsx'])
    const program = itchat(['run', 'bot.mts'], folder)
    expect(await program.exited).toBe(0)
    expect(program.text).toBe('typed\n')
  })

  test('finds tsx in the working directory if the folder of the file has none', async () => {
    const folder = folderWith({ 'bot.tsx': `const text: string = 'typed'\nconsole.log(text)` })
    const program = itchat(['run', join(folder, 'bot.tsx')], folderWith({}, ['tsx']))
    expect(await program.exited).toBe(0)
    expect(program.text).toBe('typed\n')
  })

  test('explains in one sentence what to install if the file cannot be run', async () => {
    // Node itself never runs this kind.
    const { code, stderr } = await runCommand(['run', 'bot.tsx'], { cwd: folderWith({ 'bot.tsx': '' }) })
    expect(code).toBe(1)
    expect(stderr).toMatch(/^Node [\d.]+ cannot run bot\.tsx by itself\. Run npm install --save-dev tsx, .*\n$/)
  })

  test.each([
    [['run', 'missing.ts'], 1, /^Cannot find the file missing\.ts\. .*\n$/],
    [['run', '.'], 1, /^\. is not a file\. .*\n$/],
    [['run'], 2, /missing required argument 'file'/],
    [['run', '--wach', 'bot.ts'], 2, /Did you mean --watch/],
  ])('%j: exits with %i and explains it', async (args, code, message) => {
    const result = await runCommand(args, { cwd: folderWith({}) })
    expect(result.code).toBe(code)
    expect(result.stderr).toMatch(message)
  })

  test.skipIf(isWindows).each(['SIGINT', 'SIGTERM'] as const)(
    'passes %s to the program, and waits for its end (POSIX signals)',
    async (signal) => {
      const bot = `process.on('${signal}', () => { console.log('ending'); process.exit(3) })
setInterval(() => {}, 1000)
console.log('ready')`
      const program = itchat(['run', 'bot.mjs'], folderWith({ 'bot.mjs': bot }))
      await program.shows(/ready/)
      program.interrupt(signal)
      expect(await program.exited).toBe(3)
      expect(program.text).toContain('ending')
    },
  )

  test.skipIf(isWindows)('exits as shells do after a signal that ended the program (POSIX signals)', async () => {
    const program = itchat(
      ['run', 'bot.mjs'],
      folderWith({ 'bot.mjs': `process.kill(process.pid, 'SIGTERM')\nsetInterval(() => {}, 1000)` }),
    )
    expect(await program.exited).toBe(143)
  })

  describe('an uncaught error of the program', () => {
    const failing = (statement: string) =>
      folderWith({ 'bot.mjs': `import * as itchat from 'itchat'\n${statement}` }, ['itchat'])
    const logIn = `const bot = new itchat.Itchat({ baseUrl: 'http://127.0.0.1:1' })
await bot.autoLogin({ resumeOnly: true, hotReload: true })`

    test('is printed in one line if the library explains it', async () => {
      const program = itchat(['run', 'bot.mjs'], failing(logIn))
      expect(await program.exited).toBe(1)
      expect(program.text).toMatch(/^There is no saved login .*\n$/)
    })

    test('is printed in Chinese, followed by the message of the library', async () => {
      const program = itchat(
        ['--lang', 'zh', 'run', 'bot.mjs'],
        failing(`throw new itchat.FileError('The file x is in use.', { path: 'x' })`),
      )
      expect(await program.exited).toBe(1)
      expect(program.text).toMatch(/^文件 x .*\n {2}The file x is in use\.\n$/)
    })

    test('is printed with its stack trace with --verbose', async () => {
      const program = itchat(['run', '--verbose', 'bot.mjs'], failing(logIn))
      expect(await program.exited).toBe(1)
      expect(program.text).toMatch(/^LoginError: There is no saved login .*\n +at /m)
    })

    test.each([
      ['is not from the library', `throw new TypeError('own')`, /^TypeError: own\n +at .*bot\.mjs:2/m],
      [
        'is an invalid argument',
        `await new itchat.Itchat({ baseUrl: 'x' }).login()`,
        /^ArgumentError: Invalid baseUrl/m,
      ],
    ])('is printed by Node if it %s', async (_, statement, message) => {
      const program = itchat(['run', 'bot.mjs'], failing(statement))
      expect(await program.exited).toBe(1)
      expect(program.text).toMatch(message)
      expect(program.text).toMatch(/^ +at /m)
    })

    test('is left to a program that handles it', async () => {
      const handler = `process.on('uncaughtException', ({ name }) => { console.log('handled', name); process.exit(4) })`
      const program = itchat(['run', 'bot.mjs'], failing(`${handler}\n${logIn}`))
      expect(await program.exited).toBe(4)
      expect(program.text).toBe('handled LoginError\n')
    })
  })

  test('--watch restarts a bot after a change, which continues its login', async () => {
    const sandbox = await sandboxFor()
    const bot = (reply: string) => `import { Itchat, TEXT } from 'itchat'
const bot = new Itchat()
bot.msgRegister(TEXT, () => '${reply}')
await bot.autoLogin()
console.log('ready with ${reply}')
await bot.run()`
    const folder = folderWith({ 'bot.mjs': bot('one') }, ['itchat'])
    const program = itchat(['run', '--watch', 'bot.mjs'], folder, { ITCHAT_BASE_URL: sandbox.url })
    await program.shows(/ready with one/)
    writeFileSync(join(folder, 'bot.mjs'), bot('two'))
    await program.shows(/Login restored[\s\S]*ready with two/)
    sandbox.friend('小满').say('hello')
    expect((await sandbox.friend('小满').nextMessage()).text).toBe('two')
    program.interrupt()
    await program.exited
  })
})

describe('arguments of the program', () => {
  test.each([
    [
      ['run', 'bot.ts'],
      ['run', 'bot.ts', '--'],
    ],
    [
      ['run', 'bot.ts', '--json', 'x'],
      ['run', 'bot.ts', '--', '--json', 'x'],
    ],
    [
      ['--lang', 'zh', 'run', '--watch', 'bot.ts', '--json'],
      ['--lang', 'zh', 'run', '--watch', 'bot.ts', '--', '--json'],
    ],
    [
      ['run', 'bot.ts', '--', '--json'],
      ['run', 'bot.ts', '--', '--json'],
    ],
    [
      ['run', '--help'],
      ['run', '--help'],
    ],
    [
      ['help', 'run'],
      ['help', 'run'],
    ],
    [
      ['send', 'run', 'hello', '--json'],
      ['send', 'run', 'hello', '--json'],
    ],
    [[], []],
  ])('%j are separated: %j', (args, expected) => {
    expect(separateProgramArguments(args)).toEqual(expected)
  })
})
