import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import main, * as door from 'itchat'
import { PICTURE, TEXT } from 'itchat'
import compat, * as compatDoor from 'itchat/compat'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { PYTHON_NAMES } from '../../src/compat/names.js'
import { BaseMessage } from '../../src/message/message.js'

const ROOT = join(import.meta.dirname, '../..')

/** The tutorials' list, name by name, with what each is. */
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

const named = (python: string) => (PYTHON_NAMES as Record<string, string>)[python] ?? python
const at = (object: unknown, name: string) => (object as Record<string, unknown>)[name]

test('the list has 53 names', () => {
  expect(Object.keys(NAMES)).toHaveLength(53)
})

describe.each(Object.entries(NAMES))('%s', (python, kind) => {
  test('is there in both spellings, the same thing under each', () => {
    expect(typeof at(main, named(python))).toBe(kind)
    expect(at(compat, python)).toBe(at(main, named(python)))
  })

  test('stands in the guide, in one row', () => {
    const rows = readFileSync(join(ROOT, 'docs/guide/names.md'), 'utf8')
      .split('\n')
      .filter((line) => line.startsWith(`| \`${python}\` |`))
    expect(rows).toHaveLength(1)
    expect(rows[0]).toContain(`| \`${named(python)}\` |`)
  })
})

test('every name of the table is a Python name of something', () => {
  const homeless = Object.keys(PYTHON_NAMES).filter(
    (python) => ![compat, compat.utils].some((object) => python in object),
  )
  expect(homeless).toEqual([])
})

test('the other door opens on the same account', () => {
  expect(compat).toBe(main)
  expect(compatDoor.originInstance).toBe(door.originInstance)
  expect(compat.originInstance).toBe(main)
  expect(Object.keys(door).filter((name) => !(name in compatDoor))).toEqual([])
})

test('Python names stay out of sight', () => {
  expect(Object.keys(compat)).not.toContain('auto_login')
  expect(JSON.stringify(Object.keys({ ...compat.utils }))).toBe('["searchDictList"]')
})

test('the parts hold what their names say', () => {
  expect(main.VERSION).toBe(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).version)
  expect(door.VERSION).toBe(main.config.VERSION)
  expect(main.content.TEXT).toBe(door.TEXT)
  expect(main.core.Core).toBe(door.Itchat)
  expect(main.storage.User).toBe(door.User)
  expect(main.returnvalues.ServerError).toBe(door.ServerError)
  expect(compat.log.set_logging).toBe(main.log.setLogging)
  expect(compat.utils.search_dict_list([{ a: 1 }, { a: 2 }], 'a', 2)).toEqual({ a: 2 })
  expect(main.utils.searchDictList([{ a: 1 }], 'a', 3)).toBeUndefined()
})

test('the components name every method of an account, once', () => {
  const sorted = Object.values(main.components).flat() as string[]
  const prototypes = [door.Itchat.prototype, Object.getPrototypeOf(door.Itchat.prototype) as object]
  const methods = prototypes
    .flatMap(Object.getOwnPropertyNames)
    .filter((name) => name !== 'constructor' && !(name in PYTHON_NAMES))
  expect(sorted.toSorted()).toEqual(methods.toSorted())
})

test('the types follow the table', () => {
  const other: compatDoor.PythonItchat = compat.new_instance()
  expectTypeOf(compat.search_friends).returns.not.toBeAny()
  compat.msg_register(TEXT, (msg) => void expectTypeOf(msg.text).toEqualTypeOf<string>())
  other.msg_register(PICTURE)((msg) => void expectTypeOf(msg).toEqualTypeOf<door.PictureMessage>())
  expectTypeOf(compat.instanceList[0]?.auto_login).not.toBeAny()
  expectTypeOf(new compatDoor.Core().send_msg).toEqualTypeOf<typeof main.sendMsg>()
  // @ts-expect-error the main door has no Python names
  expectTypeOf(main.auto_login)
  // @ts-expect-error a typo is a compile error
  expectTypeOf(compat.search_frients)
  // @ts-expect-error what belongs to the library as a whole is on the default instance only
  expectTypeOf(other.new_instance)
})

test.each([...Object.entries(main.storage), ['BaseMessage', BaseMessage]])(
  'every method of %s stands in the guide',
  (_name, type) => {
    const guide = readFileSync(join(ROOT, 'docs/guide/names.md'), 'utf8')
    const methods = Object.getOwnPropertyNames(type.prototype).filter(
      // `headImageTarget` is protected: a program cannot call it.
      (name) => /^[a-z]/.test(name) && !['constructor', 'headImageTarget'].includes(name),
    )
    expect(methods.filter((name) => !new RegExp(`\\b${name}\\b`).test(guide))).toEqual([])
  },
)

test('the two guides have the same sections, rows and points', () => {
  const shape = (name: string) =>
    readFileSync(join(ROOT, 'docs/guide', name), 'utf8')
      .split('\n')
      .map((line) => /^(#+|\||-|```)/.exec(line)?.[0])
      .filter(Boolean)
  expect(shape('from-python.zh-CN.md')).toEqual(shape('from-python.md'))
})
