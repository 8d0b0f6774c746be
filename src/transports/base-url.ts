import { invalidArgument } from '../util/invalid-argument.js'

/** Environment variable for the server URL; the `baseUrl` option takes precedence. */
const BASE_URL_VARIABLE = 'ITCHAT_BASE_URL'

/**
 * Returns the origin of the configured server: the `baseUrl` option or the environment variable `ITCHAT_BASE_URL`, in
 * that order; `undefined` if neither is set.
 *
 * @throws ArgumentError when the configured value is not an http or https URL
 */
export function configuredOrigin(baseUrl: string | undefined): string | undefined {
  // An empty variable counts as unset. An empty option is invalid: it must not fall back to the real service.
  const value = baseUrl ?? (process.env[BASE_URL_VARIABLE] || undefined)
  if (value === undefined) return undefined
  const name = baseUrl === undefined ? BASE_URL_VARIABLE : 'baseUrl'
  const url = URL.canParse(value) ? new URL(value) : undefined
  if (url && /^https?:$/.test(url.protocol)) return url.origin
  throw invalidArgument(name, {
    expected: 'an http or https URL such as http://127.0.0.1:8078',
    found: JSON.stringify(value),
  })
}
