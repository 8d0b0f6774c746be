import { UnsupportedError } from '../../errors.js'
import type { Feature } from '../../transport/features.js'
import type { Transport } from '../../transport/transport.js'

/** What the account's work with contacts needs of its transport. */
export type ContactTransport = Pick<Transport, 'name' | 'features' | 'contacts' | 'groups'>

/** What each call with a part of the transport is for, and what to do without it. */
const ADVICE = {
  contacts: 'getFriends(), getChatrooms() and getMps() without update return what is known.',
  groups: 'Use a transport that has groups, such as web.',
  officialAccounts: 'Use a transport that has official accounts, such as web.',
  friendRequests: 'Use a transport that has friend requests, such as web.',
  remarks: 'Keep your own names for people, by their puid.',
  pin: 'Pin the chat on the phone.',
  avatars: 'Use a transport that has avatars, such as web.',
} as const satisfies Partial<Record<Feature, string>>

/** Features of the parts `contacts` and `groups`. */
export type ContactFeature = keyof typeof ADVICE

/**
 * A part of the transport.
 *
 * @throws UnsupportedError when the transport lacks the part or the feature. No request was made.
 */
export function requirePart<K extends 'contacts' | 'groups'>(
  transport: ContactTransport,
  key: K,
  feature: ContactFeature,
): NonNullable<ContactTransport[K]> {
  const part = transport[key]
  if (part && transport.features.has(feature)) return part
  const advice = ADVICE[feature]
  const message = `The transport "${transport.name}" does not support ${feature}. ${advice}`
  throw new UnsupportedError(message, { feature, transport: transport.name, advice })
}
