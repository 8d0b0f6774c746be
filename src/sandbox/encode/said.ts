import { ATTACHMENT_APP_ID } from '../../web/wire/constants.js'
import { APP_MSG_TYPE, MSG_TYPE, type WireMessage } from '../../web/wire/message.js'
import type { Session } from '../session/session.js'
import type { MessageKind } from '../world/content.js'
import { locationLine, redPacketLine } from '../world/describe.js'
import type { ContentOf, Message } from '../world/message.js'
import type { World } from '../world/world.js'
import {
  channelVideoXml,
  chatHistoryXml,
  fileXml,
  linkXml,
  miniProgramXml,
  musicXml,
  quoteXml,
  redPacketXml,
  TRANSFER_TITLE,
  transferXml,
} from './app-xml.js'
import { encodeContent, escapeMarkup } from './content.js'
import { encryptedName } from './file-name.js'
import { imageXml, playSeconds, stickerXml, videoXml, voiceXml } from './media-xml.js'
import { cardXml, requestXml } from './person-xml.js'
import { recommendCard, recommendRequest } from './recommend.js'
import { thumbSize } from './thumb-size.js'
import { attributes } from './xml.js'

/** Who says what to whom. */
export interface Scene {
  world: World
  session: Session
  message: Message
  /** The account's owner said it on the phone. */
  own: boolean
}

/** Fields that differ from those at rest. `Content` is encoded and has no group prefix yet. */
export type SaidFields = Partial<Omit<WireMessage, 'MsgId' | 'NewMsgId'>>

/** The fields of a message of any kind. @see docs/protocol.md §10, §11 */
export function saidFields(scene: Scene): SaidFields {
  const { content } = scene.message
  // The table has one encoder for each kind, which the compiler cannot see through.
  const encode = ENCODERS[content.kind] as (scene: Scene, content: unknown) => SaidFields
  return encode(scene, content)
}

/** MsgType of what is quoted. */
export function msgTypeOf(message: Message | undefined): number {
  return message ? (BARE_TYPES[message.content.kind] ?? MSG_TYPE.app) : MSG_TYPE.text
}

const BARE_TYPES: Partial<Record<MessageKind, number>> = {
  text: MSG_TYPE.text,
  image: MSG_TYPE.image,
  voice: MSG_TYPE.voice,
  video: MSG_TYPE.video,
  sticker: MSG_TYPE.sticker,
  location: MSG_TYPE.location,
  card: MSG_TYPE.card,
}

