import type { WireContact, WireMember } from '../transports/web/wire/contact.js'

/**
 * What the server says of a contact. Names, signatures and places are decoded; a Uin not known is absent. `HeadImgUrl` may hold the
 * session's key: it is masked in logs and in JSON, not in the property.
 *
 * @see docs/protocol.md §9.2
 */
export interface ContactFields extends Omit<WireContact, 'Uin' | 'MemberList' | 'OwnerUin' | 'IsOwner'> {
  /** Permanent: digits, or the real id (`wxid_…`, `…@chatroom`); absent until the server reveals it. */
  Uin?: string
  /** Groups: Uin of the owner; absent until the server reveals it. */
  OwnerUin?: string
}

/** What only a group's details say of a member. */
type MemberDetails = Partial<Omit<WireContact, keyof WireMember | 'MemberList' | 'OwnerUin'>>

/** What the server says of a group's member. @see docs/protocol.md §9.4 */
export interface MemberFields extends Omit<WireMember, 'Uin'>, MemberDetails {
  Uin?: string
}

/** One field that has another value now. */
export interface FieldChange {
  key: string
  from: unknown
  to: unknown
}

/** Puts `fields` onto a new object, as `describe` does: ten times in a row for each of a hundred thousand members. */
export function fill(target: object, fields: object, reserved: ReadonlySet<string>): void {
  for (const key of Object.keys(fields)) {
    const value: unknown = (fields as Record<string, unknown>)[key]
    if (value !== undefined && !reserved.has(key)) define(target, key, value)
  }
}

/**
 * Puts `fields` onto `target` as own properties that callers may only read. Those named in `reserved` are left out, those that
 * are the same already are left alone.
 *
 * @returns what changed
 */
export function describe(target: object, fields: object, reserved: ReadonlySet<string>): FieldChange[] {
  const changes: FieldChange[] = []
  for (const [key, to] of Object.entries(fields)) {
    if (reserved.has(key)) continue
    const isKnown = Object.hasOwn(target, key)
    const from: unknown = isKnown ? (target as Record<string, unknown>)[key] : undefined
    if (isKnown ? isSame(from, to) : to === undefined) continue
    if (to === undefined) Reflect.deleteProperty(target, key)
    else define(target, key, to)
    changes.push({ key, from, to })
  }
  return changes
}

function define(target: object, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: false })
}

/** Undocumented fields may be objects, parsed anew each time. */
function isSame(from: unknown, to: unknown): boolean {
  if (from === to) return true
  if (typeof from !== 'object' || typeof to !== 'object' || from === null || to === null) return false
  return JSON.stringify(from) === JSON.stringify(to)
}
