import { ProtocolError } from '../../errors.js'
import { configuredOrigin } from '../base-url.js'
import { DEFAULT_LOGIN_ORIGIN, HOST_TABLE } from './wire/constants.js'
import type { HostRole } from './wire/endpoints.js'

/** The origin for each role, such as `https://wx2.qq.com`. @see docs/protocol.md §2.1 */
export type Hosts = Record<HostRole, string>

/**
 * Returns the origin to log in to: the configured server or the real service.
 *
 * @throws ArgumentError when the configured value is not an http or https URL
 */
export function loginOrigin(baseUrl: string | undefined): string {
  return configuredOrigin(baseUrl) ?? DEFAULT_LOGIN_ORIGIN
}

/** Until the login reply names a base host, one origin serves every role. */
export function hostsBeforeLogin(login: string): Hosts {
  return { login, base: login, file: login, push: login }
}

/**
 * Derives the hosts of a session from the redirect URL in the login reply.
 *
 * The real service may redirect only to a WeChat host over https, and a configured server only to itself.
 *
 * @throws ProtocolError for any other host, so that no cookie is sent to it
 * @see docs/protocol.md §2.2
 */
export function hostsAfterLogin(login: string, redirect: URL): Hosts {
  if (!wechatRow(new URL(login).hostname)) {
    if (redirect.host !== new URL(login).host) throw untrustedHost(redirect, `the configured server is ${login}`)
    return hostsBeforeLogin(login)
  }
  const row = wechatRow(redirect.hostname)
  if (!row || redirect.protocol !== 'https:' || redirect.port !== '')
    throw untrustedHost(redirect, 'only WeChat hosts over https are trusted')
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

function untrustedHost(redirect: URL, reason: string): ProtocolError {
  return new ProtocolError(
    `login: the server redirected this session to ${redirect.origin}, but ${reason}. No request was sent to that host.`,
    {
      endpoint: 'login',
    },
  )
}
