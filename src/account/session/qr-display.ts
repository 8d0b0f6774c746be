import { lstat, readFile, unlink, writeFile } from 'node:fs/promises'
import stringWidth from 'string-width'
import { FileError } from '../../errors.js'
import { errorCode } from '../../util/error-code.js'
import { fileError } from '../../util/file-error.js'
import { describeValue, invalidArgument } from '../../util/invalid-argument.js'
import type { Logger } from '../../util/logger.js'
import { qrMatrix, qrPng, qrTerminal } from '../../util/qr.js'
import type { QrOptions } from '../options.js'

/** Where the QR goes when it is not printed. */
export const DEFAULT_PICTURE = 'QR.png'
const QUIET_ZONES = [4, 2] as const

interface ShownQr extends QrOptions {
  /** Lines below the QR: what to do with it. A QR that would push them off the screen is not printed. */
  caption: readonly string[]
}

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
  options: ShownQr,
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
  const path = pictureOf(options)
  if (path !== undefined) {
    await writePicture(path, png).catch((error) => {
      if (!onUnwritable) throw error
      onUnwritable(error)
    })
  }
  if (width !== undefined) {
    const zone = quietZone(matrix.length, width, options.caption)
    if (zone !== undefined) for (const line of qrTerminal(matrix, width, zone)) logger.info(line)
  }
  for (const line of options.caption) logger.info(line)
  return png
}

/** Where `showQr` writes the picture; `undefined` when it writes none. */
function pictureOf({ qrCallback, picDir, enableCmdQR }: QrOptions): string | undefined {
  if (qrCallback) return undefined
  return picDir ?? (enableCmdQR === false ? DEFAULT_PICTURE : undefined)
}

/**
 * Removes the picture that `showQr` wrote, unless something else stands in its place by now.
 *
 * @param png what `showQr` returned
 */
export async function removePicture(options: QrOptions, png: Uint8Array): Promise<void> {
  const path = pictureOf(options)
  if (path === undefined) return
  try {
    const isFile = (await lstat(path)).isFile()
    if (isFile && (await readFile(path)).equals(png)) await unlink(path)
  } catch (cause) {
    if (errorCode(cause) === 'ENOENT') return
    throw new FileError(`The picture of the QR, ${path}, could not be removed. Remove it by hand.`, { path, cause })
  }
}

/** A `picDir` that cannot be written is an error worth stopping for: nobody could scan. */
async function writePicture(path: string, png: Uint8Array): Promise<void> {
  try {
    await writeFile(path, png)
  } catch (cause) {
    throw fileError(`The QR picture picDir could not be written to ${path}`, path, cause)
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
      throw invalidArgument('enableCmdQR', {
        expected: 'true, false, 1, 2, -1 or -2',
        found: describeValue(enableCmdQR),
      })
  }
}

/**
 * Four modules of margin, as scanners like it; two where four would not fit; `undefined` where the QR would break into pieces or
 * leave no room for the caption. A terminal that does not report its size gets the QR.
 */
function quietZone(size: number, width: number, caption: readonly string[]): number | undefined {
  const { isTTY, columns, rows } = process.stderr
  if (!isTTY || !columns || !rows) return QUIET_ZONES[0]
  const captionRows = caption.reduce((sum, line) => sum + Math.max(1, Math.ceil(stringWidth(line) / columns)), 0)
  return QUIET_ZONES.find((zone) => {
    const modules = size + 2 * zone
    const isHalf = Math.abs(width) === 1
    const qrRows = isHalf ? Math.ceil(modules / 2) : modules
    // The cursor takes a row below the caption.
    return (isHalf ? modules : 2 * modules) <= columns && qrRows + captionRows < rows
  })
}
