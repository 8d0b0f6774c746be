/**
 * The content of each kind of message. `Medium` is the type of a picture, voice message, video or file: stored bytes in
 * the world, a URL on the page.
 */
export interface ContentMap<Medium> {
  text: { text: string }
  image: { media: Medium }
  /** The duration is `media.durationMs`. Only programs in the ClawBot chat receive the transcript. */
  voice: { media: Medium; transcript?: string }
  video: { media: Medium }
  /** The file name is `media.name`. */
  file: { media: Medium }
  /** `fromStore` marks a sticker from the sticker store, which programs can neither download nor forward. */
  sticker: { media: Medium; fromStore: boolean }
  location: {
    latitude: number
    longitude: number
    /** Street and house number. */
    label: string
    /** Name of the place. */
    placeName: string
    /** Zoom level of the map. */
    scale: number
  }
  /** A recommendation of a person or official account. */
  card: { id: string; name: string; alias: string; isOfficial: boolean }
  link: {
    title: string
    description: string
    url: string
    thumbUrl: string
    /** The name of the publisher, such as an official account. */
    source: string
    /** Articles that an official account publishes together. The first one repeats the link itself. */
    articles: Article[]
  }
  music: { title: string; description: string; url: string; dataUrl: string; appName: string }
  miniProgram: { title: string; appName: string; appId: string; pagePath: string; iconUrl: string }
  /** Programs receive a system notice or, with `'app'`, the rarer form: MsgType 49 with AppMsgType 2001. */
  redPacket: { greeting: string; form: 'line' | 'app' }
  transfer: { amountFen: number; memo: string }
  /** A reply that quotes another message. */
  quote: { text: string; quotedId: string; quotedSpeaker: string; quotedName: string; quotedText: string }
  friendRequest: { greeting: string; ticket: string }
  chatHistory: { title: string; items: HistoryItem[] }
  channelVideo: { author: string; description: string; url: string; coverUrl: string; durationMs: number }
  /** A system notice. */
  note: { text: string }
  /** Any other message, with raw wire fields. `content` is not HTML-encoded yet. */
  unknown: { msgType: number; appMsgType: number; content: string; fields: Record<string, string | number> }
}

/** An article in a `link` that contains several. */
export interface Article {
  title: string
  url: string
  coverUrl: string
  digest: string
}

/** A message in a chat history. */
export interface HistoryItem {
  name: string
  text: string
  /** Unix time in milliseconds. */
  at: number
}

/** The kind of a message, such as `text` or `image`. */
export type MessageKind = keyof ContentMap<unknown>

/** The kinds that contain a picture, voice message, video or file. */
export type MediaKind = {
  [K in MessageKind]: ContentMap<unknown>[K] extends { media: unknown } ? K : never
}[MessageKind]

/** The input for a message of one kind: its own fields and the fields of its medium in one object. */
export type ContentInput<Medium, K extends MessageKind> = Partial<Omit<ContentMap<unknown>[K], 'media'>> &
  (K extends MediaKind ? Partial<Medium> : unknown)
