import type { InspectOptionsStylized, inspect } from 'node:util'
import { redact } from '../util/redact.js'

/** The method by which `console.log` and `util.inspect` show an object. */
export const INSPECT = Symbol.for('nodejs.util.inspect.custom')

/** The fields of a contact or member as they may stand in a log: the address of the picture without the session's key. */
export function shownFields<T extends object>(contact: T): T {
  if (!('HeadImgUrl' in contact && typeof contact.HeadImgUrl === 'string')) return { ...contact }
  return { ...contact, HeadImgUrl: redact(contact.HeadImgUrl) }
}

/** A contact or member as Node shows an object of its class. */
export function inspected(
  contact: object,
  depth: number,
  options: InspectOptionsStylized,
  show: typeof inspect,
): string {
  const { name } = contact.constructor
  if (depth < 0) return options.stylize(`[${name}]`, 'special')
  return `${name} ${show(shownFields(contact), { ...options, depth })}`
}
