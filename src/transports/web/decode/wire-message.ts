import { emptyFields, type MessageFields, type RecommendInfo, type ServerFields } from '../../../message/fields.js'
import { isShadow } from '../../../util/case-alias.js'
import { type Dict, dict, int, text } from '../../../util/read.js'

/** Keys that are added to those of the server. A server key with the same name is available only in `msg.raw`. */
const ADDED = {
  Type: true,
  Text: true,
  ActualUserName: true,
  ActualNickName: true,
  IsAt: true,
  IsAtAll: true,
  SystemInfo: true,
} satisfies Record<Exclude<keyof MessageFields, keyof ServerFields>, true>

const EMPTY = emptyFields()
const KEYS: ReadonlySet<string> = new Set([...Object.keys(EMPTY), ...Object.keys(ADDED)])
const RECOMMEND_INFO_KEYS: ReadonlySet<string> = new Set(Object.keys(EMPTY.RecommendInfo))
const APP_INFO_KEYS: ReadonlySet<string> = new Set(Object.keys(EMPTY.AppInfo))

/**
 * Reads a message so that every documented key has the documented type: missing and invalid values become empty, and
 * undocumented keys are kept verbatim. A key that would shadow another key or a member of the message is omitted.
 *
 * Written as a literal because a loop over the keys is many times slower.
 *
 * @see docs/protocol.md §9.9
 */
export function readWireMessage(value: unknown): ServerFields {
  const sent = dict(value)
  const id = text(sent.MsgId)
  const newId = text(sent.NewMsgId)
  const message: ServerFields = {
    // Both contain the same digits, but a server may send only one of them.
    MsgId: id || newId,
    NewMsgId: newId || id,
    FromUserName: text(sent.FromUserName),
    ToUserName: text(sent.ToUserName),
    MsgType: int(sent.MsgType, 0),
    Content: text(sent.Content),
    Status: int(sent.Status, 0),
    ImgStatus: int(sent.ImgStatus, 0),
    CreateTime: int(sent.CreateTime, 0),
    VoiceLength: int(sent.VoiceLength, 0),
    PlayLength: int(sent.PlayLength, 0),
    FileName: text(sent.FileName),
    FileSize: text(sent.FileSize),
    MediaId: text(sent.MediaId),
    Url: text(sent.Url),
    AppMsgType: int(sent.AppMsgType, 0),
    StatusNotifyCode: int(sent.StatusNotifyCode, 0),
    StatusNotifyUserName: text(sent.StatusNotifyUserName),
    RecommendInfo: readRecommendInfo(dict(sent.RecommendInfo)),
    ForwardFlag: int(sent.ForwardFlag, 0),
    AppInfo: readAppInfo(dict(sent.AppInfo)),
    HasProductId: int(sent.HasProductId, 0),
    Ticket: text(sent.Ticket),
    ImgHeight: int(sent.ImgHeight, 0),
    ImgWidth: int(sent.ImgWidth, 0),
    SubMsgType: int(sent.SubMsgType, 0),
    OriContent: text(sent.OriContent),
    EncryFileName: text(sent.EncryFileName),
  }
  for (const key in sent) if (!KEYS.has(key) && !isShadow(key, sent, KEYS)) copy(message, key, sent)
  return message
}

function readRecommendInfo(sent: Dict): RecommendInfo {
  const info: RecommendInfo = {
    UserName: text(sent.UserName),
    NickName: text(sent.NickName),
    QQNum: int(sent.QQNum, 0),
    Province: text(sent.Province),
    City: text(sent.City),
    Content: text(sent.Content),
    Signature: text(sent.Signature),
    Alias: text(sent.Alias),
    Scene: int(sent.Scene, 0),
    VerifyFlag: int(sent.VerifyFlag, 0),
    AttrStatus: int(sent.AttrStatus, 0),
    Sex: int(sent.Sex, 0),
    Ticket: text(sent.Ticket),
    OpCode: int(sent.OpCode, 0),
  }
  for (const key in sent) if (!RECOMMEND_INFO_KEYS.has(key)) copy(info, key, sent)
  return info
}

function readAppInfo(sent: Dict): ServerFields['AppInfo'] {
  const info = { AppID: text(sent.AppID), Type: int(sent.Type, 0) }
  for (const key in sent) if (!APP_INFO_KEYS.has(key)) copy(info, key, sent)
  return info
}

/** Defined, not assigned: assigning `__proto__` would replace the prototype. */
function copy(target: object, key: string, sent: Dict): void {
  Object.defineProperty(target, key, { value: sent[key], enumerable: true, configurable: true, writable: true })
}
