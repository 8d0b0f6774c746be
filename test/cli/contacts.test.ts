import { spawn } from 'node:child_process'
import { closeSync, existsSync, openSync } from 'node:fs'
import { join } from 'node:path'
import type { PersonSpec } from 'itchat/sandbox'
import stringWidth from 'string-width'
import { describe, expect, onTestFinished, test } from 'vitest'
import { sandboxFor } from '../support/bot.js'
import { needsBuild } from '../support/needs-build.js'
import { emptyFolder, jsonLines, loggedInFolder } from './command.js'

const MAIN = join(import.meta.dirname, '../../dist/cli/main.js')

async function scene(friends: PersonSpec[] = []) {
  const sandbox = await sandboxFor({
    world: {
      friends: [{ name: '林小满', remark: '小满', alias: 'xiaoman', city: '杭州' }, { name: 'Anna' }, ...friends],
      groups: [{ topic: '爬山', members: ['林小满', { name: 'Bob', displayName: 'Bob, "B"' }] }],
      officials: ['沙丘日报'],
    },
  })
  return loggedInFolder(sandbox)
}

describe('itchat contacts', () => {
  test('prints an aligned table for people, with the counts on standard error', async () => {
    const { run } = await scene()
    expect(await run(['contacts'])).toEqual({
      code: 0,
      stdout: [
        'Name      Remark  WeChat id  Place / size  Kind',
        '林小满    小满    xiaoman    杭州          friend',
        'Anna                                       friend',
        '爬山                         3 members     group',
        '沙丘日报                                   official',
        '',
      ].join('\n'),
      stderr: '2 friends · 1 group · 1 official account\n',
    })
  })

  test('prints the matching contacts as JSON', async () => {
    const { run } = await scene()
    const namesOf = async (...args: string[]) =>
      jsonLines((await run(['contacts', ...args, '--json'])).stdout).map(({ name }) => name)
    expect(await namesOf('friends')).toEqual(['林小满', 'Anna'])
    expect(await namesOf('--search', 'xiao')).toEqual(['林小满'])
    expect(await namesOf('groups', '--search', 'ps')).toEqual(['爬山'])
    expect(await namesOf('mps', '--search', 'ps')).toEqual([])
  })

  test('JSON contains the documented fields', async () => {
    const { run } = await scene()
    const [friend, , group] = jsonLines((await run(['contacts', '--json'])).stdout)
    const id = expect.stringMatching(/^[0-9a-f]{16}$/)
    const empty = { remark: '', alias: '', province: '', city: '', signature: '' }
    expect(friend).toEqual({
      ...empty,
      id,
      kind: 'friend',
      name: '林小满',
      remark: '小满',
      alias: 'xiaoman',
      city: '杭州',
    })
    expect(group).toEqual({ ...empty, id, kind: 'group', name: '爬山', memberCount: 3, isOwner: expect.any(Boolean) })
  })

  test('CSV quotes values, and a name cannot become a formula', async () => {
    const { run } = await scene([{ name: '=HYPERLINK("http://a","b")' }, { name: '+1,2' }])
    const { stdout } = await run(['contacts', 'friends', '--csv'])
    const lines = stdout.split('\r\n')
    expect(lines[0]).toBe('\ufeffid,kind,name,remark,alias,province,city,signature,memberCount,isOwner')
    const cells = lines.map((line) => line.replace(/^[0-9a-f]{16},/, ''))
    expect(cells).toContain('friend,"\'=HYPERLINK(""http://a"",""b"")",,,,,,,')
    expect(cells).toContain('friend,"\'+1,2",,,,,,,')
  })

  test('CSV contains no control characters, and no formula in full width or after a line break', async () => {
    const { run } = await scene([{ name: '\x1b[31mred\0' }, { name: '＝1+1' }, { name: '\n=1+1' }])
    const { stdout } = await run(['contacts', 'friends', '--csv'])
    for (const cell of [',�[31mred�,', ",'＝1+1,", ',"\'\n=1+1",']) expect(stdout).toContain(cell)
  })

  test('JSON escapes what acts on a terminal, and keeps its value', async () => {
    const name = '\x9b31m\u202e\u2028\u061cx'
    const { run } = await scene([{ name }])
    const { stdout } = await run(['contacts', 'friends', '--json'])
    expect(stdout).toContain('"\\u009b31m\\u202e\\u2028\\u061cx"')
    expect(jsonLines(stdout).map((contact) => contact.name)).toContain(name)
  })

  test('a long name is complete in a pipe, and does not move the columns of the others', async () => {
    const { run } = await scene([{ name: '长'.repeat(1000) }])
    const lines = (await run(['contacts', 'friends'])).stdout.split('\n')
    expect(lines.find((line) => line.startsWith('Anna'))).toMatch(/^Anna {38,80}friend$/)
    expect(lines.some((line) => line.startsWith('长'.repeat(1000)))).toBe(true)
  })

  test('says in Chinese that no contact matches', async () => {
    const { run } = await scene()
    expect(await run(['contacts', '--search', 'stranger', '--lang', 'zh'])).toEqual({
      code: 0,
      stdout: '',
      stderr: '没有符合条件的联系人\n',
    })
  })

  test.each([
    [['contacts', 'people'], /Allowed choices are friends, groups, mps/],
    [['contacts', 'people', '--lang', 'zh'], /^参数 kind 的值 people 无效：可用的值为 friends, groups, mps\n$/],
    [['--transport', 'ilink', 'contacts'], /^error: unknown option '--transport'/],
    ...['login', 'logout', 'contacts', 'listen', 'doctor'].map((name): [string[], RegExp] => [
      [name, '--state', ''],
      /'--state <file>' argument '' is invalid\. Expected the path/,
    ]),
    [['contacts', '--report', ' '], /Expected the path of a file/],
    [['login', '--png', ''], /Expected the path of a file/],
    [['send', 'me', '--file', '', '--lang', 'zh'], /^选项 --file <path> 的值 {2}无效：需要文件的路径。\n$/],
    [['contacts', '--json', '--csv'], /'--csv' cannot be used with option '--json'/],
    [['contacts', '--serch', 'x'], /\(Did you mean --search\?\)/],
    [['nothing', '--help'], /^error: unknown command 'nothing'/],
    [['help', 'contcts'], /^error: unknown command 'contcts'\n\(Did you mean contacts\?\)/],
    [['group'], /members \[options\] <topic>/],
    [['group', 'membrs', 'x'], /\(Did you mean members\?\)/],
    [['group', 'members'], /missing required argument 'topic'/],
  ])('%j exits with 2', async (args, message) => {
    const { run } = emptyFolder({ url: 'http://127.0.0.1:1' })
    const { code, stderr } = await run(args)
    expect(code).toBe(2)
    expect(stderr).toMatch(message)
  })
})

