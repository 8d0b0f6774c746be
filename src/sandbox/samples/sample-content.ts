import type { Clock } from '../clock.js'
import { SandboxError } from '../errors.js'
import type { MediaStore } from '../media/media-store.js'
import type { Fields } from '../read/fields.js'
import type { MessageKind } from '../world/content.js'
import { textOf } from '../world/describe.js'
import type { ContentOf, Message } from '../world/message.js'
import type { Person } from '../world/person.js'
import type { World } from '../world/world.js'
import type { SampleMedia } from './sample-media.js'
import { SAMPLE_TEXTS } from './sample-texts.js'

const MINUTE_MS = 60_000

/** The parts of the sandbox that samples refer to. */
interface SampleContext {
  readonly clock: Clock
  readonly world: World
  readonly media: MediaStore
  readonly samples: SampleMedia
}

/** The chat and the speaker of a message. */
export interface Place {
  core: SampleContext
  chatId: string
  /** Person id. */
  speaker: string
}

/** The content of a message of one kind, without its medium. */
type Plain<K extends MessageKind> = Omit<ContentOf<K>, 'kind' | 'media'>

/** Returns sample content for a message kind. `input` may select the person or message to which the sample refers. */
export function sampleOf(place: Place, kind: MessageKind, input: Readonly<Fields>): Fields {
  const sample = SAMPLES[kind]
  if (!sample) {
    throw new SandboxError(`Unknown message kind "${kind}": expected one of ${Object.keys(SAMPLES).join(', ')}.`)
  }
  return sample(place, input)
}

const SAMPLES: {
  [K in MessageKind]: (place: Place, input: Readonly<Fields>) => Plain<K>
} = {
  text: (place) => ({ text: textsOf(place).greeting }),
  image: () => ({}),
  voice: () => ({}),
  video: () => ({}),
  file: () => ({}),
  sticker: () => ({ fromStore: false }),
  location: (place) => ({
    latitude: 30.242_865,
    longitude: 120.149_27,
    ...textsOf(place).location,
    scale: 16,
  }),
  card: sampleCard,
  link: (place) => ({ ...textsOf(place).link, thumbUrl: '', articles: [] }),
  music: (place) => ({
    ...textsOf(place).music,
    url: 'https://example.com/music/walk?id=1&from=share',
    dataUrl: 'https://example.com/music/walk.mp3',
  }),
  miniProgram: (place) => ({
    ...textsOf(place).miniProgram,
    appId: 'wx0123456789abcdef',
    pagePath: 'pages/index/index.html?round=1',
    iconUrl: '',
  }),
  redPacket: (place) => ({ greeting: textsOf(place).redPacket, form: 'line' }),
  transfer: (place) => ({ amountFen: 880, memo: textsOf(place).transfer }),
  quote: sampleQuote,
  friendRequest: () => ({ greeting: '', ticket: '' }),
  chatHistory: sampleHistory,
  channelVideo: (place) => ({
    ...textsOf(place).channelVideo,
    url: 'https://example.com/channels/clouds',
    coverUrl: '',
    durationMs: 15_000,
  }),
  note: (place) => ({ text: textsOf(place).note }),
  unknown: () => ({
    msgType: 9999,
    appMsgType: 0,
    content: '<sysmsg type="sample"><text>something new</text></sysmsg>',
    fields: {},
  }),
}

function textsOf({ core }: Place) {
  return SAMPLE_TEXTS[core.world.language]
}

/** Recommends the person with the given id, even if unknown, or by default a friend who is not in the chat. */
function sampleCard(place: Place, input: Readonly<Fields>): Plain<'card'> {
  const { people, owner } = place.core.world
  const requestedId = input.id
  if (typeof requestedId === 'string' && !people.has(requestedId)) {
    return { id: requestedId, name: '', alias: '', isOfficial: requestedId.startsWith('gh_') }
  }
  const person = typeof requestedId === 'string' ? people.get(requestedId) : findOutsider(place, [...people.values()])
  const { id, name, alias, kind } = person ?? owner
  return { id, name, alias, isOfficial: kind === 'official' }
}

function findOutsider({ core, chatId, speaker }: Place, people: Person[]): Person | undefined {
  return people.find(
    (person) =>
      person.kind === 'person' && person !== core.world.owner && person.id !== chatId && person.id !== speaker,
  )
}

/** Quotes the requested message or, by default, the latest message in the chat that has a speaker. */
function sampleQuote(place: Place, input: Readonly<Fields>): Plain<'quote'> {
  const { core, chatId } = place
  const text = textsOf(place).quote
  const conversation = core.world.conversations.get(chatId)
  const { quotedId } = input
  const found = typeof quotedId === 'string' ? conversation?.find(quotedId) : undefined
  if (found) return { text, ...quotedFields(core, found) }
  if (typeof quotedId === 'string' && input.quotedText === undefined) {
    throw new SandboxError(`Unknown quotedId "${quotedId}": expected the id of a message in this chat.`)
  }
  const latest = conversation?.messages.findLast((message) => message.speaker !== '')
  return {
    text,
    ...(latest
      ? quotedFields(core, latest)
      : { quotedId: core.world.newMessageId(), quotedSpeaker: '', quotedName: '', quotedText: '' }),
  }
}

function quotedFields({ world }: SampleContext, message: Message) {
  const group = world.groups.get(message.chatId)
  const quotedName = group ? world.nameIn(group, message.speaker) : (world.people.get(message.speaker)?.name ?? '')
  return {
    quotedId: message.id,
    quotedSpeaker: message.speaker,
    quotedName,
    quotedText: textOf(message.content),
  }
}

function sampleHistory(place: Place): Plain<'chatHistory'> {
  const { clock, world } = place.core
  const texts = textsOf(place)
  const now = clock.now()
  const name = world.people.get(place.chatId)?.name ?? texts.historyName
  return {
    title: texts.historyTitle(name, world.owner.name),
    items: texts.history.map((text, index) => ({
      name: index % 2 === 0 ? name : world.owner.name,
      text,
      at: now - (20 - index) * MINUTE_MS,
    })),
  }
}
