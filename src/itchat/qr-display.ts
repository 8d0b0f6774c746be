import { writeFile } from 'node:fs/promises'
import { ArgumentError, FileError } from '../errors.js'
import type { Logger } from '../util/logger.js'
import { qrMatrix, qrPng, qrTerminal } from '../util/qr.js'
import type { QrOptions } from './options.js'

const DEFAULT_PICTURE = 'QR.png'
const QUIET_ZONE = 4
const NARROW_QUIET_ZONE = 2
const LEAST_COLUMNS = 40
const LEAST_ROWS = 24

/**
 * Shows a QR as the options say.
 *
 * @returns its PNG bytes
 * @throws ArgumentError for a width that does not exist, FileError when the picture cannot be written
 */
export async function showQr(uuid: string, link: string, options: QrOptions, logger: Logger): Promise<Uint8Array> {
  const matrix = qrMatrix(link)
  const png = qrPng(matrix)
  if (options.qrCallback) {
    await options.qrCallback({ uuid, status: '0', qrcode: png })
    return png
  }
  const width = widthOf(options.enableCmdQR ?? true)
  const path = options.picDir ?? (width === undefined ? DEFAULT_PICTURE : undefined)
  if (path !== undefined) await writePicture(path, png)
  if (width !== undefined) {
    if (fitsOnScreen()) for (const line of qrTerminal(matrix, width, quietZone(matrix.length, width))) logger.info(line)
    logger.info(link)
  }
  return png
}

/** A `picDir` that cannot be written is an error worth stopping for: nobody could scan. */
async function writePicture(path: string, png: Uint8Array): Promise<void> {
  try {
    await writeFile(path, png)
  } catch (cause) {
    throw new FileError(`The QR could not be written to ${path}. Give a file name that can be written as picDir.`, {
      path,
      cause,
    })
  }
}

function widthOf(enableCmdQR: boolean | number): 1 | 2 | -1 | -2 | undefined {
  switch (enableCmdQR) {
    case false:
      return undefined
    case true:
    case 0:
      return 1
    case 1:
    case 2:
    case -1:
    case -2:
      return enableCmdQR
    default:
      throw new ArgumentError(`enableCmdQR is ${enableCmdQR}; it can be true, false, 1, 2, -1 or -2.`, {
        argument: 'enableCmdQR',
      })
  }
}

/** On a smaller terminal a QR would be broken lines; the link under it says the same. */
function fitsOnScreen(): boolean {
  const { isTTY, columns, rows } = process.stderr
  return !isTTY || (columns >= LEAST_COLUMNS && rows >= LEAST_ROWS)
}

/** Four modules, as scanners like it; two when the screen would scroll. */
function quietZone(size: number, width: number): number {
  const rows = process.stderr.rows ?? Number.POSITIVE_INFINITY
  const needed = Math.abs(width) === 1 ? Math.ceil((size + 2 * QUIET_ZONE) / 2) : size + 2 * QUIET_ZONE
  return needed > rows ? NARROW_QUIET_ZONE : QUIET_ZONE
}
