import { timedName } from '../../../message/timed-name.js'
import { safeName } from '../../../util/safe-name.js'
import { APP_MSG_TYPE, MSG_TYPE, type WireMessage } from '../wire/message.js'

/** Usual extension for each kind of media. @see docs/protocol.md §7 */
const EXTENSIONS: Readonly<Record<number, string>> = {
  [MSG_TYPE.image]: 'png',
  [MSG_TYPE.voice]: 'mp3',
  [MSG_TYPE.video]: 'mp4',
  [MSG_TYPE.microVideo]: 'mp4',
  [MSG_TYPE.sticker]: 'gif',
}

/**
 * `FileName` of a message: sanitized for attachments, built from the time and id for other media, otherwise verbatim.
 */
export function fileNameOf(message: WireMessage): string {
  if (message.MsgType === MSG_TYPE.app) {
    if (message.AppMsgType === APP_MSG_TYPE.file) return safeName(message.FileName)
    return message.AppMsgType === APP_MSG_TYPE.gif ? timedName(message, 'gif') : message.FileName
  }
  const extension = EXTENSIONS[message.MsgType]
  return extension === undefined ? message.FileName : timedName(message, extension)
}
