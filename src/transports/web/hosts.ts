import { ProtocolError } from '../../errors.js'
import { invalidArgument } from '../../util/invalid-argument.js'
import { DEFAULT_LOGIN_ORIGIN, HOST_TABLE } from './wire/constants.js'
import type { HostRole } from './wire/endpoints.js'

/** The origin that plays each role, such as `https://wx2.qq.com`. @see docs/protocol.md §2.1 */
export type Hosts = Record<HostRole, string>

/** Environment variable that names the server when the program does not. */
const BASE_URL_VARIABLE = 'ITCHAT_BASE_URL'

/**
 * Where to log in: what the program says, else the environment variable `ITCHAT_BASE_URL`, else the real service.
 *
 * @throws ArgumentError for anything but an http or https URL
 */
export function loginOrigin(baseUrl: string | undefined): string {
  // An empty variable is unset; an empty option is a mistake that must not lead to the real service.
  const given = baseUrl ?? (process.env[BASE_URL_VARIABLE] || undefined)
  if (given === undefined) return DEFAULT_LOGIN_ORIGIN
  const name = baseUrl === undefined ? BASE_URL_VARIABLE : 'baseUrl'
  const url = URL.canParse(given) ? new URL(given) : undefined
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw invalidArgument(name, {
      expected: 'an http or https URL such as http://127.0.0.1:8078',
      found: JSON.stringify(given),
    })
  }
  return url.origin
}

/** Before the login reply names a base host, one origin serves every role. */
export function hostsBeforeLogin(login: string): Hosts {
  return { login, base: login, file: login, push: login }
}

/**
 * The hosts of a session, from the address the login reply names.
 *
 * With the real service that must be a WeChat host over https; with a configured server, that server.
 *
 * @throws ProtocolError for any other, so that no cookie goes there
 * @see docs/protocol.md §2.2
 */
export function hostsAfterLogin(login: string, redirect: URL): Hosts {
  if (!wechatRow(new URL(login).hostname)) {
    if (redirect.host !== new URL(login).host) throw refused(redirect, `this program is set to ${login}`)
    return hostsBeforeLogin(login)
  }
  const row = wechatRow(redirect.hostname)
  if (!row || redirect.protocol !== 'https:' || redirect.port !== '') throw refused(redirect, 'that is no WeChat host')
  return {
    login: `https://${row.login}`,
    base: redirect.origin,
    file: `https://${row.file}`,
    push: `https://${row.push}`,
  }
}

function wechatRow(hostname: string): (typeof HOST_TABLE)[number] | undefined {
  return HOST_TABLE.find(({ suffix }) => hostname === suffix || hostname.endsWith(`.${suffix}`))
}

function refused(redirect: URL, why: string): ProtocolError {
  return new ProtocolError(
    `login: the server sends this session to ${redirect.origin}, but ${why}. Nothing was sent there.`,
    {
      endpoint: 'login',
    },
  )
}
