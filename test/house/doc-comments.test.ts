import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { expect, test } from 'vitest'

const ROOT = join(import.meta.dirname, '../..')
const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.json'), ts.sys.readFile)
const { options } = ts.parseJsonConfigFileContent(config, ts.sys, ROOT)

/** The entry points whose every name is documented. */
const ENTRIES = [
  ...['index.ts', 'compat/index.ts', 'transports/ilink/index.ts', 'transport/index.ts'],
  'test-kit/index.ts',
].map((name) => join(ROOT, 'src', name))

/** What programs read most: an editor that shows nothing about these sends its reader away. */
const READ = {
  TextMessage:
    'type text user raw isSelf stale msgId createTime fromUserName toUserName content fileName actualNickName isAt reply download',
  NoteMessage: 'note',
  SharingMessage: 'sharing',
  MapMessage: 'location',
  CardMessage: 'card',
  FriendsMessage: 'request',
  User: 'userName nickName remarkName alias sex province city signature puid isPuidCertain send setAlias verify',
  Chatroom: 'nickName memberCount memberList isOwner ownerUserName addMember searchMember',
  RegisterOptions: 'isFriendChat isGroupChat isMpChat isSelf',
  LoginOptions: 'enableCmdQR picDir qrCallback relogin exitCallback loginTimeoutMs signal',
}

const program = ts.createProgram(ENTRIES, options)
const checker = program.getTypeChecker()

/** The exported symbols of an entry point by name. */
function exportsOf(entry: string): Map<string, ts.Symbol> {
  const file = program.getSourceFile(entry)
  const module = file && checker.getSymbolAtLocation(file)
  if (!module) throw new Error(`${entry} is not a module.`)
  return new Map(
    checker
      .getExportsOfModule(module)
      .map((symbol) => [symbol.name, symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol]),
  )
}

function typeOf(entry: string, name: string): ts.Type {
  const symbol = exportsOf(entry).get(name)
  if (!symbol) throw new Error(`${name} is not exported.`)
  return symbol.flags & ts.SymbolFlags.Value && !(symbol.flags & ts.SymbolFlags.Class)
    ? checker.getTypeOfSymbol(symbol)
    : checker.getDeclaredTypeOfSymbol(symbol)
}

const isDocumented = (symbol: ts.Symbol) => symbol.getDocumentationComment(checker).length > 0

test.each(ENTRIES.map((entry) => entry.slice(ROOT.length + 1)))('%s exports no name without a doc comment', (entry) => {
  // A namespace is a file: its members are documented.
  const own = [...exportsOf(join(ROOT, entry))].filter(([, symbol]) => !(symbol.flags & ts.SymbolFlags.Module))
  expect(own.length).toBeGreaterThan(2)
  expect(own.filter(([, symbol]) => !isDocumented(symbol)).map(([name]) => name)).toEqual([])
})

test.each(Object.entries(READ))('the fields of %s are documented in the spelling of the documents', (name, fields) => {
  const type = typeOf(ENTRIES[0] ?? '', name)
  const undocumented = fields.split(' ').filter((field) => {
    const property = checker.getPropertyOfType(type, field)
    return !property || !isDocumented(property)
  })
  expect(undocumented).toEqual([])
})

/** What the documents call an object, and its type. */
const OBJECTS = {
  itchat: typeOf(ENTRIES[1] ?? '', 'default'),
  msg: typeOf(ENTRIES[0] ?? '', 'Message'),
  contact: typeOf(ENTRIES[0] ?? '', 'Contact'),
  friend: typeOf(ENTRIES[0] ?? '', 'User'),
  room: typeOf(ENTRIES[0] ?? '', 'Chatroom'),
  member: typeOf(ENTRIES[0] ?? '', 'ChatroomMember'),
}
const isObject = (name: string): name is keyof typeof OBJECTS => Object.hasOwn(OBJECTS, name)

/** The text of a document outside code blocks; of a page for another library, only the column with our names. */
function proseOf(name: string): string {
  const prose = readFileSync(join(ROOT, name), 'utf8').replace(/^```[\s\S]*?^```$/gm, '')
  if (!name.includes('/from-')) return prose
  return [...prose.matchAll(/^\|.* \| (.*) \|$/gm)].map(([, column]) => column).join('\n')
}

test('the members that the guides name exist', () => {
  const guides = ['docs/guide', 'docs/recipes'].flatMap((folder) =>
    readdirSync(join(ROOT, folder)).map((name) => `${folder}/${name}`),
  )
  const named = guides.flatMap((guide) =>
    [...proseOf(guide).matchAll(/`[^`]+`/g)].flatMap(([code]) =>
      [...code.matchAll(/\b([a-z]+)\.(?!json|pkl)(\w+)/g)].map(([, object = '', member = '']) => ({
        guide,
        object,
        member,
      })),
    ),
  )
  const known = named.flatMap(({ object, ...rest }) => (isObject(object) ? [{ object, ...rest }] : []))
  expect(known.length).toBeGreaterThan(500)
  const missing = known.filter(({ object, member }) => {
    const type = OBJECTS[object]
    return !(type.isUnion() ? type.types : [type]).some((kind) => checker.getPropertyOfType(kind, member))
  })
  expect(missing).toEqual([])
})
