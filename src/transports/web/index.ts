import type { TransportContext } from '../../transport/transport.js'
import { WebConnection, type WebOptions } from './connection.js'
import { DEFAULT_LOGIN_ORIGIN, USER_AGENT } from './wire/constants.js'

export type { WebOptions }

export type WebFactory = (context: TransportContext) => WebConnection

/** The Web WeChat service, or a server that speaks its protocol. */
export function web(options: WebOptions = {}): WebFactory {
  return (context) => new WebConnection(context, options)
}

/** What it starts from. */
export const WEB_DEFAULTS = { baseUrl: DEFAULT_LOGIN_ORIGIN, userAgent: USER_AGENT } as const
