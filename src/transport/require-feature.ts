import { UnsupportedError } from '../errors.js'
import type { Feature } from './features.js'
import type { Transport } from './transport.js'

/** Alternatives to a missing feature. */
const ADVICE: Readonly<Record<Feature, string>> = {
  contacts: 'Call getFriends(), getChatrooms() and getMps() without update to get the known contacts.',
  groups: 'Use a transport that supports groups, such as web.',
  officialAccounts: 'Use a transport that supports official accounts, such as web.',
  friendRequests: 'Use a transport that supports friend requests, such as web.',
  remarks: 'Store your own names for contacts, by their puid.',
  pin: 'Pin the chat on the phone.',
  avatars: 'Use a transport that supports avatars, such as web.',
  revoke: 'Send another message that corrects it.',
  forward: 'Download the media and send it, or send the text.',
  cards: 'Send the name as text.',
  stickers: 'Send it as a picture.',
  markRead: 'Open the chat on the phone.',
  typing: 'Send the reply when it is ready.',
  rawMessages: 'Use send(), sendFile(), sendImage() or sendVideo().',
  stepLogin: 'Log in with login() or autoLogin(), and receive with msgRegister() and run().',
  pushLogin: 'Log in with a QR code.',
}

type Named = Pick<Transport, 'name' | 'features'>

/** @throws UnsupportedError when the transport does not support the feature */
export function requireFeature(transport: Named, feature: Feature): void {
  if (!transport.features.has(feature)) throw unsupported(transport.name, feature)
}

/** Returns an optional member of a transport. @throws UnsupportedError when the member or the feature is missing */
export function requireMember<T extends Named, K extends keyof T>(
  transport: T,
  key: K,
  feature: Feature,
): NonNullable<T[K]> {
  requireFeature(transport, feature)
  const member = transport[key]
  if (member === undefined || member === null) throw unsupported(transport.name, feature)
  return member
}

function unsupported(transport: string, feature: Feature): UnsupportedError {
  const advice = ADVICE[feature]
  return new UnsupportedError(`The transport "${transport}" does not support ${feature}. ${advice}`, {
    feature,
    transport,
    advice,
  })
}
