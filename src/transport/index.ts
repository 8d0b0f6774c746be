/**
 * Types and helpers for custom transports; see docs/architecture.md.
 *
 * @module itchat/transport
 */

export type { ContactLookup } from '../contact/contact.js'
export type { ContactTraits, SentFields } from '../contact/fields.js'
export { emptyFields, type ServerFields } from '../message/fields.js'
export { createMessage, type MessageActions, type MessageContext, type Payload } from '../message/message.js'
export type { Dict } from '../util/read.js'
export type { TextLimit } from '../util/split-text.js'
export type * from './batch.js'
export type * from './contacts.js'
export type * from './content.js'
export type * from './login.js'
export type * from './transport.js'
