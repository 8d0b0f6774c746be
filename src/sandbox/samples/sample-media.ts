import type { MediaStore, MediumDetails } from '../media/media-store.js'
import type { MediaKind } from '../world/content.js'
import type { Language } from '../world/language.js'
import type { Medium } from '../world/medium.js'
import { CHIME } from './chime.js'
import { FILM } from './film.js'
import { makeLeaflet } from './leaflet.js'
import { drawPhoto } from './photo.js'
import { SAMPLE_TEXTS } from './sample-texts.js'
import { SUN } from './sun.js'

const SAMPLES: Readonly<Record<MediaKind, { bytes: () => Buffer; details: MediumDetails }>> = {
  image: { bytes: drawPhoto, details: { name: 'hills.jpg' } },
  voice: { bytes: () => CHIME, details: { name: '', durationMs: 2088 } },
  video: { bytes: () => FILM, details: { name: 'hills.mp4', width: 160, height: 120, durationMs: 2000 } },
  file: { bytes: () => makeLeaflet('A leaflet from the sandbox'), details: {} },
  sticker: { bytes: () => SUN, details: { name: '' } },
}

/** Provides one sample of each kind of media, created on first use. */
export class SampleMedia {
  readonly #store: MediaStore
  readonly #fileName: string
  readonly #cached = new Map<MediaKind, Medium>()

  constructor(store: MediaStore, language: Language) {
    this.#store = store
    this.#fileName = SAMPLE_TEXTS[language].fileName
  }

  get(kind: MediaKind): Medium {
    const cached = this.#cached.get(kind)
    // The sample may have been evicted to make room for newer media.
    if (cached && this.#store.find(cached.id)) return cached
    const { bytes, details } = SAMPLES[kind]
    const medium = this.#store.add(bytes(), kind === 'file' ? { ...details, name: this.#fileName } : details)
    this.#cached.set(kind, medium)
    return medium
  }
}
