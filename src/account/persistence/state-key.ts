import type { ArgumentError } from '../../errors.js'
import { invalidArgument } from '../../util/invalid-argument.js'
import { readKey, type Seal, sealWith } from '../../util/seal.js'

/** Environment variable with the key that encrypts saved state: 32 bytes in hex or base64. */
const KEY_VARIABLE = 'ITCHAT_STATE_KEY'

/**
 * Returns the seal for a purpose; `undefined` when the environment has no key.
 *
 * @throws ArgumentError for a key that is not 32 bytes
 */
export function sealFor(purpose: string): Seal | undefined {
  const encoded = process.env[KEY_VARIABLE]
  if (!encoded) return undefined
  const key = readKey(encoded)
  if (key) return sealWith(key, purpose)
  throw invalidArgument(KEY_VARIABLE, {
    expected: '32 bytes in hex or base64',
    found: 'another value',
    advice: 'Generate one with `openssl rand -base64 32`.',
  })
}

/**
 * The error for encrypted data that cannot be decrypted with the key in the environment.
 *
 * @param seal seal with that key; `undefined` if the key is missing
 */
export function wrongKey(subject: string, seal: Seal | undefined): ArgumentError {
  return invalidArgument(KEY_VARIABLE, {
    expected: `the key that encrypted ${subject}`,
    found: seal ? 'another key' : 'no key',
    advice: ADVICE,
  })
}

const ADVICE = 'Set the original key, or move the saved files elsewhere to start with a new login. Nothing was changed.'
