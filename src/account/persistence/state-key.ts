import type { ArgumentError } from '../../errors.js'
import { invalidArgument } from '../../util/invalid-argument.js'
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
  throw invalidArgument(KEY_VARIABLE, {
    expected: '32 bytes in hex or base64',
    found: 'another value',
    advice: 'Make one with `openssl rand -base64 32`.',
  })
}

/**
 * The error for something encrypted that cannot be read.
 *
 * @param seal of the key in the environment; `undefined` when that is missing
 */
export function wrongKey(what: string, seal: Seal | undefined): ArgumentError {
  return invalidArgument(KEY_VARIABLE, {
    expected: `the key that encrypted ${what}`,
    found: seal ? 'another key' : 'no key',
    advice: ADVICE,
  })
}

const ADVICE =
  'Set the key it was written with, or move the saved files elsewhere to start with a new login. Nothing was changed.'
