import type { ItchatOptions } from '../account/options.js'
import { ArgumentError } from '../errors.js'
import type { TransportFactory } from '../transport/transport.js'
import { type WebOptions, web } from '../transports/web/index.js'

export { WEB_DEFAULTS } from '../transports/web/index.js'

/** Environment variable that names the transport when the program does not. */
const TRANSPORT_VARIABLE = 'ITCHAT_TRANSPORT'

/** The transports of this package, by the name that the variable gives. */
const TRANSPORTS: Readonly<Record<string, (options: WebOptions) => TransportFactory>> = { web }

/**
 * The transport of an instance. The factory reads the environment when it is called, and throws an ArgumentError when that names no
 * transport.
 *
 * @throws ArgumentError for options that contradict each other
 */
export function transportOf({ transport, baseUrl, dispatcher }: ItchatOptions): TransportFactory {
  if (transport === undefined) {
    return (context) => named(process.env[TRANSPORT_VARIABLE] || 'web')({ baseUrl, dispatcher })(context)
  }
  if (typeof transport !== 'function') {
    throw new ArgumentError('transport is not a transport: give it what web() returns.', { argument: 'transport' })
  }
  const argument = baseUrl !== undefined ? 'baseUrl' : dispatcher !== undefined ? 'dispatcher' : undefined
  if (argument === undefined) return transport
  throw new ArgumentError(
    `${argument} has no effect beside transport: give it to the transport, as in web({ ${argument} }).`,
    {
      argument,
    },
  )
}

function named(name: string): (options: WebOptions) => TransportFactory {
  const factory = Object.hasOwn(TRANSPORTS, name) ? TRANSPORTS[name] : undefined
  if (factory) return factory
  throw new ArgumentError(
    `${TRANSPORT_VARIABLE} is ${JSON.stringify(name)}; it can be ${Object.keys(TRANSPORTS).join(' or ')}.`,
    { argument: TRANSPORT_VARIABLE },
  )
}
