import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { expect, test } from 'vitest'

const SRC = resolve(import.meta.dirname, '../../src')

/** The floors, lowest first. A file may import from its own floor and the floors below. */
const FLOORS: readonly (readonly string[])[] = [
  ['errors.ts', 'util/'],
  ['contact/'],
  ['message/'],
  ['transport/'],
  ['transports/http/', 'transports/base-url.ts'],
  ['transports/web/wire/'],
  ['transports/web/ids.ts', 'transports/web/hosts.ts', 'transports/web/http/'],
  ['transports/web/session/'],
  ['transports/web/api/'],
  ['transports/web/decode/'],
  ['transports/web/'],
  ['transports/ilink/wire/'],
  ['transports/ilink/hosts.ts'],
  ['transports/ilink/session/'],
  ['transports/ilink/api/'],
  ['transports/ilink/decode/'],
  ['transports/ilink/'],
  ['account/'],
  ['itchat/'],
  ['index.ts'],
  ['compat/'],
]

/** Folders outside the floors, with the paths that each of them may import. */
const OUTSIDE: Readonly<Record<string, readonly string[]>> = {
  'sandbox/': ['transports/web/wire/', 'transports/ilink/wire/', 'sandbox/'],
  'test-kit/': ['test-kit/', 'sandbox/', 'index.ts', 'itchat/', 'transports/ilink/index.ts'],
  'phone/': ['phone/', 'sandbox/control/view.ts'],
  'cli/': ['cli/', 'sandbox/', 'index.ts', 'transports/ilink/index.ts', 'errors.ts', 'util/'],
}

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .map((name) => name.replaceAll('\\', '/'))
  .filter((name) => /\.tsx?$/.test(name) && !name.endsWith('.test.ts'))

const imports = new Map(files.map((file) => [file, importsOf(file)]))

