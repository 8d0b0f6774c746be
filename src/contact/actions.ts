/** What the server said to a send. */
export interface SendResult {
  ok: true
  /** The server's id of the message, decimal digits; wanted for recalling it. */
  MsgID: string
  LocalID: string
  /** Everything else the server sent. */
  [key: string]: unknown
}

/** What contacts can do, supplied by the account they belong to. */
export interface ContactActions {
  send(msg: string, toUserName: string): Promise<SendResult>
  sendMsg(msg: string, toUserName: string): Promise<SendResult>
  sendRawMsg(msgType: number, content: string, toUserName: string): Promise<SendResult>
}
