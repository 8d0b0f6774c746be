import { expect, test } from 'vitest'
import { ArgumentError } from '../../../errors.js'
import type { UploadedMedia } from '../../../transport/content.js'
import { formatSignature, mediaItem } from './item.js'

const KEY = 'MDAwMTAyMDMwNDA1MDYwNzA4MDkwYTBiMGMwZDBlMGY='

const uploaded: UploadedMedia = {
  mediaId: 'ref+/=',
  name: '报告.pdf',
  sizeBytes: 5_000,
  as: 'file',
  signature: formatSignature({ aesKey: KEY, encryptedBytes: 5_008 }),
}
const media = { encrypt_query_param: 'ref+/=', aes_key: KEY, encrypt_type: 1 }

test.each([
  ['image', { type: 2, image_item: { media, mid_size: 5_008 } }],
  ['video', { type: 5, video_item: { media, video_size: 5_008 } }],
  ['file', { type: 4, file_item: { media, file_name: '报告.pdf', len: '5000' } }],
] as const)('the item of a sent %s has exactly the known members', (as, item) => {
  expect(mediaItem({ ...uploaded, as })).toStrictEqual(item)
})

test.each([
  ['no key', undefined],
  ['the signature of another transport', '{"signature":"x"}'],
])('a reference with %s cannot be sent', (_, signature) => {
  expect(() => mediaItem({ ...uploaded, signature })).toThrow(ArgumentError)
})
