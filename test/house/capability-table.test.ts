import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { CAPABILITIES, FEATURES } from '../../src/transport/features.js'

const ROOT = resolve(import.meta.dirname, '../..')
const { capabilityTable, DOCUMENTS, withTable } = await import(join(ROOT, 'scripts/capability-table.mjs'))
const tables = { FEATURES, CAPABILITIES }

test.each(Object.entries<string>(DOCUMENTS))('%s contains the table that the code generates (%s)', (name, language) => {
  const text = readFileSync(join(ROOT, name), 'utf8')
  expect(text).toBe(withTable(text, tables, language))
})

test('the table has a row for each feature and a column for each transport', () => {
  const [head, separator, ...rows]: string[] = capabilityTable(tables, 'en').split('\n')
  expect([head, separator]).toEqual(['| `supports(…)` | what it is | `web` | `ilink` |', '|---|---|:---:|:---:|'])
  expect(rows.map((row) => /^\| `(\w+)` /.exec(row)?.[1])).toEqual(FEATURES)
  expect(rows.find((row) => row.includes('`typing`'))).toMatch(/ \| – \| ✓ \|$/)
  expect(rows.find((row) => row.includes('`groups`'))).toMatch(/ \| ✓ \| – \|$/)
})

test('a feature without a description, and a document without markers, are errors', () => {
  const unknown = { FEATURES: ['telepathy'], CAPABILITIES }
  expect(() => capabilityTable(unknown, 'en')).toThrow('does not describe "telepathy"')
  expect(() => withTable('# A page', tables, 'en')).toThrow('<!-- capabilities:')
})
