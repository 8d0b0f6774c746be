import { UnsupportedError } from '../errors.js'
import type { Feature } from './features.js'
import type { Transport } from './transport.js'

/** What to do without a feature. */
const ADVICE: Readonly<Record<Feature, string>> = {
  contacts: 'getFriends(), getChatrooms() and getMps() without update return what is known.',
  groups: 'Use a transport that has groups, such as web.',
  officialAccounts: 'Use a transport that has official accounts, such as web.',
  friendRequests: 'Use a transport that has friend requests, such as web.',
  remarks: 'Keep your own names for people, by their puid.',
  pin: 'Pin the chat on the phone.',
  avatars: 'Use a transport that has avatars, such as web.',
  revoke: 'A message that was sent stays; send another one that corrects it.',
  forward: 'Download the media and send it, or send the text.',
  cards: 'Send the name as a text.',
  stickers: 'Send it as a picture.',
  markRead: 'Open the chat on the phone.',
  typing: 'Send the answer when it is ready.',
  rawMessages: 'Use send(), sendFile(), sendImage() or sendVideo().',
  stepLogin: 'Log in with login() or autoLogin(), and receive with msgRegister() and run().',
  pushLogin: 'Log in by QR.',
}

type Named = Pick<Transport, 'name' | 'features'>

/** @throws UnsupportedError when the transport lacks the feature. No request was made. */
export function requireFeature(transport: Named, feature: Feature): void {
  if (!transport.features.has(feature)) throw unsupported(transport.name, feature)
}

/** A member that not every transport has. @throws UnsupportedError as `requireFeature` does, also without the member */
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