function importsOf(file: string): string[] {
  const text = readFileSync(join(SRC, file), 'utf8')
  const found = [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map((match) => match[1] ?? '')
  return found
    .filter((name) => !/\.(?:css|json)$/.test(name))
    .map((name) => relative(SRC, resolve(SRC, dirname(file), name)).replaceAll('\\', '/'))
    .map((name) => files.find((other) => other.replace(/\.tsx?$/, '') === name.replace(/\.(js|tsx?)$/, '')) ?? name)
}

function floorOf(file: string): number {
  const matches = FLOORS.flatMap((prefixes, floor) =>
    prefixes.filter((prefix) => file.startsWith(prefix)).map((prefix) => ({ floor, length: prefix.length })),
  )
  return matches.sort((a, b) => b.length - a.length)[0]?.floor ?? -1
}

test('architecture.md lists the floors, highest first', () => {
  const map = readFileSync(resolve(SRC, '../docs/architecture.md'), 'utf8')
  const [, table = ''] = /^\| folder \|.*\n([\s\S]*?)\n\n/m.exec(map) ?? []
  const rows = table.split('\n').map((row) => [...row.matchAll(/`src\/([^`]+)`/g)].map(([, path]) => path))
  expect(rows.filter((row) => row.length > 0).reverse()).toEqual(FLOORS)
})

test('every source file belongs to a floor or to a folder outside the floors', () => {
  const unassigned = files.filter(
    (file) => floorOf(file) < 0 && !Object.keys(OUTSIDE).some((prefix) => file.startsWith(prefix)),
  )
  expect(unassigned).toEqual([])
})

test('no file imports from a floor above its own', () => {
  const upward = [...imports].flatMap(([file, targets]) =>
    targets
      .filter((target) => floorOf(file) >= 0 && !(floorOf(target) >= 0 && floorOf(target) <= floorOf(file)))
      .map((target) => `${file} -> ${target}`),
  )
  expect(upward).toEqual([])
})

test('folders outside the floors import only permitted paths', () => {
  const violations = [...imports].flatMap(([file, targets]) => {
    const allowed = Object.entries(OUTSIDE).find(([prefix]) => file.startsWith(prefix))?.[1]
    return allowed
      ? targets
          .filter((target) => !allowed.some((prefix) => target.startsWith(prefix)))
          .map((target) => `${file} -> ${target}`)
      : []
  })
  expect(violations).toEqual([])
})

test('there are no import cycles', () => {
  const done = new Set<string>()
  const cycles: string[] = []
  const walk = (file: string, path: string[]) => {
    if (path.includes(file)) cycles.push([...path.slice(path.indexOf(file)), file].join(' -> '))
    if (path.includes(file) || done.has(file)) return
    for (const target of imports.get(file) ?? []) walk(target, [...path, file])
    done.add(file)
  }
  for (const file of files) walk(file, [])
  expect(cycles).toEqual([])
})

/** The folder of a file in the sandbox; a file that is not in one counts as a folder of its own. */
function sandboxFolder(file: string): string | undefined {
  return file.startsWith('sandbox/') ? (/^(sandbox\/.+)\//.exec(file)?.[1] ?? file) : undefined
}

test('no folder of the sandbox imports another that imports it back, not even through others', () => {
  const folders = new Map<string, Set<string>>()
  for (const [file, targets] of imports) {
    const from = sandboxFolder(file)
    for (const to of targets.map(sandboxFolder)) {
      if (from && to && from !== to) folders.set(from, (folders.get(from) ?? new Set()).add(to))
    }
  }
  expect(folders.size).toBeGreaterThan(15)
  const reaches = (from: string, to: string, seen = new Set<string>()): boolean =>
    [...(folders.get(from) ?? [])].some((next) => next === to || (!seen.has(next) && reaches(next, to, seen.add(next))))
  const mutual = [...folders].flatMap(([from, targets]) =>
    [...targets].filter((to) => reaches(to, from)).map((to) => `${from} -> ${to}`),
  )
  expect(mutual).toEqual([])
})

/** The one file that assembles an account and chooses its transport. */
const COMPOSITION = 'itchat/compose.ts'

test('only the composition file and the transports themselves import transports', () => {
  const violations = [...imports].flatMap(([file, targets]) =>
    ['transports/', 'sandbox/', 'test-kit/', 'cli/'].some((folder) => file.startsWith(folder)) || file === COMPOSITION
      ? []
      : targets.filter((target) => target.startsWith('transports/')).map((target) => `${file} -> ${target}`),
  )
  expect(violations).toEqual([])
})

test('a transport does not import from another transport', () => {
  const transportOf = (file: string) => /^transports\/(web|ilink)\//.exec(file)?.[1]
  const violations = [...imports].flatMap(([file, targets]) => {
    const own = transportOf(file)
    return targets
      .filter((target) => own && (transportOf(target) ?? own) !== own)
      .map((target) => `${file} -> ${target}`)
  })
  expect(violations).toEqual([])
})

/** Files in which a protocol word is a public name, and why. */
const PUBLIC_NAMES: Readonly<Record<string, string>> = {
  'account/persistence/state-files.ts': 'recognizes login states of other programs and refuses to send them',
  'contact/fields.ts': 'the keys of a contact, as the tutorials print them',
  'message/fields.ts': 'the keys of a message, as the tutorials print them',
  'message/system-message.ts': 'a System message has the same keys as any other message',
}

/** Words that are specific to one protocol, which only its transport may use. */
const PROTOCOL_WORDS = [
  /\bMsgType\b/,
  /\bRet\b|\.ret\b|\bret:/,
  /'@@|startsWith\('@+'/,
  /FromUserName\b.*startsWith/,
  /\bOpcode\b|\bopcode\b|\bOP_?CODE/i,
  /<\/?(?:msg|appmsg|sysmsg)\b/,
  /\\u2005/,
  /\bwebwx\w+/,
  /\bsynccheck\b|\bjslogin\b/,
  /\b(?:110[0-2]|120[3-5])\b/,
  /\bContactFlag\b|\bVerifyFlag\b/,
  /\bsid\b|\bskey\b/,
]

test('no file above the seam uses a word that is specific to one protocol', () => {
  const above = files.filter((file) => /^(?:account|itchat|message|contact)\//.test(file))
  const found = above.flatMap((file) => {
    const code = withoutComments(readFileSync(join(SRC, file), 'utf8'))
    return PROTOCOL_WORDS.filter((word) => word.test(code)).map((word) => ({ file, word: String(word) }))
  })
  expect(found.filter(({ file }) => !(file in PUBLIC_NAMES))).toEqual([])
  // Exceptions that are no longer needed must be removed.
  expect([...new Set(found.map(({ file }) => file))].sort()).toEqual(Object.keys(PUBLIC_NAMES).sort())
})

function withoutComments(code: string): string {
  return code.replace(/\/\*[\s\S]*?\*\//g, '').replace(/\/\/.*$/gm, '')
}

/** Files that may be longer than 400 lines, and why. */
const LONG: Readonly<Record<string, string>> = {
  'itchat/itchat.ts': 'the public class: it contains every public method, and half of it is documentation',
}

test('no file is longer than 400 lines', () => {
  const long = files.filter((file) => readFileSync(join(SRC, file), 'utf8').split('\n').length > 400)
  expect(long).toEqual(Object.keys(LONG))
})
