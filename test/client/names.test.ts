import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import main, * as entry from 'itchat'
import { PICTURE, TEXT } from 'itchat'
import compat, * as compatEntry from 'itchat/compat'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { PYTHON_NAMES } from '../../src/compat/names.js'
import { BaseMessage } from '../../src/message/message.js'

const ROOT = join(import.meta.dirname, '../..')

/** The names used in the tutorials, and their types. */
const NAMES = {
  add_friend: 'function',
  new_instance: 'function',
  add_member_into_chatroom: 'function',
  originInstance: 'object',
  auto_login: 'function',
  returnvalues: 'object',
  check_login: 'function',
  run: 'function',
  components: 'object',
  search_chatrooms: 'function',
  config: 'object',
  search_friends: 'function',
  configured_reply: 'function',
  search_mps: 'function',
  content: 'object',
  send: 'function',
  core: 'object',
  send_file: 'function',
  Core: 'function',
  send_image: 'function',
  create_chatroom: 'function',
  send_msg: 'function',
  delete_member_from_chatroom: 'function',
  send_raw_msg: 'function',
  dump_login_status: 'function',
  send_video: 'function',
  get_chatrooms: 'function',
  set_alias: 'function',
  get_contact: 'function',
  set_chatroom_name: 'function',
  get_friends: 'function',
  set_logging: 'function',
  get_head_img: 'function',
  set_pinned: 'function',
  get_mps: 'function',
  show_mobile_login: 'function',
  get_msg: 'function',
  start_receiving: 'function',
  get_QR: 'function',
  storage: 'object',
  get_QRuuid: 'function',
  update_chatroom: 'function',
  instanceList: 'object',
  update_friend: 'function',
  load_login_status: 'function',
  upload_file: 'function',
  log: 'object',
  utils: 'object',
  login: 'function',
  VERSION: 'string',
  logout: 'function',
  web_init: 'function',
  msg_register: 'function',
} as const

const camelCase = (python: string) => (PYTHON_NAMES as Record<string, string>)[python] ?? python
const property = (object: unknown, name: string) => (object as Record<string, unknown>)[name]

test('the list has 53 names', () => {
  expect(Object.keys(NAMES)).toHaveLength(53)
})

describe.each(Object.entries(NAMES))('%s', (python, kind) => {
  test('is exported under both names with the same value', () => {
    expect(typeof property(main, camelCase(python))).toBe(kind)
    expect(property(compat, python)).toBe(property(main, camelCase(python)))
  })

  test('has one row in the guide', () => {
    const rows = readFileSync(join(ROOT, 'docs/guide/names.md'), 'utf8')
      .split('\n')
      .filter((line) => line.startsWith(`| \`${python}\` |`))
    expect(rows).toHaveLength(1)
    expect(rows[0]).toContain(`| \`${camelCase(python)}\` |`)
  })
})

test('every name in the table exists on compat or compat.utils', () => {
  const missing = Object.keys(PYTHON_NAMES).filter(
    (python) => ![compat, compat.utils].some((object) => python in object),
  )
  expect(missing).toEqual([])
})

test('itchat/compat exports the same default instance', () => {
  expect(compat).toBe(main)
  expect(compatEntry.originInstance).toBe(entry.originInstance)
  expect(compat.originInstance).toBe(main)
  expect(Object.keys(entry).filter((name) => !(name in compatEntry))).toEqual([])
})

test('Python names are not enumerable', () => {
  expect(Object.keys(compat)).not.toContain('auto_login')
  expect(JSON.stringify(Object.keys({ ...compat.utils }))).toBe('["searchDictList"]')
})

test('the modules on the default instance contain the exports of the package', () => {
  expect(main.VERSION).toBe(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).version)
  expect(entry.VERSION).toBe(main.config.VERSION)
  expect(main.content.TEXT).toBe(entry.TEXT)
  expect(main.core.Core).toBe(entry.Itchat)
  expect(main.storage.User).toBe(entry.User)
  expect(main.returnvalues.ServerError).toBe(entry.ServerError)
  expect(compat.log.set_logging).toBe(main.log.setLogging)
  expect(compat.utils.search_dict_list([{ a: 1 }, { a: 2 }], 'a', 2)).toEqual({ a: 2 })
  expect(main.utils.searchDictList([{ a: 1 }], 'a', 3)).toBeUndefined()
})

test('components lists every method of an instance exactly once', () => {
  const sorted = Object.values(main.components).flat() as string[]
  const prototypes = [entry.Itchat.prototype, Object.getPrototypeOf(entry.Itchat.prototype) as object]
  const methods = prototypes
    .flatMap(Object.getOwnPropertyNames)
    .filter((name) => name !== 'constructor' && !(name in PYTHON_NAMES))
  expect(sorted.toSorted()).toEqual(methods.toSorted())
})

test('the types match the table', () => {
  const other: compatEntry.PythonItchat = compat.new_instance()
  expectTypeOf(compat.search_friends).returns.not.toBeAny()
  compat.msg_register(TEXT, (msg) => void expectTypeOf(msg.text).toEqualTypeOf<string>())
  other.msg_register(PICTURE)((msg) => void expectTypeOf(msg).toEqualTypeOf<entry.PictureMessage>())
  expectTypeOf(compat.instanceList[0]?.auto_login).not.toBeAny()
  expectTypeOf(new compatEntry.Core().send_msg).toEqualTypeOf<typeof main.sendMsg>()
  // @ts-expect-error the main entry point has no Python names
  expectTypeOf(main.auto_login)
  // @ts-expect-error a typo is a compile error
  expectTypeOf(compat.search_frients)
  // @ts-expect-error library-wide functions exist only on the default instance
  expectTypeOf(other.new_instance)
})

test.each([...Object.entries(main.storage), ['BaseMessage', BaseMessage]])(
  'the guide lists every method of %s',
  (_name, type) => {
    const guide = readFileSync(join(ROOT, 'docs/guide/names.md'), 'utf8')
    const methods = Object.getOwnPropertyNames(type.prototype).filter(
      // `headImageTarget` is protected: a program cannot call it.
      (name) => /^[a-z]/.test(name) && !['constructor', 'headImageTarget'].includes(name),
    )
    expect(methods.filter((name) => !new RegExp(`\\b${name}\\b`).test(guide))).toEqual([])
  },
)

test('the English and Chinese guides have the same sections, table rows, list items and code blocks', () => {
  const shape = (name: string) =>
    readFileSync(join(ROOT, 'docs/guide', name), 'utf8')
      .split('\n')
      .map((line) => /^(#+|\||-|```)/.exec(line)?.[0])
      .filter(Boolean)
  expect(shape('from-python.zh-CN.md')).toEqual(shape('from-python.md'))
})
