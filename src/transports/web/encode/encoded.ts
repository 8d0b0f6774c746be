import type { Outgoing, SendEndpoint } from '../api/message.js'

/** A message without its recipient, and the endpoint to send it to. */
export interface Encoded {
  endpoint: SendEndpoint
  message: Omit<Outgoing, 'ToUserName'>
  scene?: 0 | 2
}

/** A received message to forward by reference. */
export class ForwardedMessage {
  readonly encoded: Encoded

  constructor(encoded: Encoded) {
    this.encoded = encoded
  }
}