describe('the help', () => {
  test.each([
    [
      'zh',
      'send',
      /^ {2}itchat send xiaoman "你好" {13}发送文字\n {2}itchat send xiaoman --file report\.pdf {2}发送文件/m,
    ],
    ['zh', 'contacts', /^ {2}kind +只列出好友、群或公众号（可选：friends、groups、mps）\n/m],
    [
      'en',
      'contacts',
      /^ {2}kind +list only friends, groups or official accounts \(one of:\n {22}friends, groups, mps\)\n/m,
    ],
  ])('is in one language and aligned (%s, %s)', async (language, command, line) => {
    const { run } = emptyFolder({ url: 'http://127.0.0.1:1' })
    const { code, stdout } = await run([command, '--help', '--lang', language])
    expect(code).toBe(0)
    expect(stdout).toMatch(line)
    for (const shown of stdout.split('\n')) expect(stringWidth(shown)).toBeLessThanOrEqual(80)
  })

  test('is wrapped beside the options on a narrow terminal', async () => {
    const { run } = emptyFolder({ url: 'http://127.0.0.1:1' })
    const { isTTY, columns } = process.stdout
    Object.assign(process.stdout, { isTTY: true, columns: 44 })
    try {
      const { stdout } = await run(['logout', '--help', '--lang', 'zh'])
      expect(stdout).toMatch(/^ {2}--state <file> {6}登录状态文件（默认\n {22}itchat\.json）$/m)
    } finally {
      Object.assign(process.stdout, { isTTY, columns })
    }
  })
})

describe('a command whose output cannot be written', () => {
  /** Runs the built command, and resolves to its exit code and what it wrote to pipes. */
  async function spawned(args: readonly string[], stdout: 'pipe' | number, closed?: 'stdout' | 'stderr') {
    needsBuild()
    const { cwd, env } = await scene()
    const child = spawn(process.execPath, [MAIN, ...args], {
      cwd,
      env: { ...process.env, ITCHAT_LANG: 'en', ...env },
      stdio: ['ignore', stdout, 'pipe'],
    })
    const result = { stdout: '', stderr: '' }
    for (const name of ['stdout', 'stderr'] as const) {
      if (name === closed) child[name]?.destroy()
      child[name]?.setEncoding('utf8').on('data', (text: string) => {
        result[name] += text
      })
    }
    const code = await new Promise((resolve) => child.on('close', resolve))
    return { code, ...result }
  }

  test('ends quietly if the reader has gone', async () => {
    const result = await spawned(['contacts', '--json'], 'pipe', 'stdout')
    expect(result).toEqual({ code: 0, stdout: '', stderr: '' })
  })

  test.skipIf(!existsSync('/dev/full'))('explains in one line that the disk is full (a device of Linux)', async () => {
    const full = openSync('/dev/full', 'w')
    onTestFinished(() => closeSync(full))
    const { code, stderr } = await spawned(['contacts', '--json'], full)
    expect({ code, stderr }).toEqual({ code: 1, stderr: 'Standard output could not be written (ENOSPC).\n' })
  })

  test('continues without a reader of standard error', async () => {
    const { code, stdout } = await spawned(['send', 'me', 'hello', '--json'], 'pipe', 'stderr')
    expect(code).toBe(0)
    expect(jsonLines(stdout)).toEqual([expect.objectContaining({ sent: [expect.objectContaining({ kind: 'text' })] })])
  })
})

describe('itchat group members', () => {
  test('prints the members of the group with this name', async () => {
    const { run } = await scene()
    const { stdout, stderr } = await run(['group', 'members', 'pashan'])
    expect(stdout.split('\n')[0]).toMatch(/^Name +Name in group +Remark +Role$/)
    expect(stdout).toMatch(/^林小满 +小满 +friend$/m)
    expect(stderr).toBe('爬山 · 3 members\n')
  })

  test('prints JSON and CSV', async () => {
    const { run } = await scene()
    const members = jsonLines((await run(['group', 'members', '爬山', '--json'])).stdout)
    expect(members).toHaveLength(3)
    expect(members).toContainEqual({
      id: '',
      name: 'Bob',
      displayName: 'Bob, "B"',
      remark: '',
      isOwner: expect.any(Boolean),
      isFriend: false,
      isSelf: false,
    })
    const { stdout } = await run(['group', 'members', '爬山', '--csv'])
    expect(stdout).toMatch(/^,Bob,"Bob, ""B""",,false,false,false\r$/m)
  })

  test('finds only groups', async () => {
    const { run } = await scene()
    const { code, stderr } = await run(['group', 'members', '林小满', '--lang', 'zh'])
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(/^没有名叫“林小满”的群/) })
  })
})
