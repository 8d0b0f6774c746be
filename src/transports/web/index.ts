import type { TransportFactory } from '../../transport/transport.js'
import { type WebOptions, WebTransport } from './web-transport.js'
import { DEFAULT_LOGIN_ORIGIN, USER_AGENT } from './wire/constants.js'

export type { WebOptions }

/** The Web WeChat service, or a server that speaks its protocol. */
export function web(options: WebOptions = {}): TransportFactory {
  return (context) => new WebTransport(context, options)
}

/** What it starts from. */
export const WEB_DEFAULTS = { baseUrl: DEFAULT_LOGIN_ORIGIN, userAgent: USER_AGENT } as const
