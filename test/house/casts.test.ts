import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import ts from 'typescript'
import { expect, test } from 'vitest'

const SRC = resolve(import.meta.dirname, '../../src')

/** Maximum number of casts per thousand lines of library code, including blank lines and comments. */
const MAX_PER_THOUSAND = 2.5

interface Counts {
  /** Unchecked assertions: `as`, `<T>` and `!`, but not `as const`. */
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

function countIn(file: string, text: string): Counts {
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
  const casts = all.reduce((sum, counts) => sum + counts.casts, 0)
  const lines = all.reduce((sum, counts) => sum + counts.lines, 0)
  expect((casts / lines) * 1000).toBeLessThanOrEqual(MAX_PER_THOUSAND)
})

test('no file uses a double assertion', () => {
  expect([...found].filter(([, { doubles }]) => doubles > 0).map(([file]) => file)).toEqual([])
})

test('no code uses the type any', () => {
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
])('counts the casts in %s', (text, counts) => {
  expect(countIn('a.ts', `${text}\n`)).toEqual({ ...counts, lines: 1 })
})
