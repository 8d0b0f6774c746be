import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import manifest from '../../package.json' with { type: 'json' }
import { dependencyOn, manifestOf } from '../../src/cli/new-manifest.js'
import { runCommand } from './command.js'

const folder = () => mkdtempSync(join(tmpdir(), 'itchat-'))

async function itchatNew(cwd: string, ...args: string[]) {
  const { code, stdout, stderr } = await runCommand(['new', ...args], { cwd, env: { ITCHAT_LANG: 'en' } })
  return { code, text: stdout + stderr }
}

const FILES = ['.gitignore', 'README.md', 'bot.test.ts', 'bot.ts', 'handlers.ts', 'package.json', 'tsconfig.json']

describe('itchat new', () => {
  test('creates the folder with a project, and prints the next steps', async () => {
    const cwd = folder()
    const { code, text } = await itchatNew(cwd, 'bots/my bot')
    expect(code).toBe(0)
    expect(readdirSync(join(cwd, 'bots/my bot')).sort()).toEqual(FILES)
    expect(text).toMatch(
      /Created my bot\n[\s\S]*cd ["']bots\/my bot["']\n +npm install .*\n +npm test .*\n +npm run sandbox .*\n/,
    )
    expect(text).toMatch(/second terminal.*\n +\S*ITCHAT_BASE_URL.*http:\/\/127\.0\.0\.1:8078\b.* npm start\n$/)
  })

  test.skipIf(process.platform === 'win32').each([
    ["it's $(echo x) `y`", "cd 'it'\\''s $(echo x) `y`'"],
    ['-bot', 'cd ./-bot'],
  ])('prints a command that a shell reads as the folder %s', async (dir, command) => {
    const cwd = folder()
    const { text } = await itchatNew(cwd, '--', dir)
    expect(text).toContain(`   ${command}\n`)
    expect(execFileSync('sh', ['-c', `${command} && ls package.json`], { cwd, encoding: 'utf8' })).toBe(
      'package.json\n',
    )
  })

  test('writes the README in the language of --lang', async () => {
    const cwd = folder()
    await itchatNew(cwd, 'bot', '--lang', 'zh')
    expect(readdirSync(join(cwd, 'bot')).sort()).toEqual(FILES)
    expect(readFileSync(join(cwd, 'bot/README.md'), 'utf8')).toMatch(/^# 微信机器人\n/)
  })

  test('uses a folder that contains nothing but a repository', async () => {
    const cwd = folder()
    mkdirSync(join(cwd, '.git'))
    const { code, text } = await itchatNew(cwd, '.')
    expect(code).toBe(0)
    expect(text).not.toContain('cd ')
    expect(existsSync(join(cwd, 'bot.ts'))).toBe(true)
  })

  test('refuses a folder with files, and leaves it as it is', async () => {
    const cwd = folder()
    writeFileSync(join(cwd, 'notes.txt'), 'mine')
    const { code, text } = await itchatNew(cwd, '.')
    expect(code).toBe(1)
    expect(text).toMatch(/^\. is not empty\. .*Choose another name.*\n$/)
    expect(readdirSync(cwd)).toEqual(['notes.txt'])
  })

  test.each([
    [['notes.txt'], 1, /^notes\.txt exists, but is not a folder\. .*\n$/],
    [['notes.txt/bot'], 1, /^Could not create the project in notes\.txt\/bot \(E\w+\)\. .*\n$/],
    [[' '], 2, /^The name of the new folder is missing\. .*\n$/],
    [[], 2, /missing required argument 'dir'/],
    [['a', 'b'], 2, /too many arguments/],
  ])('%j: exits with %i and explains it', async (args, expected, message) => {
    const cwd = folder()
    writeFileSync(join(cwd, 'notes.txt'), '')
    const { code, text } = await itchatNew(cwd, ...args)
    expect(code).toBe(expected)
    expect(text).toMatch(message)
  })
})

describe('the package.json of a new project', () => {
  test.each([
    ['my-bot', 'my-bot'],
    ['parent/bot.2', 'bot.2'],
    ['我的机器人', 'wechat-bot'],
    ['My Bot', 'wechat-bot'],
    ['node_modules', 'wechat-bot'],
    ['itchat', 'itchat-bot'],
    ['vitest', 'vitest-bot'],
  ])('in the folder %j has the name %j', (dir, name) => {
    expect(manifestOf(dir, '0.1.0')).toMatchObject({ name, private: true })
  })

  test('has the tools in the versions of this package', () => {
    const { devDependencies } = manifestOf('bot', '0.1.0') as { devDependencies: Record<string, string> }
    expect(Object.keys(devDependencies)).toEqual(['@types/node', 'tsx', 'typescript', 'vitest'])
    expect(manifest.devDependencies).toMatchObject(devDependencies)
  })
})

describe('the dependency of a new project on this package', () => {
  /** A folder in which npm has installed this package, as it records it. */
  function installed(entry: object | undefined) {
    const home = folder()
    mkdirSync(join(home, 'node_modules/itchat'), { recursive: true })
    const record = { packages: entry ? { 'node_modules/itchat': entry } : {} }
    writeFileSync(join(home, 'node_modules/.package-lock.json'), JSON.stringify(record))
    return { home, root: join(home, 'node_modules/itchat') }
  }

  test('is its version if it came from a registry', () => {
    const { home, root } = installed({ version: manifest.version, resolved: 'https://registry.example/itchat.tgz' })
    expect(dependencyOn(root, join(home, 'bot'))).toBe(manifest.version)
  })

  test('is its version if npm records no addresses', () => {
    const { home, root } = installed({ version: manifest.version, integrity: 'sha512-x' })
    expect(dependencyOn(root, join(home, 'bot'))).toBe(manifest.version)
  })

  test('is the file that it was installed from', () => {
    const { home, root } = installed({ resolved: 'file:itchat.tgz' })
    writeFileSync(join(home, 'itchat.tgz'), '')
    expect(dependencyOn(root, join(home, 'bots/a'))).toBe('file:../../itchat.tgz')
  })

  test('is the installed folder if that file has gone', () => {
    const { home, root } = installed({ resolved: 'file:itchat.tgz' })
    expect(dependencyOn(root, join(home, 'bot'))).toBe('file:../node_modules/itchat')
  })

  test('is the folder of a clone', () => {
    const home = folder()
    mkdirSync(join(home, 'clone'))
    expect(dependencyOn(join(home, 'clone'), join(home, 'bot'))).toBe('file:../clone')
  })
})
