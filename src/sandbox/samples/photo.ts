import { type Colour, mosaicJpeg } from '../encode/jpeg.js'

const COLUMNS = 160
const ROWS = 120
/** The ridges from far to near, with their height, wave and color. */
const RIDGES: readonly { height: number; swing: number; waves: number; shift: number; colour: Colour }[] = [
  { height: 0.46, swing: 0.07, waves: 7, shift: 0.4, colour: [168, 190, 196] },
  { height: 0.58, swing: 0.08, waves: 5, shift: 2.1, colour: [118, 155, 146] },
  { height: 0.72, swing: 0.07, waves: 4, shift: 4.0, colour: [74, 116, 96] },
  { height: 0.86, swing: 0.05, waves: 6, shift: 1.2, colour: [42, 76, 62] },
]

/** Draws hills in the morning as a JPEG of 1280 by 960 pixels. */
export function drawPhoto(): Buffer {
  return mosaicJpeg(COLUMNS, ROWS, (column, row) => {
    const x = column / COLUMNS
    const y = row / ROWS
    const ridge = RIDGES.findLast(({ height, swing, waves, shift }) => y > height + swing * Math.sin(x * waves + shift))
    if (ridge) return ridge.colour
    if (Math.hypot(x - 0.72, (y - 0.24) * 0.75) < 0.06) return [255, 236, 190]
    return [Math.round(250 - 70 * (0.5 - y)), Math.round(214 + 20 * y), Math.round(226 - 60 * y)]
  })
}
