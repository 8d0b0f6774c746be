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

/**
 * The error for something encrypted that cannot be read.
 *
 * @param seal of the key in the environment; `undefined` when that is missing
 */
export function wrongKey(what: string, seal: Seal | undefined): ArgumentError {
  return keyError(
    seal
      ? `holds another key than the one that encrypted ${what}. ${ADVICE}`
      : `is not set, but ${what} is encrypted. ${ADVICE}`,
  )
}

const ADVICE =
  'Set the key it was written with, or move the saved files away to start with a new login. Nothing was changed.'

function keyError(text: string): ArgumentError {
  return new ArgumentError(`${KEY_VARIABLE} ${text}`, { argument: KEY_VARIABLE })
}
