/**
 * The transport for iLink, the official bot API for personal accounts.
 *
 * @module itchat/ilink
 */

import type { TransportFactory } from '../../transport/transport.js'
import { type IlinkOptions, IlinkTransport } from './ilink-transport.js'

export type { IlinkOptions } from './ilink-transport.js'
export type { WindowOptions } from './session/send-window.js'

/** Creates a transport for the iLink service, or for a server that implements its protocol. */
export function ilink(options: IlinkOptions = {}): TransportFactory {
  return (context) => new IlinkTransport(context, options)
}
