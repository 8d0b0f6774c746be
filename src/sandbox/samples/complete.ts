import { SandboxError } from '../errors.js'
import type { About } from '../media/media-store.js'
import type { Fields } from '../read/fields.js'
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
export function completeContent(place: Place, given: { kind: MessageKind } & Fields): Content {
  const { kind } = given
  const fields: Fields = { ...given, ...(kind === 'card' ? whose(place, given) : {}) }
  const sample = sampleOf(place, kind, fields)
  const content: Fields = { kind, ...sample }
  for (const [name, value] of Object.entries(sample)) {
    if (fields[name] === undefined) continue
    checkLike(name, fields[name], value)
    content[name] = fields[name]
  }
  if (isMediaKind(kind)) content.media = mediumOf(place, kind, fields)
  // Each field was checked against the sample of this kind.
  return content as Content
}

/** A card may name its person in any way; one with a name of its own may be about nobody of this world. */
function whose({ core }: Place, { id, name }: Fields): { id?: string } {
  if (typeof id !== 'string' || name !== undefined) return {}
  return { id: findPerson(core.world.people.values(), id).id }
}

function isMediaKind(kind: MessageKind): kind is MediaKind {
  return Object.hasOwn(MEDIA_KINDS, kind)
}

function mediumOf({ core }: Place, kind: MediaKind, given: Fields): Medium {
  const { bytes, name, width, height, durationMs } = given
  if (name !== undefined) checkLike<string>('name', name, '')
  if (width !== undefined) checkLike<number>('width', width, 0)
  if (height !== undefined) checkLike<number>('height', height, 0)
  if (durationMs !== undefined) checkLike<number>('durationMs', durationMs, 0)
  const about: About = {
    ...(name === undefined ? {} : { name }),
    ...(width === undefined ? {} : { width }),
    ...(height === undefined ? {} : { height }),
    ...(durationMs === undefined ? {} : { durationMs }),
  }
  if (bytes === undefined) return { ...core.samples.get(kind), ...about }
  if (!(bytes instanceof Uint8Array)) throw new SandboxError('bytes is no Uint8Array')
  return core.media.add(bytes, about)
}

/** Types must be those of the sample; what comes from the page is only known to be JSON. */
function checkLike<T>(name: string, value: unknown, sample: T): asserts value is T {
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
