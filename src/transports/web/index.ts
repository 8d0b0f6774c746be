import type { TransportFactory } from '../../transport/transport.js'
import { checkOptions, type NamesOf } from '../../util/check-options.js'
import { type WebOptions, WebTransport } from './web-transport.js'
import { DEFAULT_LOGIN_ORIGIN, USER_AGENT } from './wire/constants.js'

export type { WebOptions }

const WEB_OPTIONS: NamesOf<WebOptions> = { baseUrl: true, dispatcher: true }

/**
 * Creates a transport for the Web WeChat service, or for a server that implements its protocol.
 *
 * @throws ArgumentError for an unknown option
 */
export function web(options: WebOptions = {}): TransportFactory {
  checkOptions(options, WEB_OPTIONS)
  return (context) => new WebTransport(context, options)
}

/** Default settings. */
export const WEB_DEFAULTS = { baseUrl: DEFAULT_LOGIN_ORIGIN, userAgent: USER_AGENT } as const
