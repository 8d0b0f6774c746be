import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import manifest from '../../package.json' with { type: 'json' }
import { needsBuild } from '../support/needs-build.js'
import { phoneOf } from './phone.js'
import { Program } from './program.js'

const ROOT = join(import.meta.dirname, '../..')
const isWindows = process.platform === 'win32'

/** Returns the commands in the "Your first bot" section of a README, and the first TypeScript program in the README. */
function commandsIn(readme: string) {
  const text = readFileSync(join(ROOT, readme), 'utf8')
  const [, section = ''] = /\n## (?:Your first bot|第一个机器人)\n([\s\S]*?)\n## /.exec(text) ?? []
  const [setUp = '', sandbox = ''] = [...section.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block]) => block?.trim())
  const bots = [...section.matchAll(/^\| .* \| `(.*)` \|$/gm)].map(([, line]) => line ?? '')
  const [, program = ''] = /```ts\n([\s\S]*?)```/.exec(text) ?? []
  return { setUp: setUp.split('\n'), sandbox, bots, program }
}

/** Runs a command as a user would; npm takes packages from its cache if they are there. */
function run(cwd: string, line: string) {
  const env = { ...process.env, npm_config_prefer_offline: 'true', npm_config_audit: 'false', ITCHAT_LANG: 'en' }
  return execFileSync(line, { cwd, shell: true, stdio: 'pipe', encoding: 'utf8', env })
}

const english = commandsIn('README.md')
const chinese = commandsIn('README.zh-CN.md')

/** An empty folder in which the commands for the first bot have been run, with the packed package. */
let folder: string

beforeAll(() => {
  needsBuild()
  folder = mkdtempSync(join(tmpdir(), 'itchat-'))
  run(ROOT, `npm pack --ignore-scripts --pack-destination "${folder}"`)
  for (const line of english.setUp) run(folder, line)
}, 120_000)

test('both READMEs contain the same commands', () => {
  expect(english.setUp).toHaveLength(4)
  expect(english.bots).toHaveLength(3)
  expect({ ...chinese, program: '' }).toEqual({ ...english, program: '' })
})

test('the commands lead from an empty folder to the first reply, in TypeScript and in JavaScript', async () => {
  writeFileSync(join(folder, 'bot.ts'), english.program)
  writeFileSync(join(folder, 'bot.js'), chinese.program)

  const sandbox = new Program(english.sandbox, [], { cwd: folder, shell: true, env: { PORT: '0' } })
  const [url] = await sandbox.shows(/http:\/\/127\.0\.0\.1:\d+/)
  const phone = phoneOf(url)
  const [posix = '', , cmd = ''] = english.bots
  const line = (isWindows ? cmd : posix).replace('http://127.0.0.1:8078', url)

  const typescriptBot = new Program(line, [], { cwd: folder, shell: true })
  await typescriptBot.shows(/No phone needed/)
  await phone.scan()
  await typescriptBot.shows(/Scanned/)
  await phone.confirm()
  await typescriptBot.shows(/Logged in/)
  await phone.say('林小满', 'hello')
  await sandbox.shows(/I received: hello/)
  await typescriptBot.end()

  const javascriptBot = new Program(line.replace('npx tsx bot.ts', 'node bot.js'), [], { cwd: folder, shell: true })
  await javascriptBot.shows(/Login restored/)
  await phone.say('林小满', '你好')
  await sandbox.shows(/收到：你好/)
}, 120_000)

test('itchat new creates a project that installs, and passes its own test', () => {
  const tarball = `itchat-${manifest.version}.tgz`
  const printed = run(folder, 'npx itchat new my-bot')
  expect(printed).toContain(`uses file:../${tarball}, because`)
  const project = join(folder, 'my-bot')
  run(project, 'npm install')
  expect(run(project, 'npm test')).toMatch(/Tests .*3 passed/)
}, 120_000)
