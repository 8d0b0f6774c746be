import { createHash } from 'node:crypto'
import { encode } from 'uqr'
import { type Colour, mosaicJpeg } from './jpeg.js'

const QUIET_ZONE = 4
const WHITE: Colour = [255, 255, 255]
const BLACK: Colour = [0, 0, 0]

const TINTS: readonly Colour[] = [
  [94, 129, 116],
  [178, 125, 79],
  [108, 122, 160],
  [160, 103, 116],
  [120, 134, 86],
  [85, 131, 148],
  [163, 138, 82],
  [131, 108, 146],
  [110, 117, 122],
]

/** Returns the rows of a QR code without its quiet zone; `true` is dark. */
export function qrRows(text: string): boolean[][] {
  return encode(text, { border: 0, ecc: 'M' }).data
}

/** Encodes a QR code as a JPEG with eight pixels per module and a quiet zone. */
export function qrPicture(text: string): Buffer {
  const rows = qrRows(text)
  const side = rows.length + 2 * QUIET_ZONE
  return mosaicJpeg(side, side, (x, y) => (rows[y - QUIET_ZONE]?.[x - QUIET_ZONE] ? BLACK : WHITE))
}

/**
 * Draws two dunes in one of nine tints, determined by the id. Each side of the picture is `squares` times 8 pixels
 * long.
 */
export function avatarPicture(id: string, squares: number): Buffer {
  const digest = createHash('sha1').update(id).digest()
  const [red, green, blue] = TINTS[digest.readUInt8(0) % TINTS.length] ?? WHITE
  const phase = digest.readUInt8(1) / 40
  return mosaicJpeg(squares, squares, (x, y) => {
    const back = 0.45 + 0.14 * Math.sin((x / squares) * 5 + phase)
    const front = 0.7 + 0.1 * Math.sin((x / squares) * 4 + phase * 2)
    const height = y / squares
    const shade = height > front ? 1 : height > back ? 1.18 : 1.4
    const lit = (level: number) => Math.min(255, Math.round(level * shade))
    return [lit(red), lit(green), lit(blue)]
  })
}
