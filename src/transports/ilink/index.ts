/**
 * The transport for iLink, the official bot API for personal accounts.
 *
 * @module itchat/ilink
 */

import type { TransportFactory } from '../../transport/transport.js'
import { checkOptions, type NamesOf } from '../../util/check-options.js'
import { type IlinkOptions, IlinkTransport } from './ilink-transport.js'
import type { WindowOptions } from './session/send-window.js'

export type { IlinkOptions, WindowOptions }

const ILINK_OPTIONS: NamesOf<IlinkOptions> = {
  baseUrl: true,
  dispatcher: true,
  botAgent: true,
  typing: true,
  window: true,
}

const WINDOW_OPTIONS: NamesOf<WindowOptions> = { hours: true, sends: true }

/**
 * Creates a transport for the iLink service, or for a server that implements its protocol.
 *
 * @throws ArgumentError for an unknown option
 */
export function ilink(options: IlinkOptions = {}): TransportFactory {
  checkOptions(options, ILINK_OPTIONS)
  if (options.window !== undefined) checkOptions(options.window, WINDOW_OPTIONS, 'window')
  return (context) => new IlinkTransport(context, options)
}
