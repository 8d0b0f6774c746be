import { describeValue, invalidArgument } from '../util/invalid-argument.js'

/** What a transport may be able to do. Login, receiving, texts and files every transport can. */
export const FEATURES = [
  'contacts',
  'groups',
  'officialAccounts',
  'friendRequests',
  'remarks',
  'pin',
  'avatars',
  'revoke',
  'forward',
  'cards',
  'stickers',
  'markRead',
  'typing',
  'rawMessages',
  'stepLogin',
  'pushLogin',
] as const

export type Feature = (typeof FEATURES)[number]

/** What each transport of this package can do. */
export const CAPABILITIES = {
  web: FEATURES.filter((feature) => feature !== 'typing'),
} as const satisfies Record<string, readonly Feature[]>

/** @throws ArgumentError for a feature that does not exist */
export function supports(features: ReadonlySet<Feature>, feature: Feature): boolean {
  if (FEATURES.includes(feature)) return features.has(feature)
  const found = typeof feature === 'string' ? JSON.stringify(feature) : describeValue(feature)
  throw invalidArgument('feature', { expected: `one of ${FEATURES.join(', ')}`, found })
}
