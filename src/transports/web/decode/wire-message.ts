import type { MessageFields } from '../../../message/message.js'
import { type Dict, dict, int, text } from '../../../util/read.js'
import { isShadow } from '../../../util/spelling.js'
import type { WireMessage, WireRecommendInfo } from '../wire/message.js'

const RECOMMEND_INFO: WireRecommendInfo = {
  UserName: '',
  NickName: '',
  QQNum: 0,
  Province: '',
  City: '',
  Content: '',
  Signature: '',
  Alias: '',
  Scene: 0,
  VerifyFlag: 0,
  AttrStatus: 0,
  Sex: 0,
  Ticket: '',
  OpCode: 0,
}

const MESSAGE: WireMessage = {
  MsgId: '',
  NewMsgId: '',
  FromUserName: '',
  ToUserName: '',
  MsgType: 0,
  Content: '',
  Status: 0,
  ImgStatus: 0,
  CreateTime: 0,
  VoiceLength: 0,
  PlayLength: 0,
  FileName: '',
  FileSize: '',
  MediaId: '',
  Url: '',
  AppMsgType: 0,
  StatusNotifyCode: 0,
  StatusNotifyUserName: '',
  RecommendInfo: RECOMMEND_INFO,
  ForwardFlag: 0,
  AppInfo: { AppID: '', Type: 0 },
  HasProductId: 0,
  Ticket: '',
  ImgHeight: 0,
  ImgWidth: 0,
  SubMsgType: 0,
  OriContent: '',
  EncryFileName: '',
}

/** Keys that a message has beside the server's; one of that name is the server's only in `msg.raw`. */
const ADDED = {
  Type: true,
  Text: true,
  ActualUserName: true,
  ActualNickName: true,
  IsAt: true,
  IsAtAll: true,
  SystemInfo: true,
} satisfies Record<Exclude<keyof MessageFields, keyof WireMessage>, true>

const ADDED_KEYS = Object.keys(ADDED)
const MESSAGE_KEYS: ReadonlySet<string> = new Set([...Object.keys(MESSAGE), ...ADDED_KEYS])

/**
 * A message with every documented key of the documented type: what is missing or wrong becomes empty, what is not
 * documented stays as it was sent. A key that would hide one of these, or one of a message's own, is left out.
 *
 * @see docs/protocol.md §9.9
 */
export function readWireMessage(value: unknown): WireMessage & { NewMsgId: string } {
  const sent = dict(value)
  const message = readLike(MESSAGE, sent) as unknown as WireMessage & { NewMsgId: string }
  const keys = message as unknown as Dict
  for (const key of ADDED_KEYS) if (key in sent) delete keys[key]
  for (const key in sent) if (isShadow(key, sent, MESSAGE_KEYS)) delete keys[key]
  // The two hold the same digits; a server may send only one.
  message.NewMsgId ||= message.MsgId
  message.MsgId ||= message.NewMsgId
  return message
}

function readLike(template: object, sent: Dict): Dict {
  const result: Dict = { ...sent }
  for (const [key, sample] of Object.entries(template)) {
    const value = sent[key]
    if (typeof sample === 'string') result[key] = text(value)
    else if (typeof sample === 'number') result[key] = int(value, sample)
    else result[key] = readLike(sample, dict(value))
  }
  return result
}
