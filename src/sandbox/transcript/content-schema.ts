import * as v from 'valibot'

const text = v.string()
const count = v.pipe(v.number(), v.finite())
const natural = v.pipe(v.number(), v.safeInteger(), v.minValue(0))

/** Larger media are recorded without their bytes. */
export const INLINE_LIMIT_BYTES = 256 * 1024

/** The number of a message in the transcript. */
export const MessageNumber = v.pipe(v.number(), v.safeInteger(), v.minValue(1))

/** A medium. Without `data`, replay uses a sample of that kind. */
const MediumSchema = v.strictObject({
  name: text,
  sizeBytes: natural,
  md5: v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/, 'expected 32 lowercase hex digits')),
  width: v.exactOptional(natural),
  height: v.exactOptional(natural),
  durationMs: v.exactOptional(count),
  data: v.exactOptional(v.pipe(v.string(), v.base64('expected base64'))),
})

export type RecordedMedium = v.InferOutput<typeof MediumSchema>

const medium = { media: MediumSchema }
const article = v.strictObject({ title: text, url: text, coverUrl: text, digest: text })

/** The contents that people can send; the fields are those of `ContentMap`. */
export const ContentSchema = v.variant('kind', [
  v.strictObject({ kind: v.literal('text'), text }),
  v.strictObject({ kind: v.literal('image'), ...medium }),
  v.strictObject({ kind: v.literal('voice'), ...medium, transcript: v.exactOptional(text) }),
  v.strictObject({ kind: v.literal('video'), ...medium }),
  v.strictObject({ kind: v.literal('file'), ...medium }),
  v.strictObject({ kind: v.literal('sticker'), ...medium, fromStore: v.boolean() }),
  v.strictObject({
    kind: v.literal('location'),
    latitude: count,
    longitude: count,
    label: text,
    placeName: text,
    scale: count,
  }),
  v.strictObject({ kind: v.literal('card'), id: text, name: text, alias: text, isOfficial: v.boolean() }),
  v.strictObject({
    kind: v.literal('link'),
    title: text,
    description: text,
    url: text,
    thumbUrl: text,
    source: text,
    articles: v.array(article),
  }),
  v.strictObject({
    kind: v.literal('music'),
    title: text,
    description: text,
    url: text,
    dataUrl: text,
    appName: text,
  }),
  v.strictObject({
    kind: v.literal('miniProgram'),
    title: text,
    appName: text,
    appId: text,
    pagePath: text,
    iconUrl: text,
  }),
  v.strictObject({ kind: v.literal('redPacket'), greeting: text, form: v.picklist(['line', 'app']) }),
  v.strictObject({ kind: v.literal('transfer'), amountFen: count, memo: text }),
  v.strictObject({
    kind: v.literal('quote'),
    text,
    /** Absent for a message from before the recording. */
    quoted: v.exactOptional(MessageNumber),
    quotedSpeaker: text,
    quotedName: text,
    quotedText: text,
  }),
  v.strictObject({
    kind: v.literal('chatHistory'),
    title: text,
    items: v.array(v.strictObject({ name: text, text, at: count })),
  }),
  v.strictObject({
    kind: v.literal('channelVideo'),
    author: text,
    description: text,
    url: text,
    coverUrl: text,
    durationMs: count,
  }),
  v.strictObject({
    kind: v.literal('unknown'),
    msgType: count,
    appMsgType: count,
    content: text,
    fields: v.record(v.string(), v.union([v.string(), count])),
  }),
])

export type RecordedContent = v.InferOutput<typeof ContentSchema>
