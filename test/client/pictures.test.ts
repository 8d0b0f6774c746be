import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { FileError } from 'itchat'
import { expect, test } from 'vitest'
import { botFor, sandboxFor } from '../support/bot.js'
import { failureOf } from '../support/gate.js'
import { folder } from '../support/restarts.js'
import { wireTo } from '../support/wire.js'

const bytes = (...parts: (string | number[])[]) =>
  Buffer.concat([...parts.map((part) => Buffer.from(part as string, 'latin1')), Buffer.alloc(300)])

/** The first box of an ISO base media file. */
const box = (brand: string) => bytes([0, 0, 0, 24], `ftyp${brand}`, [0, 0, 0, 0], `mif1${brand}`)

const PNG = bytes('\x89PNG\r\n\x1a\n', [0, 0, 0, 13], 'IHDR', [0, 0, 0, 1, 0, 0, 0, 1, 8, 6, 0, 0, 0], [0, 0, 0, 0])
const APNG = bytes(PNG.toString('latin1', 0, 33), [0, 0, 0, 8], 'acTL', [0, 0, 0, 1, 0, 0, 0, 0], [0, 0, 0, 0])
const JPEG = bytes('\xff\xd8\xff\xe0\0\x10JFIF\0')

/** The message kind that each format is sent as. */
const FORMATS: [format: string, head: Buffer, kind: 'image' | 'sticker' | 'file'][] = [
  ['png', PNG, 'image'],
  ['png', APNG, 'image'],
  ['jpg', JPEG, 'image'],
  ['jpeg', JPEG, 'image'],
  ['bmp', bytes('BM', [70, 1, 0, 0]), 'image'],
  ['gif', bytes('GIF89a', [1, 0, 1, 0]), 'sticker'],
  ['webp', bytes('RIFF', [50, 1, 0, 0], 'WEBPVP8 '), 'file'],
  ['heic', box('heic'), 'file'],
  ['heif', box('mif1'), 'file'],
  ['avif', box('avif'), 'file'],
  ['tif', bytes('II*\0', [8, 0, 0, 0]), 'file'],
  ['tiff', bytes('MM\0*', [0, 0, 0, 8]), 'file'],
  ['ico', bytes([0, 0, 1, 0, 1, 0]), 'file'],
  ['jxl', bytes([0xff, 0x0a]), 'file'],
  ['jp2', bytes([0, 0, 0, 12], 'jP  \r\n\x87\n', [0, 0, 0, 20], 'ftypjp2 '), 'file'],
  ['psd', bytes('8BPS', [0, 1]), 'file'],
  ['svg', Buffer.from('<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>'), 'file'],
  ['txt', Buffer.from('not an image'), 'file'],
]

async function sender() {
  const sandbox = await sandboxFor({ floodLimit: false })
  const wire = await wireTo(sandbox)
  const bot = botFor(wire)
  await bot.login()
  const form = (field: string) => {
    const { body } = wire.requests.findLast(({ endpoint }) => endpoint === 'webwxuploadmedia') ?? { body: '' }
    return new RegExp(`name="${field}"\r\n\r\n([^\r]*)`).exec(body)?.[1]
  }
  return { sandbox, bot, form, uploads: () => wire.count('webwxuploadmedia') }
}

test('every format is sent as a kind that the server accepts, based on its content', async () => {
  const { sandbox, bot, form } = await sender()
  const dir = folder()
  for (const [format, head, kind] of FORMATS) {
    const path = join(dir, `picture.${format}`)
    writeFileSync(path, head)
    await bot.sendImage(path, 'filehelper')
    const sent = await sandbox.official('filehelper').nextMessage()
    expect([format, sent.kind, sent.name]).toEqual([format, kind, `picture.${format}`])
    expect([format, form('mediatype')]).toEqual([format, kind === 'image' ? 'pic' : 'doc'])
    expect((await sent.bytes()).equals(head), format).toBe(true)
  }
  expect(sandbox.warnings).toEqual([])
})

test.each([
  ['a webp named cat.png is sent as a file', 'cat.png', 'webp', 'file', 'cat.png'],
  ['a jpeg named cat.webp is sent as an image with the extension .jpg', 'cat.webp', 'jpg', 'image', 'cat.webp.jpg'],
  ['a png without a name is sent as an image with the extension .png', undefined, 'png', 'image', 'file.png'],
  ['a png named cat.PNG is sent under its own name', 'cat.PNG', 'png', 'image', 'cat.PNG'],
  ['a gif named cat.jpg is sent as a sticker', 'cat.jpg', 'gif', 'sticker', 'cat.jpg'],
])('%s', async (_, name, format, kind, sentName) => {
  const { sandbox, bot } = await sender()
  const head = FORMATS.find(([name]) => name === format)?.[1] ?? Buffer.of()
  await bot.sendImage(head, 'filehelper', name === undefined ? {} : { name })
  expect(await sandbox.official('filehelper').nextMessage()).toMatchObject({ kind, name: sentName })
  expect(sandbox.warnings).toEqual([])
})

test('uploadFile() rejects an unsupported image format before the upload', async () => {
  const { sandbox, bot, uploads } = await sender()
  const webp = FORMATS.find(([format]) => format === 'webp')?.[1] ?? Buffer.of()
  const failure = await failureOf(bot.uploadFile(webp, { isPicture: true }))
  expect(failure).toBeInstanceOf(FileError)
  expect(String(failure)).toContain('bmp, png, jpeg or gif')
  expect(uploads()).toBe(0)
  const { MediaId, name, sizeBytes } = await bot.uploadFile(new File([new Uint8Array(webp)], 'cat.webp'))
  await bot.sendImage({ mediaId: MediaId, name, sizeBytes }, 'filehelper')
  expect(await sandbox.official('filehelper').nextMessage()).toMatchObject({ kind: 'file', name: 'cat.webp' })
})
