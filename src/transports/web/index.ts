import type { TransportFactory } from '../../transport/transport.js'
import { type WebOptions, WebTransport } from './web-transport.js'
import { DEFAULT_LOGIN_ORIGIN, USER_AGENT } from './wire/constants.js'

export type { WebOptions }

/** Creates a transport for the Web WeChat service, or for a server that implements its protocol. */
export function web(options: WebOptions = {}): TransportFactory {
  return (context) => new WebTransport(context, options)
}

/** Default settings. */
export const WEB_DEFAULTS = { baseUrl: DEFAULT_LOGIN_ORIGIN, userAgent: USER_AGENT } as const
