import * as v from 'valibot'
import { CLAWBOT_ACTION_NAMES, PHONE_ACTION_NAMES } from '../world/action.js'
import { ContentSchema, MessageNumber } from './content-schema.js'

/** The version of the format, in the first line of every transcript. */
export const TRANSCRIPT_VERSION = 1

const text = v.string()
const id = v.pipe(v.string(), v.nonEmpty())
/** Milliseconds since the start of the recording. */
const at = v.pipe(v.number(), v.safeInteger(), v.minValue(0))
const n = MessageNumber
const wireFields = v.record(v.string(), v.unknown())

/** The size of the largest transcript that is read or written to a file. */
export const FILE_LIMIT_BYTES = 256 * 1024 * 1024

/** One line after the header. `n` numbers the messages, and `ref` refers to such a number. */
const LineSchema = v.variant('type', [
  // What people, the phone and the test did.
  v.strictObject({
    at,
    type: v.literal('say'),
    n,
    chat: id,
    speaker: id,
    mentions: v.exactOptional(v.array(id)),
    content: ContentSchema,
  }),
  v.strictObject({ at, type: v.literal('notice'), n, chat: id, text }),
  v.strictObject({ at, type: v.literal('requestFriend'), n, person: id, greeting: text }),
  v.strictObject({ at, type: v.literal('recall'), ref: n }),
  v.strictObject({ at, type: v.literal('rename'), id, name: text, by: v.exactOptional(id) }),
  v.strictObject({ at, type: v.picklist(['addMembers', 'removeMembers']), chat: id, people: v.array(id), by: id }),
  v.strictObject({ at, type: v.literal('joinByQr'), chat: id, person: id, by: id }),
  v.strictObject({ at, type: v.literal('displayName'), chat: id, person: id, name: text }),
  v.strictObject({ at, type: v.literal('addPerson'), id, name: text, isContact: v.boolean() }),
  v.strictObject({ at, type: v.literal('unfriend'), person: id }),
  v.strictObject({ at, type: v.literal('open'), chat: id }),
  v.strictObject({
    at,
    type: v.literal('phone'),
    action: v.picklist(PHONE_ACTION_NAMES),
    message: v.exactOptional(text),
  }),
  v.strictObject({ at, type: v.literal('endSession'), code: v.picklist([1100, 1101, 1102]) }),
  v.strictObject({ at, type: v.literal('raw'), fields: wireFields }),
  v.strictObject({
    at,
    type: v.literal('clawbot'),
    action: v.picklist(CLAWBOT_ACTION_NAMES),
    code: v.exactOptional(v.pipe(v.string(), v.regex(/^\d{4,8}$/, 'expected 4 to 8 digits'))),
    count: v.exactOptional(n),
    isOn: v.exactOptional(v.boolean()),
  }),
  v.strictObject({
    at,
    type: v.literal('write'),
    messages: v.array(v.strictObject({ n, content: ContentSchema })),
    items: v.exactOptional(v.array(wireFields)),
    raw: v.exactOptional(wireFields),
  }),
  v.strictObject({ at, type: v.literal('fault'), id, fault: wireFields }),
  v.strictObject({ at, type: v.literal('removeFault'), id }),
  // What the program did.
  v.strictObject({ at, type: v.picklist(['online', 'offline']), protocol: v.picklist(['web', 'ilink']) }),
  v.strictObject({ at, type: v.literal('fetched'), refs: v.array(n) }),
  v.strictObject({
    at,
    type: v.literal('sent'),
    n,
    chat: id,
    kind: text,
    text,
    name: v.exactOptional(text),
    md5: v.exactOptional(text),
    isBroken: v.exactOptional(v.literal(true)),
  }),
  v.strictObject({ at, type: v.literal('sentRecall'), ref: n }),
  // The last line of a recording that ended because it had reached its size limit.
  v.strictObject({ at, type: v.literal('end'), reason: v.literal('limit') }),
])

const person = {
  name: text,
  id,
  remark: v.exactOptional(text),
  alias: v.exactOptional(text),
  sex: v.exactOptional(v.picklist([0, 1, 2])),
  province: v.exactOptional(text),
  city: v.exactOptional(text),
  signature: v.exactOptional(text),
  initials: v.exactOptional(text),
  pinyin: v.exactOptional(text),
  remarkInitials: v.exactOptional(text),
  remarkPinyin: v.exactOptional(text),
  starred: v.exactOptional(v.boolean()),
  pinned: v.exactOptional(v.boolean()),
  muted: v.exactOptional(v.boolean()),
}

/** The second line: the people and groups at the start of the recording. */
const WorldLineSchema = v.strictObject({
  world: v.strictObject({
    language: v.picklist(['zh', 'en']),
    owner: v.strictObject(person),
    friends: v.array(v.strictObject(person)),
    officials: v.array(v.strictObject({ ...person, verified: v.boolean() })),
    strangers: v.array(v.strictObject(person)),
    groups: v.array(
      v.strictObject({
        topic: text,
        id,
        members: v.array(v.strictObject({ name: text, id, displayName: text })),
        owner: id,
        ownDisplayName: text,
        saved: v.boolean(),
        renameBy: v.picklist(['everyone', 'owner']),
        pinned: v.boolean(),
        muted: v.boolean(),
      }),
    ),
  }),
})

export type RecordedWorld = v.InferOutput<typeof WorldLineSchema>['world']

/** A line after the header, as it is in the file. */
export type TranscriptLine = v.InferOutput<typeof LineSchema>

/** The lines of one type. */
export type LineOf<T extends TranscriptLine['type']> = Extract<TranscriptLine, { type: T }>

/** Validates a parsed line. Returns the reason if it is invalid. */
export function checkLine(value: unknown): TranscriptLine | string {
  const { success, output, issues } = v.safeParse(LineSchema, value, { abortEarly: true })
  return success ? output : describeIssue(issues[0])
}

/** Validates the parsed second line. Returns the reason if it is invalid. */
export function checkWorldLine(value: unknown): RecordedWorld | string {
  const { success, output, issues } = v.safeParse(WorldLineSchema, value, { abortEarly: true })
  return success ? output.world : describeIssue(issues[0])
}

/** The message of an issue repeats the value that was found. */
const MESSAGE_LIMIT = 500

function describeIssue(issue: v.BaseIssue<unknown>): string {
  const path = v.getDotPath(issue)
  const message = issue.message.length > MESSAGE_LIMIT ? `${issue.message.slice(0, MESSAGE_LIMIT)}…` : issue.message
  return path ? `${path}: ${message}` : message
}
