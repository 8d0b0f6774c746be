import { ArgumentError } from '../errors.js'

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
  const given = typeof feature === 'string' ? JSON.stringify(feature) : typeof feature
  throw new ArgumentError(`supports: ${given} is not a feature; it can be ${FEATURES.join(', ')}.`, {
    argument: 'feature',
  })
}
