import { SandboxError } from '../errors.js'
import type { Group } from './group.js'
import type { Person } from './person.js'

/** The person with this id, remark, name or alias; throws an error that lists close names. */
export function findPerson(people: Iterable<Person>, query: string, what = 'person'): Person {
  const all = [...people]
  return pick(
    all,
    query,
    what,
    (person) => [person.id, person.remark, person.name, person.alias],
    (person) => person.remark || person.name,
  )
}

/** The group with this id or topic; throws an error that lists close names. */
export function findGroup(groups: Iterable<Group>, query: string): Group {
  return pick(
    [...groups],
    query,
    'group',
    (group) => [group.id, group.topic],
    (group) => group.topic,
  )
}

function pick<T>(all: T[], query: string, what: string, names: (item: T) => string[], label: (item: T) => string): T {
  let found = all.filter((item) => names(item).includes(query))
  if (found.length === 0) {
    const bare = strip(query)
    found = bare === '' ? [] : all.filter((item) => names(item).some((name) => strip(name) === bare))
  }
  const [only, another] = found
  if (only && !another) return only
  if (only)
    throw new SandboxError(`several are called "${query}": say ${found.map((item) => names(item)[0]).join(' or ')}`)
  const close = all
    .map((item) => ({ item, score: Math.max(...names(item).map((name) => likeness(name, query))) }))
    .sort((a, b) => b.score - a.score)
    .slice(0, 5)
    .map(({ item }) => `"${label(item)}"`)
  throw new SandboxError(
    close.length === 0
      ? `no ${what} is called "${query}": this world has none`
      : `no ${what} is called "${query}"; did you mean ${close.join(', ')}?`,
  )
}

/** Names are looked up without emoji and spaces when they are not found as they stand. */
function strip(name: string): string {
  return name.replace(/\s|\u200d|\ufe0f|\p{Extended_Pictographic}/gu, '').toLowerCase()
}

function likeness(name: string, query: string): number {
  const letters = new Set(name.toLowerCase())
  let common = 0
  for (const letter of new Set(query.toLowerCase())) if (letters.has(letter)) common++
  return common / Math.max(1, letters.size)
}
