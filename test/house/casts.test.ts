import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import ts from 'typescript'
import { expect, test } from 'vitest'

const SRC = resolve(import.meta.dirname, '../../src')

/** Casts a thousand lines of the whole library. A line is a line of a file, blank ones and comments included. */
const MOST_PER_THOUSAND = 2.5

/** The one file that may assert twice, `as unknown as`, and why. */
const ASSERTS_TWICE: Readonly<Record<string, string>> = {
  'util/case-alias.ts': 'makes objects of a class from a literal that names their prototype, without a constructor',
}

interface Found {
  /** Of what is asserted and not checked: `as`, `<T>` and `!`; `as const` asserts nothing. */
  casts: number
  doubles: number
  anys: number
  lines: number
}

const found = new Map(
  readdirSync(SRC, { recursive: true, encoding: 'utf8' })
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => /\.tsx?$/.test(name) && !name.endsWith('.test.ts'))
    .map((file) => [file, countIn(file, readFileSync(join(SRC, file), 'utf8'))]),
)

function countIn(file: string, text: string): Found {
  const counts = { casts: 0, doubles: 0, anys: 0, lines: text.split('\n').length - 1 }
  const visit = (node: ts.Node): void => {
    if (isCast(node)) counts.casts++
    if (isAssertion(node) && isUnknown(node.expression)) counts.doubles++
    if (node.kind === ts.SyntaxKind.AnyKeyword) counts.anys++
    ts.forEachChild(node, visit)
  }
  visit(ts.createSourceFile(file, text, ts.ScriptTarget.Latest, false))
  return counts
}

function isAssertion(node: ts.Node): node is ts.AsExpression | ts.TypeAssertion {
  return ts.isAsExpression(node) || ts.isTypeAssertionExpression(node)
}

function isCast(node: ts.Node): boolean {
  return ts.isNonNullExpression(node) || (isAssertion(node) && !ts.isConstTypeReference(node.type))
}

function isUnknown(node: ts.Node): boolean {
  if (ts.isParenthesizedExpression(node)) return isUnknown(node.expression)
  return isAssertion(node) && node.type.kind === ts.SyntaxKind.UnknownKeyword
}

test('casts are rare', () => {
  const all = [...found.values()]
  const casts = all.reduce((sum, one) => sum + one.casts, 0)
  const lines = all.reduce((sum, one) => sum + one.lines, 0)
  expect((casts / lines) * 1000).toBeLessThanOrEqual(MOST_PER_THOUSAND)
})

test('one file asserts twice', () => {
  const files = [...found].filter(([, { doubles }]) => doubles > 0).map(([file]) => file)
  expect(files).toEqual(Object.keys(ASSERTS_TWICE))
})

test('nothing has the type any', () => {
  expect([...found].filter(([, { anys }]) => anys > 0).map(([file]) => file)).toEqual([])
})

test.each([
  ['x as T', { casts: 1, doubles: 0, anys: 0 }],
  ['<T>x', { casts: 1, doubles: 0, anys: 0 }],
  ['x!.y', { casts: 1, doubles: 0, anys: 0 }],
  ['(x as unknown) as T', { casts: 2, doubles: 1, anys: 0 }],
  ['x as any', { casts: 1, doubles: 0, anys: 1 }],
  ['[1] as const', { casts: 0, doubles: 0, anys: 0 }],
  ["import { x as y } from 'z'; export { y as z }", { casts: 0, doubles: 0, anys: 0 }],
])('counts in %s', (text, counts) => {
  expect(countIn('a.ts', `${text}\n`)).toEqual({ ...counts, lines: 1 })
})
