import { SandboxError } from '../errors.js'
import type { About } from '../media/media-store.js'
import type { Given, MediaKind, MessageKind } from '../world/content.js'
import { findPerson } from '../world/find.js'
import type { Medium } from '../world/medium.js'
import type { Content } from '../world/message.js'
import { type Place, sampleOf } from './sample-content.js'

/** A medium that is sent; what its bytes tell need not be said. Without `bytes` a sample of the kind is taken. */
export interface MediaBytes {
  bytes: Uint8Array
  /** The file's name. */
  name: string
  width: number
  height: number
  durationMs: number
}

/** Something to send: a kind, and as many of its fields as matter. */
export type GivenContent<K extends MessageKind = MessageKind> = {
  [Kind in K]: { kind: Kind } & Given<MediaBytes, Kind>
}[K]

const MEDIA_KINDS: Readonly<Record<MediaKind, true>> = {
  image: true,
  voice: true,
  video: true,
  file: true,
  sticker: true,
}

/** Fills what is not given from a good sample; throws on a field that no message of the kind has or of another type. */
export function completeContent(place: Place, given: GivenContent): Content {
  const { kind } = given
  const fields: Record<string, unknown> = { ...given, ...(kind === 'card' ? whose(place, given) : {}) }
  const sample = sampleOf(place, kind, fields) as Record<string, unknown>
  const content: Record<string, unknown> = { kind, ...sample }
  for (const [name, value] of Object.entries(sample)) {
    if (fields[name] === undefined) continue
    checkLike(name, fields[name], value)
    content[name] = fields[name]
  }
  if (isMediaKind(kind)) content.media = mediumOf(place, kind, fields as Partial<MediaBytes>)
  return content as unknown as Content
}

/** A card may name its person in any way; one with a name of its own may be about nobody of this world. */
function whose({ core }: Place, { id, name }: GivenContent<'card'>): { id?: string } {
  if (typeof id !== 'string' || name !== undefined) return {}
  return { id: findPerson(core.world.people.values(), id).id }
}

function isMediaKind(kind: MessageKind): kind is MediaKind {
  return Object.hasOwn(MEDIA_KINDS, kind)
}

function mediumOf({ core }: Place, kind: MediaKind, given: Partial<MediaBytes>): Medium {
  const about: About = {
    ...(given.name === undefined ? {} : { name: given.name }),
    ...(given.width === undefined ? {} : { width: given.width }),
    ...(given.height === undefined ? {} : { height: given.height }),
    ...(given.durationMs === undefined ? {} : { durationMs: given.durationMs }),
  }
  for (const [name, value] of Object.entries(about)) checkLike(name, value, name === 'name' ? '' : 0)
  if (given.bytes === undefined) return { ...core.samples.get(kind), ...about }
  if (!(given.bytes instanceof Uint8Array)) throw new SandboxError('bytes is no Uint8Array')
  return core.media.add(given.bytes, about)
}

/** Types must be those of the sample; what comes from the page is only known to be JSON. */
function checkLike(name: string, value: unknown, sample: unknown): void {
  if (name === 'form' && value !== 'line' && value !== 'app') throw new SandboxError("form is neither 'line' nor 'app'")
  if (typeof value === 'number' && !Number.isFinite(value)) throw new SandboxError(`${name} is no number`)
  if (Array.isArray(sample)) {
    const wanted = ITEMS[name] ?? []
    const fits = (item: unknown) =>
      typeof item === 'object' && item !== null && wanted.every(([key, type]) => typeof Reflect.get(item, key) === type)
    if (!Array.isArray(value) || !value.every(fits)) {
      throw new SandboxError(`${name} is no list of { ${wanted.map(([key, type]) => `${key}: ${type}`).join(', ')} }`)
    }
  } else if (typeof value !== typeof sample || value === null || Array.isArray(value)) {
    throw new SandboxError(`${name} is not of type ${typeof sample}`)
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
