/**
 * The content of each kind of message; `Medium` is the type of its picture, voice, video or file: stored bytes in the
 * world, a URL on the page.
 */
export interface ContentMap<Medium> {
  text: { text: string }
  image: { media: Medium }
  /** The length is the medium's `durationMs`. */
  voice: { media: Medium }
  video: { media: Medium }
  /** The name is the medium's. */
  file: { media: Medium }
  /** `fromStore`: from the sticker store, which programs can neither download nor forward. */
  sticker: { media: Medium; fromStore: boolean }
  location: {
    latitude: number
    longitude: number
    /** Street and number. */
    label: string
    /** Name of the place. */
    placeName: string
    /** Zoom level of the map. */
    scale: number
  }
  /** A recommended person or official account. */
  card: { id: string; name: string; alias: string; isOfficial: boolean }
  link: {
    title: string
    description: string
    url: string
    thumbUrl: string
    /** Name of the publisher, such as an official account. */
    source: string
    /** Several articles pushed at once by an official account; the first repeats the link itself. */
    articles: Article[]
  }
  music: { title: string; description: string; url: string; dataUrl: string; appName: string }
  miniProgram: { title: string; appName: string; appId: string; pagePath: string; iconUrl: string }
  /**
   * Programs receive a system line; `'app'` sends the rarer form, MsgType 49 with AppMsgType 2001, instead.
   */
  redPacket: { greeting: string; form: 'line' | 'app' }
  transfer: { amountFen: number; memo: string }
  /** A reply that quotes another message. */
  quote: { text: string; quotedId: string; quotedSpeaker: string; quotedName: string; quotedText: string }
  friendRequest: { greeting: string; ticket: string }
  chatHistory: { title: string; items: HistoryItem[] }
  channelVideo: { author: string; description: string; url: string; coverUrl: string; durationMs: number }
  /** A system line. */
  note: { text: string }
  /** Any other message: raw wire fields; `content` is not HTML-encoded yet. */
  unknown: { msgType: number; appMsgType: number; content: string; fields: Record<string, string | number> }
}

/** One article of a `link` with several. */
export interface Article {
  title: string
  url: string
  coverUrl: string
  digest: string
}

/** One message of a chat history. */
export interface HistoryItem {
  name: string
  text: string
  /** Epoch ms. */
  at: number
}

export type MessageKind = keyof ContentMap<unknown>

/** Kinds with a picture, voice, video or file. */
export type MediaKind = {
  [K in MessageKind]: ContentMap<unknown>[K] extends { media: unknown } ? K : never
}[MessageKind]

/** Input for a message of one kind: its own fields and those of its medium, flattened. */
export type ContentInput<Medium, K extends MessageKind> = Partial<Omit<ContentMap<unknown>[K], 'media'>> &
  (K extends MediaKind ? Partial<Medium> : unknown)
