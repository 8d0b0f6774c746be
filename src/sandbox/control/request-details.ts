import type { BodyView, RequestView } from '../inspector/request-view.js'
import type { MessageKind } from '../world/content.js'

/**
 * A request with its headers and bodies. All secrets, such as session keys, cookies, tickets and media keys, are
 * replaced with `***masked***`.
 */
export interface RequestDetails {
  request: RequestView
  /** HTTP method. */
  method: string
  /** Scheme, host, path and query. */
  url: string
  /** Names in lower case. */
  requestHeaders: [name: string, value: string][]
  requestBody: BodyView
  /** Absent while the request is pending or if there was no reply. */
  reply?: { headers: [name: string, value: string][]; body: BodyView }
  /** Names of the chats and people by the `UserName` under which they occur in the request. */
  names: Record<string, string>
  /** The latest messages that belong to the request. */
  messages: CarriedMessage[]
  /** Ids of the latest raw messages that belong to the request. The phone does not show them. */
  rawMessages: string[]
  /** The message to which the sent message replies. */
  causedBy?: { message: CarriedMessage; replyMs: number }
}

/** A message that belongs to a request. */
export interface CarriedMessage {
  id: string
  chatId: string
  kind: MessageKind
  /** Its text, title or name; `''` for other kinds. */
  text: string
}
