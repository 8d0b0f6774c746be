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

/**
 * `yymmdd-HHMMSS-` in local time, then the last six digits of the id to distinguish messages sent in the same second.
 */
function timedName({ CreateTime, MsgId }: WireMessage, extension: string): string {
  const at = new Date(CreateTime * 1000)
  const time = Number.isNaN(at.getTime()) ? new Date(0) : at
  const pad = (value: number) => String(value).padStart(2, '0')
  const day = pad(time.getFullYear() % 100) + pad(time.getMonth() + 1) + pad(time.getDate())
  const clock = pad(time.getHours()) + pad(time.getMinutes()) + pad(time.getSeconds())
  return `${day}-${clock}-${MsgId.replace(/\D/g, '').slice(-6).padStart(6, '0')}.${extension}`
}
