import type { About, MediaStore } from '../media/media-store.js'
import type { MediaKind } from '../world/content.js'
import type { Medium } from '../world/medium.js'
import { CHIME } from './chime.js'
import { FILM } from './film.js'
import { makeLeaflet } from './leaflet.js'
import { drawPhoto } from './photo.js'
import { SUN } from './sun.js'

const SAMPLES: Readonly<Record<MediaKind, { bytes: () => Buffer; about: About }>> = {
  image: { bytes: drawPhoto, about: { name: 'hills.jpg' } },
  voice: { bytes: () => CHIME, about: { name: '', durationMs: 2088 } },
  video: { bytes: () => FILM, about: { name: 'hills.mp4', width: 160, height: 120, durationMs: 2000 } },
  file: { bytes: () => makeLeaflet('A leaflet from the sandbox'), about: { name: '爬山路线 & 清单.pdf' } },
  sticker: { bytes: () => SUN, about: { name: '' } },
}

/** One good medium of each kind, made when first sent. */
export class SampleMedia {
  readonly #store: MediaStore
  readonly #kept = new Map<MediaKind, Medium>()

  constructor(store: MediaStore) {
    this.#store = store
  }

  get(kind: MediaKind): Medium {
    const kept = this.#kept.get(kind)
    // It may have been dropped for newer ones.
    if (kept && this.#store.find(kept.id)) return kept
    const { bytes, about } = SAMPLES[kind]
    const medium = this.#store.add(bytes(), about)
    this.#kept.set(kind, medium)
    return medium
  }
}
