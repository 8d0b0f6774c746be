import { ATTACHMENT_APP_ID } from '../../transports/web/wire/constants.js'
import { APP_MSG_TYPE, MSG_TYPE, type WireMessage } from '../../transports/web/wire/message.js'
import type { Session } from '../session/session.js'
import type { MessageKind } from '../world/content.js'
import { locationLine } from '../world/describe.js'
import type { ContentOf, Message } from '../world/message.js'
import type { World } from '../world/world.js'
import {
  channelVideoXml,
  chatHistoryXml,
  fileXml,
  linkXml,
  miniProgramXml,
  musicXml,
  type Quoted,
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

/** A message together with its world and session. */
interface EncodeContext {
  world: World
  session: Session
  message: Message
  /** Whether the account's owner sent the message on the phone. */
  own: boolean
}

/** The fields that differ from those of an empty message. `Content` does not include the group prefix yet. */
type MessageFields = Partial<Omit<WireMessage, 'MsgId' | 'NewMsgId'>>

/** Returns the fields of a message of any kind, with `Content` encoded. @see docs/protocol.md §10, §11 */
export function messageFields(context: EncodeContext): MessageFields {
  const fields = plainFields(context)
  return fields.Content === undefined ? fields : { ...fields, Content: encodeContent(fields.Content) }
}

function plainFields(context: EncodeContext): MessageFields {
  return encode(context, context.message.content)
}

function encode<K extends MessageKind>(context: EncodeContext, content: ContentOf<K>): MessageFields {
  return ENCODERS[content.kind](context, content)
}

/**
 * Returns the MsgType and the content of a quoted message: text verbatim, other kinds as XML. @see docs/protocol.md §11
 */
function quoted({ world, session }: EncodeContext, { quotedId, quotedText }: ContentOf<'quote'>): Quoted {
  const message = world.findMessage(quotedId)
  if (!message) return { type: MSG_TYPE.text, content: quotedText }
  const context = { world, session, message, own: message.speaker === world.owner.id }
  const { content } = message
  const type = content.kind === 'unknown' ? content.msgType : (BARE_TYPES[content.kind] ?? MSG_TYPE.app)
  switch (content.kind) {
    case 'text':
      return { type, content: quotedText || content.text }
    case 'quote':
      // Only one level is quoted: the length would double with every nested quote.
      return {
        type,
        content: bare(quoteXml(content, place(message), { type: MSG_TYPE.text, content: content.quotedText })),
      }
    case 'redPacket':
      return { type, content: bare(redPacketXml(content, { texts: world.texts, own: context.own, id: message.id })) }
    default: {
      const { OriContent, Content = '' } = plainFields(context)
      return { type, content: bare(OriContent || Content) }
    }
  }
}

/** Removes the XML declaration and the whitespace after `<msg>`. */
function bare(xml: string): string {
  return xml
    .replace(/^<\?xml[^?]*\?>\s*/, '')
    .replace(/^<msg>\s+</, '<msg><')
    .trim()
}

function place({ speaker, chatId }: Message) {
  return { from: speaker, chatId }
}

const BARE_TYPES: Partial<Record<MessageKind, number>> = {
  text: MSG_TYPE.text,
  image: MSG_TYPE.image,
  voice: MSG_TYPE.voice,
  video: MSG_TYPE.video,
  sticker: MSG_TYPE.sticker,
  location: MSG_TYPE.location,
  card: MSG_TYPE.card,
  friendRequest: MSG_TYPE.friendRequest,
  note: MSG_TYPE.system,
}

const ENCODERS: { [K in MessageKind]: (context: EncodeContext, content: ContentOf<K>) => MessageFields } = {
  text: (_, { text }) => ({ MsgType: MSG_TYPE.text, Content: text }),
  note: (_, { text }) => notice(text),
  image: (_, { media }) => ({
    MsgType: MSG_TYPE.image,
    Content: imageXml(media),
    ImgStatus: 2,
    ...thumbFields(media),
  }),
  voice: ({ message }, { media }) => ({
    MsgType: MSG_TYPE.voice,
    Content: voiceXml(media, message.speaker),
    VoiceLength: media.durationMs ?? 0,
  }),
  video: ({ message }, { media }) => ({
    MsgType: MSG_TYPE.video,
    Content: videoXml(media, message.speaker),
    PlayLength: playSeconds(media),
    ...thumbFields(media),
  }),
  sticker: ({ message, world, own }, content) => ({
    MsgType: MSG_TYPE.sticker,
    Content: stickerXml(content, message.speaker, own ? message.chatId : world.owner.id),
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
      Content: `${locationLine(content)}:\n${picture}`,
      Url: `http://apis.map.qq.com/uri/v1/geocoder?coord=${latitude.toFixed(6)},${longitude.toFixed(6)}`,
      OriContent: `<?xml version="1.0"?>\n<msg>\n\t<location${place} />\n</msg>\n`,
    }
  },
  card: ({ world, session }, content) => ({
    MsgType: MSG_TYPE.card,
    Content: cardXml(content, world.people.get(content.id)),
    RecommendInfo: recommendCard(world, session, content),
  }),
  friendRequest: ({ world, session, message }, content) => {
    const person = world.people.get(message.speaker)
    return {
      FromUserName: session.names.of('fmessage'),
      MsgType: MSG_TYPE.friendRequest,
      Ticket: content.ticket,
      ...(person && {
        Content: requestXml(person, content.greeting, content.ticket),
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
  quote: (context, content) =>
    app(APP_MSG_TYPE.quote, content.text, quoteXml(content, place(context.message), quoted(context, content))),
  // AppMsgType is 0, although the type in the XML is 19.
  chatHistory: ({ message }, content) =>
    app(APP_MSG_TYPE.chatRecord, content.title, chatHistoryXml(content, message.speaker)),
  channelVideo: ({ world, message }, content) =>
    app(APP_MSG_TYPE.channelVideo, content.description, channelVideoXml(content, message.speaker, world.texts)),
  transfer: ({ world: { texts }, message: { id, at: atMs }, own }, content) =>
    app(APP_MSG_TYPE.transfer, TRANSFER_TITLE, transferXml(content, { texts, own, id, atMs })),
  redPacket: ({ world: { texts }, message: { id }, own }, content) =>
    content.form === 'line'
      ? notice(texts.redPacket(own))
      : app(APP_MSG_TYPE.redPacket, texts.redPacketTitle, redPacketXml(content, { texts, own, id })),
  unknown: (_, { msgType, appMsgType, content, fields }) => {
    // The message keeps its own ids.
    const { MsgId: _1, NewMsgId: _2, ...others } = fields
    return {
      MsgType: msgType,
      AppMsgType: appMsgType,
      Content: content,
      ...(others as MessageFields),
    }
  },
}

function notice(text: string): MessageFields {
  return { MsgType: MSG_TYPE.system, Status: 4, Content: text }
}

function app(type: number, fileName: string, xml: string): MessageFields {
  return { MsgType: MSG_TYPE.app, AppMsgType: type, FileName: escapeMarkup(fileName), Content: xml }
}

function thumbFields(media: { width?: number; height?: number }): MessageFields {
  const { width, height } = thumbSize(media)
  return { ImgWidth: width, ImgHeight: height }
}
