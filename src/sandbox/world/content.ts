/**
 * What a message of each kind holds; `Medium` stands for its picture, sound, film or file: stored bytes in the world,
 * an address on the page.
 */
export interface ContentMap<Medium> {
  text: { text: string }
  image: { media: Medium }
  /** Its length is the medium's `durationMs`. */
  voice: { media: Medium }
  video: { media: Medium }
  /** Its name is the medium's. */
  file: { media: Medium }
  /** `fromStore`: one of the sticker shop, which programs can neither download nor forward. */
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
  /** Somebody recommended: a person or an official account. */
  card: { id: string; name: string; alias: string; isOfficial: boolean }
  link: {
    title: string
    description: string
    url: string
    thumbUrl: string
    /** Who published it, such as the name of an official account. */
    source: string
    /** Several articles pushed at once by an official account; the first repeats the link itself. */
    articles: Article[]
  }
  music: { title: string; description: string; url: string; dataUrl: string; appName: string }
  miniProgram: { title: string; appName: string; appId: string; pagePath: string; iconUrl: string }
  /**
   * The web is told of it by a system line; `'app'` sends the rarer form, MsgType 49 with AppMsgType 2001, instead.
   */
  redPacket: { greeting: string; form: 'line' | 'app' }
  transfer: { amountFen: number; memo: string }
  /** A reply that shows what it replies to. */
  quote: { text: string; quotedId: string; quotedSpeaker: string; quotedName: string; quotedText: string }
  friendRequest: { greeting: string; ticket: string }
  chatHistory: { title: string; items: HistoryItem[] }
  channelVideo: { author: string; description: string; url: string; coverUrl: string; durationMs: number }
  /** A system line. */
  note: { text: string }
  /** Anything else: wire fields as they are, `content` not HTML-encoded yet. */
  unknown: { msgType: number; appMsgType: number; content: string; fields: Record<string, string | number> }
}

/** One article of a push. */
export interface Article {
  title: string
  url: string
  coverUrl: string
  digest: string
}

/** One line of a merged chat record. */
export interface HistoryItem {
  name: string
  text: string
  /** Epoch ms. */
  at: number
}

export type MessageKind = keyof ContentMap<unknown>

/** Kinds that hold a picture, sound, film or file. */
export type MediaKind = {
  [K in MessageKind]: ContentMap<unknown>[K] extends { media: unknown } ? K : never
}[MessageKind]

/** What is given to say something of one kind: its own fields and, flat among them, those of its medium. */
export type Given<Medium, K extends MessageKind> = Partial<Omit<ContentMap<unknown>[K], 'media'>> &
  (K extends MediaKind ? Partial<Medium> : unknown)
