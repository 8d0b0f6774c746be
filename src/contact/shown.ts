import type { InspectOptionsStylized, inspect } from 'node:util'
import { redact } from '../util/redact.js'

/** The method that `console.log` and `util.inspect` call to format an object. */
export const INSPECT = Symbol.for('nodejs.util.inspect.custom')

/** The fields of a contact or member, safe to log: the session key in the avatar URL is masked. */
export function redactedFields<T extends object>(contact: T): T {
  if (!('HeadImgUrl' in contact && typeof contact.HeadImgUrl === 'string')) return { ...contact }
  return { ...contact, HeadImgUrl: redact(contact.HeadImgUrl) }
}

/** Formats a contact or member as Node formats a class instance. */
export function inspectContact(
  contact: object,
  depth: number,
  options: InspectOptionsStylized,
  show: typeof inspect,
): string {
  const { name } = contact.constructor
  if (depth < 0) return options.stylize(`[${name}]`, 'special')
  return `${name} ${show(redactedFields(contact), { ...options, depth })}`
}
