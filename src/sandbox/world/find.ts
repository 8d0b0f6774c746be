import { SandboxError } from '../errors.js'
import type { Group } from './group.js'
import type { Person } from './person.js'

/** Finds a person by id, remark, name or alias. If there is no match, the error message lists similar names. */
export function findPerson(people: Iterable<Person>, query: string, kind = 'person'): Person {
  const all = [...people]
  return pick(
    all,
    query,
    kind,
    (person) => [person.id, person.remark, person.name, person.alias],
    (person) => person.remark || person.name,
  )
}

/** Finds a group by id or topic. If there is no match, the error message lists similar names. */
export function findGroup(groups: Iterable<Group>, query: string): Group {
  return pick(
    [...groups],
    query,
    'group',
    (group) => [group.id, group.topic],
    (group) => group.topic,
  )
}

function pick<T>(all: T[], query: string, kind: string, names: (item: T) => string[], label: (item: T) => string): T {
  let found = all.filter((item) => names(item).includes(query))
  if (found.length === 0) {
    const stripped = strip(query)
    found = stripped === '' ? [] : all.filter((item) => names(item).some((name) => strip(name) === stripped))
  }
  const [only, another] = found
  if (only && !another) return only
  if (only) {
    const ids = found.map((item) => names(item)[0]).join(' or ')
    throw new SandboxError(`Ambiguous ${kind} "${query}": found ${found.length} matches. Use an id: ${ids}.`)
  }
  const similar = all
    .map((item) => ({ item, score: Math.max(...names(item).map((name) => similarity(name, query))) }))
    .sort((a, b) => b.score - a.score)
    .slice(0, 5)
    .map(({ item }) => `"${label(item)}"`)
  throw new SandboxError(
    similar.length === 0
      ? `Unknown ${kind} "${query}": this world contains no candidates.`
      : `Unknown ${kind} "${query}". Did you mean ${similar.join(', ')}?`,
  )
}

/** Lowercases a name and removes its emoji and spaces, for a second lookup if there is no exact match. */
function strip(name: string): string {
  return name.replace(/\s|\u200d|\ufe0f|\p{Extended_Pictographic}/gu, '').toLowerCase()
}

function similarity(name: string, query: string): number {
  const letters = new Set(name.toLowerCase())
  let common = 0
  for (const letter of new Set(query.toLowerCase())) if (letters.has(letter)) common++
  return common / Math.max(1, letters.size)
}
