import { ProtocolError } from '../../errors.js'
import { configuredOrigin } from '../base-url.js'
import { CDN_PATH, DEFAULT_CDN, DEFAULT_ORIGIN, WECHAT_DOMAINS } from './wire/constants.js'

/** The addresses of one account. */
export interface Hosts {
  /** Origin of the QR code requests; also decides which other addresses are trusted. */
  readonly login: string
  /** Base URL of the media server, without a slash at its end. */
  readonly cdn: string
}

/** @throws ArgumentError when the configured value is not an http or https URL */
export function hostsOf(baseUrl: string | undefined): Hosts {
  const configured = configuredOrigin(baseUrl)
  if (configured === undefined) return { login: DEFAULT_ORIGIN, cdn: DEFAULT_CDN }
  return { login: configured, cdn: configured + CDN_PATH }
}

/**
 * Reads an address from a reply. The real service may name only WeChat hosts, over https; a configured server only its
 * own host name, with its own scheme.
 *
 * @param address a URL, or a host name with an optional port
 * @throws ProtocolError for any other address, so that no token or file is sent to it
 */
export function trustedUrl({ login }: Pick<Hosts, 'login'>, address: string, endpoint: string): URL {
  const base = new URL(login)
  const url = parse(base, address)
  if (url && isTrusted(base, url)) return url
  const found = url ? url.origin : 'an invalid address'
  const rule =
    base.origin === DEFAULT_ORIGIN
      ? 'only WeChat hosts over https are trusted'
      : `the configured server is ${base.origin}`
  throw new ProtocolError(`${endpoint}: the server named ${found}, but ${rule}. No request was sent to that address.`, {
    endpoint,
  })
}

/** Whether `trustedUrl` accepts an address. */
export function isTrustedUrl({ login }: Pick<Hosts, 'login'>, address: string): boolean {
  const base = new URL(login)
  const url = parse(base, address)
  return url !== undefined && isTrusted(base, url)
}

function parse(base: URL, address: string): URL | undefined {
  const full = address.includes('://') ? address : `${base.protocol}//${address}`
  return URL.canParse(full) ? new URL(full) : undefined
}

function isTrusted(base: URL, url: URL): boolean {
  if (url.username !== '' || url.password !== '') return false
  if (base.origin !== DEFAULT_ORIGIN) return url.hostname === base.hostname && url.protocol === base.protocol
  return url.protocol === 'https:' && url.port === '' && isWechatHost(url.hostname)
}

function isWechatHost(hostname: string): boolean {
  return WECHAT_DOMAINS.some((domain) => hostname === domain || hostname.endsWith(`.${domain}`))
}
