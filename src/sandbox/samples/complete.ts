import { SandboxError } from '../errors.js'
import type { MediumDetails } from '../media/media-store.js'
import type { Fields } from '../read/fields.js'
import type { ContentInput, MediaKind, MessageKind } from '../world/content.js'
import { findPerson } from '../world/find.js'
import type { Medium } from '../world/medium.js'
import type { Content } from '../world/message.js'
import { type Place, sampleOf } from './sample-content.js'

/** Media to send. Fields that can be detected from the bytes are optional. Without `bytes`, a sample is used. */
export interface MediaBytes {
  bytes: Uint8Array
  /** The file name. */
  name: string
  width: number
  height: number
  durationMs: number
}

/** A message to send: its kind and any of its fields. */
export type MessageInput<K extends MessageKind = MessageKind> = {
  [Kind in K]: { kind: Kind } & ContentInput<MediaBytes, Kind>
}[K]

const MEDIA_KINDS: Readonly<Record<MediaKind, true>> = {
  image: true,
  voice: true,
  video: true,
  file: true,
  sticker: true,
}

/** Fills in omitted fields from a sample. Throws for an unknown kind or a field of the wrong type. */
export function completeContent(place: Place, input: { kind: MessageKind } & Fields): Content {
  const { kind } = input
  const fields: Fields = { ...input, ...(kind === 'card' ? resolveCard(place, input) : {}) }
  const sample = sampleOf(place, kind, fields)
  const content: Fields = { kind, ...sample }
  for (const [name, value] of Object.entries(sample)) {
    if (fields[name] === undefined) continue
    checkType(name, fields[name], value)
    content[name] = fields[name]
  }
  if (kind === 'voice' && fields.transcript !== undefined) {
    checkType<string>('transcript', fields.transcript, '')
    content.transcript = fields.transcript
  }
  if (isMediaKind(kind)) content.media = mediumOf(place, kind, fields)
  // Each field has been checked against the sample of this kind.
  return content as Content
}

/** Finds the person on a card by any of their names. With a `name`, the person may be unknown. */
function resolveCard({ core }: Place, { id, name }: Fields): { id?: string } {
  if (typeof id !== 'string' || name !== undefined) return {}
  return { id: findPerson(core.world.people.values(), id).id }
}

function isMediaKind(kind: MessageKind): kind is MediaKind {
  return Object.hasOwn(MEDIA_KINDS, kind)
}

function mediumOf({ core }: Place, kind: MediaKind, input: Fields): Medium {
  const { bytes, name, width, height, durationMs } = input
  if (name !== undefined) checkType<string>('name', name, '')
  if (width !== undefined) checkType<number>('width', width, 0)
  if (height !== undefined) checkType<number>('height', height, 0)
  if (durationMs !== undefined) checkType<number>('durationMs', durationMs, 0)
  const details: MediumDetails = {
    ...(name === undefined ? {} : { name }),
    ...(width === undefined ? {} : { width }),
    ...(height === undefined ? {} : { height }),
    ...(durationMs === undefined ? {} : { durationMs }),
  }
  if (bytes === undefined) return { ...core.samples.get(kind), ...details }
  if (!(bytes instanceof Uint8Array)) throw new SandboxError('Invalid bytes: expected a Uint8Array.')
  return core.media.add(bytes, details)
}

/** Throws unless the value has the same type as the sample, because input from the page is unvalidated JSON. */
function checkType<T>(name: string, value: unknown, sample: T): asserts value is T {
  if (name === 'form' && value !== 'line' && value !== 'app')
    throw new SandboxError("Invalid form: expected 'line' or 'app'.")
  if (typeof value === 'number' && !Number.isFinite(value))
    throw new SandboxError(`Invalid ${name}: expected a finite number.`)
  if (Array.isArray(sample)) {
    const itemFields = ITEMS[name] ?? []
    const isValid = (item: unknown) =>
      typeof item === 'object' &&
      item !== null &&
      itemFields.every(([key, type]) => typeof Reflect.get(item, key) === type)
    if (!Array.isArray(value) || !value.every(isValid)) {
      throw new SandboxError(
        `Invalid ${name}: expected a list of { ${itemFields.map(([key, type]) => `${key}: ${type}`).join(', ')} }.`,
      )
    }
  } else if (typeof value !== typeof sample || value === null || Array.isArray(value)) {
    throw new SandboxError(`Invalid ${name}: expected type ${typeof sample}.`)
  }
}

const ITEMS: Readonly<Record<string, readonly (readonly [string, 'string' | 'number'])[]>> = {
  items: [
    ['name', 'string'],
    ['text', 'string'],
    ['at', 'number'],
  ],
  articles: [
    ['title', 'string'],
    ['url', 'string'],
    ['coverUrl', 'string'],
    ['digest', 'string'],
  ],
}
