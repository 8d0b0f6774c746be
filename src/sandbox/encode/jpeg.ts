/** Red, green and blue values from 0 to 255. */
export type Colour = readonly [number, number, number]

const BLOCK = 8
/** Huffman code lengths and values of the DC table for categories 0 to 11, from annex K of the JPEG standard. */
const DC_COUNTS = [0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0]
const DC_CODES = [
  '00',
  '010',
  '011',
  '100',
  '101',
  '110',
  '1110',
  '11110',
  '111110',
  '1111110',
  '11111110',
  '111111110',
]
/** The AC table contains only the end-of-block code, because every block has a single color. */
const AC_COUNTS = [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
const END_OF_BLOCK = '0'

/** Encodes a JPEG made of single-color squares of 8 by 8 pixels. `columns` and `rows` are numbers of squares. */
export function mosaicJpeg(columns: number, rows: number, colourAt: (column: number, row: number) => Colour): Buffer {
  let bits = ''
  const previous = [0, 0, 0]
  const bytes: number[] = []
  const flush = (all: boolean) => {
    if (all) bits = bits.padEnd(Math.ceil(bits.length / 8) * 8, '1')
    const whole = bits.length - (bits.length % 8)
    for (let at = 0; at < whole; at += 8) {
      const byte = Number.parseInt(bits.slice(at, at + 8), 2)
      bytes.push(byte)
      if (byte === 0xff) bytes.push(0)
    }
    bits = bits.slice(whole)
  }
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      toYcc(colourAt(column, row)).forEach((level, component) => {
        // The DC coefficient of a single-color block is eight times its level, and the quantizer divides it by eight.
        const value = Math.round(level)
        bits += dcBits(value - (previous[component] ?? 0)) + END_OF_BLOCK
        previous[component] = value
      })
    }
    flush(false)
  }
  flush(true)
  return Buffer.concat([header(columns * BLOCK, rows * BLOCK), Buffer.from(bytes), Buffer.from([0xff, 0xd9])])
}

function toYcc([r, g, b]: Colour): number[] {
  return [
    0.299 * r + 0.587 * g + 0.114 * b - 128,
    -0.168736 * r - 0.331264 * g + 0.5 * b,
    0.5 * r - 0.418688 * g - 0.081312 * b,
  ]
}

function dcBits(difference: number): string {
  const category = difference === 0 ? 0 : Math.abs(difference).toString(2).length
  const code = DC_CODES[category] ?? ''
  if (category === 0) return code
  const value = difference > 0 ? difference : difference + 2 ** category - 1
  return code + value.toString(2).padStart(category, '0')
}

function header(width: number, height: number): Buffer {
  const size = [height >> 8, height & 255, width >> 8, width & 255]
  return Buffer.from([
    ...[0xff, 0xd8],
    ...segment(0xe0, [...Buffer.from('JFIF\0'), 1, 1, 0, 0, 1, 0, 1, 0, 0]),
    ...segment(0xdb, [0, ...Array<number>(64).fill(8)]),
    ...segment(0xc0, [8, ...size, 3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0]),
    ...segment(0xc4, [0x00, ...DC_COUNTS, ...Array(12).keys()]),
    ...segment(0xc4, [0x10, ...AC_COUNTS, 0]),
    ...segment(0xda, [3, 1, 0, 2, 0, 3, 0, 0, 63, 0]),
  ])
}

function segment(marker: number, data: number[]): number[] {
  return [0xff, marker, (data.length + 2) >> 8, (data.length + 2) & 255, ...data]
}
