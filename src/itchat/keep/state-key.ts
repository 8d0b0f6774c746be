import { ArgumentError } from '../../errors.js'
import { readKey, type Seal, sealWith } from '../../util/seal.js'

/** Environment variable with the key that encrypts what is kept: 32 bytes in hex or base64. */
const KEY_VARIABLE = 'ITCHAT_STATE_KEY'

/**
 * What encrypts for a purpose; `undefined` when the environment has no key.
 *
 * @throws ArgumentError for a key that is not 32 bytes
 */
export function sealFor(purpose: string): Seal | undefined {
  const given = process.env[KEY_VARIABLE]
  if (!given) return undefined
  const key = readKey(given)
  if (key) return sealWith(key, purpose)
  throw keyError('must be 32 bytes in hex or base64, as `openssl rand -base64 32` makes them.')
}

/** @param what was found encrypted */
export function missingKey(what: string): ArgumentError {
  return keyError(`is not set, but ${what} is encrypted. ${ADVICE}`)
}

/** @param what was found encrypted with another key */
export function otherKey(what: string): ArgumentError {
  return keyError(`holds another key than the one that encrypted ${what}. ${ADVICE}`)
}

const ADVICE =
  'Set the key it was written with, or move the saved files away to start with a new login. Nothing was changed.'

function keyError(text: string): ArgumentError {
  return new ArgumentError(`${KEY_VARIABLE} ${text}`, { argument: KEY_VARIABLE })
}
