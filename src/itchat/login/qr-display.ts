import { writeFile } from 'node:fs/promises'
import { ArgumentError, FileError } from '../../errors.js'
import type { Logger } from '../../util/logger.js'
import { qrMatrix, qrPng, qrTerminal } from '../../util/qr.js'
import type { QrOptions } from '../options.js'

/** Where the QR goes when it is not printed. */
export const DEFAULT_PICTURE = 'QR.png'
const QUIET_ZONES = [4, 2] as const

/**
 * Shows a QR as the options say.
 *
 * @param onUnwritable receives the error of a picture that cannot be written; absent: it is thrown
 * @returns its PNG bytes
 * @throws ArgumentError for a width that does not exist, FileError when the picture cannot be written
 */
export async function showQr(
  uuid: string,
  link: string,
  options: QrOptions,
  logger: Logger,
  onUnwritable?: (error: unknown) => void,
): Promise<Uint8Array> {
  const matrix = qrMatrix(link)
  const png = qrPng(matrix)
  if (options.qrCallback) {
    await options.qrCallback({ uuid, status: '0', qrcode: png })
    return png
  }
  const width = widthOf(options.enableCmdQR ?? true)
  const path = options.picDir ?? (width === undefined ? DEFAULT_PICTURE : undefined)
  if (path !== undefined) {
    await writePicture(path, png).catch((error) => {
      if (!onUnwritable) throw error
      onUnwritable(error)
    })
  }
  if (width !== undefined) {
    const zone = quietZone(matrix.length, width)
    if (zone !== undefined) for (const line of qrTerminal(matrix, width, zone)) logger.info(line)
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

/**
 * Four modules of margin, as scanners like it; two where four would not fit; `undefined` where the QR would be broken lines. The
 * link under it says the same.
 */
function quietZone(size: number, width: number): number | undefined {
  const { isTTY, columns, rows } = process.stderr
  if (!isTTY) return QUIET_ZONES[0]
  return QUIET_ZONES.find((zone) => {
    const modules = size + 2 * zone
    const isHalf = Math.abs(width) === 1
    return (isHalf ? modules : 2 * modules) <= columns && (isHalf ? Math.ceil(modules / 2) : modules) < rows
  })
}
