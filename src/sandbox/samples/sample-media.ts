import { readFileSync } from 'node:fs'
import type { MediaStore, MediumDetails } from '../media/media-store.js'
import type { MediaKind } from '../world/content.js'
import type { Language } from '../world/language.js'
import type { Medium } from '../world/medium.js'
import { SAMPLE_TEXTS } from './sample-texts.js'

interface Sample {
  /** Name in `files/`. */
  file: string
  thumbnail?: string
  details: MediumDetails
}

/** Provides one sample of each kind of media, read on first use. */
export class SampleMedia {
  readonly #store: MediaStore
  readonly #samples: Readonly<Record<MediaKind, Sample>>
  readonly #cached = new Map<MediaKind, Medium>()

  constructor(store: MediaStore, language: Language) {
    this.#store = store
    this.#samples = samplesIn(language)
  }

  get(kind: MediaKind): Medium {
    const cached = this.#cached.get(kind)
    // The sample may have been evicted to make room for newer media.
    if (cached && this.#store.find(cached.id)) return cached
    const { file, details } = this.#samples[kind]
    const medium = this.#store.add(read(file), details)
    this.#cached.set(kind, medium)
    return medium
  }

  /** Whether a medium is a sample that has been used, or a copy of it. */
  includes({ md5 }: Medium): boolean {
    return [...this.#cached.values()].some((sample) => sample.md5 === md5)
  }

  /** The thumbnail of a sample or of a copy of it, as a JPEG; `undefined` for any other medium. */
  thumbnailOf({ md5 }: Medium): Buffer | undefined {
    for (const [kind, sample] of this.#cached) {
      const { thumbnail } = this.#samples[kind]
      if (thumbnail !== undefined && sample.md5 === md5) return read(thumbnail)
    }
    return undefined
  }
}

function samplesIn(language: Language): Readonly<Record<MediaKind, Sample>> {
  const { fileName, voiceMs } = SAMPLE_TEXTS[language]
  return {
    image: { file: 'lake.jpg', thumbnail: 'lake-thumb.jpg', details: { name: 'lake.jpg' } },
    voice: { file: `voice-${language}.mp3`, details: { name: '', durationMs: voiceMs } },
    video: {
      file: 'lake.mp4',
      thumbnail: 'lake-cover.jpg',
      details: { name: 'lake.mp4', width: 640, height: 360, durationMs: 4000 },
    },
    file: { file: `route-${language}.pdf`, details: { name: fileName } },
    sticker: { file: 'cat.gif', details: { name: '' } },
  }
}

/** The folder is next to this module, both in `src` and in `dist`. */
function read(name: string): Buffer {
  return readFileSync(new URL(`files/${name}`, import.meta.url))
}
