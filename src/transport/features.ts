import { describeName, invalidArgument } from '../util/invalid-argument.js'

/** Optional features of a transport. Every transport supports login, receiving, text messages and files. */
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

/** An optional feature of a transport, for `supports()`; `docs/guide/transports.md` describes each. */
export type Feature = (typeof FEATURES)[number]

/** Features of each transport in this package. */
export const CAPABILITIES = {
  web: FEATURES.filter((feature) => feature !== 'typing'),
  ilink: ['forward', 'typing'],
} as const satisfies Record<string, readonly Feature[]>

/** @throws ArgumentError for an unknown feature */
export function supports(features: ReadonlySet<Feature>, feature: Feature): boolean {
  if (FEATURES.includes(feature)) return features.has(feature)
  throw invalidArgument('feature', { expected: `one of ${FEATURES.join(', ')}`, found: describeName(feature) })
}
