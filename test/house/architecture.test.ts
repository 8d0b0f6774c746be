import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { SESSION_TABLE } from '../../src/account/session/session-table.js'

const MAP = readFileSync(resolve(import.meta.dirname, '../../docs/architecture.md'), 'utf8')

const TRANSITIONS = Object.entries(SESSION_TABLE).flatMap(([from, row]) =>
  Object.entries(row).map(([event, { to, effects = [] }]) => ({ from, event, to, effects })),
)

/** The transitions in the diagram, as `from -event-> to`, one for each phase that a box represents. */
function transitionsOf(diagram: string): string[] {
  const boxes = new Map(
    [...diagram.matchAll(/^ *(\w+): (.+)$/gm)].map(([, box = '', phases = '']) => [box, phases.split(', ')]),
  )
  const arrows = [...diagram.matchAll(/^ *(\w+) --> (\w+): (.+)$/gm)]
  return arrows
    .filter(([, from]) => from !== 'idle')
    .flatMap(([, from = '', to = '', events = '']) =>
      (boxes.get(from) ?? [from]).flatMap((phase) => events.split(', ').map((event) => `${phase} -${event}-> ${to}`)),
    )
}

describe('the session diagram', () => {
  const [, diagram = ''] = /```mermaid\n(stateDiagram-v2\n[\s\S]*?)```/.exec(MAP) ?? []

  test('contains exactly the transitions in the session table', () => {
    const drawn = transitionsOf(diagram)
    expect(drawn.sort()).toEqual(TRANSITIONS.map(({ from, event, to }) => `${from} -${event}-> ${to}`).sort())
  })

  test('leads from idle to the phases in which a login can start', () => {
    expect([...diagram.matchAll(/idle --> (\w+)/g)].map(([, to]) => to)).toEqual(['offline', 'loggedOut'])
  })

  test('is followed by a table of every event and its effects', () => {
    const rows = [...MAP.matchAll(/^\| `(\w+)` \|.*\| (.*?) ?\|$/gm)].map(([, event = '', effects = '']) => ({
      event,
      effects: [...effects.matchAll(/`(emit\w+|stop\w+|fail\w+)`/g)].map(([, effect]) => effect),
    }))
    const events = [...new Set(TRANSITIONS.map(({ event }) => event))]
    expect(rows.map(({ event }) => event).sort()).toEqual(events.sort())
    for (const { event, effects } of rows) {
      const lists = TRANSITIONS.filter((transition) => transition.event === event).map(({ effects }) => effects)
      // In some phases the last effects have already been performed.
      for (const list of lists) expect(list, event).toEqual(effects.slice(0, list.length))
      expect(Math.max(...lists.map((list) => list.length)), event).toBe(effects.length)
    }
  })
})
