import { readdirSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { MediaStore } from '../../src/sandbox/media/media-store.js'
import { sniff } from '../../src/sandbox/media/sniff.js'
import { SampleMedia } from '../../src/sandbox/samples/sample-media.js'

const FILES = fileURLToPath(new URL('../../src/sandbox/samples/files/', import.meta.url))
const STORE_BYTES = 1024 * 1024
const BITRATES_KBPS = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160]

function samplesIn(language: 'zh' | 'en') {
  const store = new MediaStore(STORE_BYTES)
  return { samples: new SampleMedia(store, language), store }
}

/** The duration of an MP3 with 16 kHz. The first frame contains metadata. */
function mp3DurationMs(bytes: Buffer): number {
  // The size of the ID3 tag consists of four bytes with seven bits each.
  let at = 10 + bytes.subarray(6, 10).reduce((size, byte) => size * 128 + byte, 0)
  let frames = 0
  while (at < bytes.length) {
    const format = bytes.readUInt8(at + 2)
    at += ((BITRATES_KBPS[format >> 4] ?? 0) * 72) / 16 + ((format >> 1) & 1)
    frames++
  }
  return ((frames - 1) * 576) / 16
}

function gifFrames(bytes: Buffer): number {
  return bytes.toString('latin1').split('\x21\xf9\x04').length - 1
}

describe.each(['zh', 'en'] as const)('samples in %s', (language) => {
  const { samples, store } = samplesIn(language)

  test('state the type, size and duration of their files', async () => {
    for (const kind of ['image', 'video', 'sticker', 'voice', 'file'] as const) {
      const medium = samples.get(kind)
      expect(medium, kind).toMatchObject(sniff(await store.bytes(medium)))
    }
    const voice = samples.get('voice')
    expect(voice.durationMs).toBe(mp3DurationMs(await store.bytes(voice)))
    expect(gifFrames(await store.bytes(samples.get('sticker')))).toBe(12)
  })

  test('have thumbnails of pictures and videos, in the same proportions', () => {
    for (const kind of ['image', 'video'] as const) {
      const { width = 0, height = 0, ...medium } = samples.get(kind)
      const thumbnail = sniff(samples.thumbnailOf(medium) ?? Buffer.alloc(0))
      expect((thumbnail.width ?? 0) / (thumbnail.height ?? 0)).toBeCloseTo(width / height, 2)
    }
    expect(samples.thumbnailOf(samples.get('sticker'))).toBeUndefined()
  })
})

test('differ between the languages where words are spoken or written', () => {
  const [chinese, english] = [samplesIn('zh').samples, samplesIn('en').samples]
  for (const kind of ['voice', 'file'] as const) expect(chinese.get(kind).md5).not.toBe(english.get(kind).md5)
  for (const kind of ['image', 'video'] as const) expect(chinese.get(kind).md5).toBe(english.get(kind).md5)
})

test('are small enough for the npm package', () => {
  const sizes = readdirSync(FILES).map((name) => statSync(FILES + name).size)
  expect(sizes.reduce((sum, size) => sum + size)).toBeLessThan(400 * 1024)
})