const ENCODERS: { [K in MessageKind]: (scene: Scene, content: ContentOf<K>) => SaidFields } = {
  text: (_, { text }) => ({ MsgType: MSG_TYPE.text, Content: encodeContent(text) }),
  note: (_, { text }) => notice(text),
  image: (_, { media }) => ({
    MsgType: MSG_TYPE.image,
    Content: encodeContent(imageXml(media)),
    ImgStatus: 2,
    ...thumbFields(media),
  }),
  voice: ({ message }, { media }) => ({
    MsgType: MSG_TYPE.voice,
    Content: encodeContent(voiceXml(media, message.speaker)),
    VoiceLength: media.durationMs ?? 0,
  }),
  video: ({ message }, { media }) => ({
    MsgType: MSG_TYPE.video,
    Content: encodeContent(videoXml(media, message.speaker)),
    PlayLength: playSeconds(media),
    ...thumbFields(media),
  }),
  sticker: ({ message, world, own }, content) => ({
    MsgType: MSG_TYPE.sticker,
    Content: encodeContent(stickerXml(content, message.speaker, own ? message.chatId : world.owner.id)),
    ImgStatus: 2,
    HasProductId: Number(content.fromStore),
    ...thumbFields(content.media),
  }),
  file: ({ message }, content) => ({
    ...app(APP_MSG_TYPE.file, content.media.name, fileXml(content, message.speaker, ATTACHMENT_APP_ID)),
    FileSize: String(content.media.sizeBytes),
    MediaId: content.media.id,
    EncryFileName: encryptedName(content.media.name),
    AppInfo: { AppID: ATTACHMENT_APP_ID, Type: 0 },
  }),
  location: ({ message }, content) => {
    const { latitude, longitude, label, placeName, scale } = content
    const picture = `/cgi-bin/mmwebwx-bin/webwxgetpubliclinkimg?url=xxx&msgid=${message.id}&pictype=location`
    const place = attributes({
      x: latitude.toFixed(6),
      y: longitude.toFixed(6),
      scale,
      label,
      maptype: 0,
      poiname: placeName,
    })
    return {
      MsgType: MSG_TYPE.text,
      SubMsgType: MSG_TYPE.location,
      Content: encodeContent(`${locationLine(content)}:\n${picture}`),
      Url: `http://apis.map.qq.com/uri/v1/geocoder?coord=${latitude.toFixed(6)},${longitude.toFixed(6)}`,
      OriContent: `<?xml version="1.0"?>\n<msg>\n\t<location${place} />\n</msg>\n`,
    }
  },
  card: ({ world, session }, content) => ({
    MsgType: MSG_TYPE.card,
    Content: encodeContent(cardXml(content, world.people.get(content.id))),
    RecommendInfo: recommendCard(world, session, content),
  }),
  friendRequest: ({ world, session, message }, content) => {
    const person = world.people.get(message.speaker)
    return {
      FromUserName: session.names.of('fmessage'),
      MsgType: MSG_TYPE.friendRequest,
      Ticket: content.ticket,
      ...(person && {
        Content: encodeContent(requestXml(person, content.greeting, content.ticket)),
        RecommendInfo: recommendRequest(session, person, content),
      }),
    }
  },
  link: ({ world, message }, content) => {
    const publisher = world.people.get(message.speaker)?.kind === 'official' ? message.speaker : ''
    return {
      ...app(APP_MSG_TYPE.link, content.title, linkXml(content, message.speaker, publisher)),
      Url: escapeMarkup(content.url),
    }
  },
  music: ({ message }, content) => ({
    ...app(APP_MSG_TYPE.music, content.title, musicXml(content, message.speaker)),
    Url: escapeMarkup(content.url),
  }),
  miniProgram: ({ message }, content) => ({
    ...app(APP_MSG_TYPE.miniProgram, content.title, miniProgramXml(content, message.speaker)),
    Url: escapeMarkup(`https://mp.weixin.qq.com/mp/waerrpage?appid=${content.appId}`),
  }),
  quote: ({ world, message }, content) => {
    const type = msgTypeOf(world.findMessage(content.quotedId))
    return app(APP_MSG_TYPE.quote, content.text, quoteXml(content, message.speaker, message.chatId, type))
  },
  // The number beside the XML is 0 though the XML says 19.
  chatHistory: ({ message }, content) =>
    app(APP_MSG_TYPE.chatRecord, content.title, chatHistoryXml(content, message.speaker)),
  channelVideo: ({ message }, content) =>
    app(APP_MSG_TYPE.channelVideo, content.description, channelVideoXml(content, message.speaker)),
  transfer: ({ message, own }, content) =>
    app(APP_MSG_TYPE.transfer, TRANSFER_TITLE, transferXml(content, own, message.id, message.at)),
  redPacket: ({ message, own }, content) =>
    content.form === 'line'
      ? notice(redPacketLine(own))
      : app(APP_MSG_TYPE.redPacket, '微信红包', redPacketXml(content, own, message.id)),
  unknown: (_, { msgType, appMsgType, content, fields }) => {
    // The ids stay those of the message.
    const { MsgId: _1, NewMsgId: _2, ...others } = fields
    return {
      MsgType: msgType,
      AppMsgType: appMsgType,
      Content: encodeContent(content),
      ...(others as SaidFields),
    }
  },
}

function notice(text: string): SaidFields {
  return { MsgType: MSG_TYPE.system, Status: 4, Content: encodeContent(text) }
}

function app(type: number, fileName: string, xml: string): SaidFields {
  return { MsgType: MSG_TYPE.app, AppMsgType: type, FileName: escapeMarkup(fileName), Content: encodeContent(xml) }
}

function thumbFields(media: { width?: number; height?: number }): SaidFields {
  const { width, height } = thumbSize(media)
  return { ImgWidth: width, ImgHeight: height }
}
