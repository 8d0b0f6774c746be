import { lstat, readFile, unlink, writeFile } from 'node:fs/promises'
import { FileError } from '../../errors.js'
import { errorCode } from '../../util/error-code.js'
import { fileError } from '../../util/file-error.js'
import { describeValue, invalidArgument } from '../../util/invalid-argument.js'
import type { Logger } from '../../util/logger.js'
import { type QrPng, qrMatrix, qrPng, qrTerminal } from '../../util/qr.js'
import type { QrOptions } from '../options.js'

/** Default path of the QR code file when the code is not printed. */
export const DEFAULT_PICTURE = 'QR.png'
const QUIET_ZONES = [4, 2] as const

interface ShownQr extends QrOptions {
  /** Explanatory lines below the QR code. If the QR code does not fit on the screen with them, it is not printed. */
  caption: readonly string[]
}

/**
 * Shows a QR code according to the options.
 *
 * @param onUnwritable receives the error if the QR code file cannot be written; if absent, the error is thrown
 * @returns the PNG of the QR code
 * @throws ArgumentError for an invalid `enableCmdQR`, FileError if the QR code file cannot be written
 */
export async function showQr(
  uuid: string,
  link: string,
  options: ShownQr,
  logger: Logger,
  onUnwritable?: (error: unknown) => void,
): Promise<QrPng> {
  const matrix = qrMatrix(link)
  const png = qrPng(matrix)
  if (options.qrCallback) {
    await options.qrCallback({ uuid, status: '0', qrcode: png() })
    return png
  }
  const width = widthOf(options.enableCmdQR ?? true)
  const path = qrFilePath(options)
  if (path !== undefined) {
    await writeQrFile(path, png()).catch((error) => {
      if (!onUnwritable) throw error
      onUnwritable(error)
    })
  }
  if (width !== undefined) {
    const zone = await quietZone(matrix.length, width, options.caption)
    if (zone !== undefined) for (const line of qrTerminal(matrix, width, zone)) logger.info(line)
  }
  for (const line of options.caption) logger.info(line)
  return png
}

/** Path of the QR code file; `undefined` if no file is written. */
function qrFilePath({ qrCallback, picDir, enableCmdQR }: QrOptions): string | undefined {
  if (qrCallback) return undefined
  return picDir ?? (enableCmdQR === false ? DEFAULT_PICTURE : undefined)
}

/**
 * Removes the QR code file that `showQr` wrote, unless its content has changed.
 *
 * @param png the result of `showQr`
 */
export async function removeQrFile(options: QrOptions, png: QrPng): Promise<void> {
  const path = qrFilePath(options)
  if (path === undefined) return
  try {
    const isFile = (await lstat(path)).isFile()
    if (isFile && (await readFile(path)).equals(png())) await unlink(path)
  } catch (cause) {
    if (errorCode(cause) === 'ENOENT') return
    throw new FileError(`The QR code file ${path} could not be removed. Remove it manually.`, { path, cause })
  }
}

/** @throws FileError, because the user may need the file to scan the QR code */
async function writeQrFile(path: string, png: Uint8Array): Promise<void> {
  try {
    await writeFile(path, png)
  } catch (cause) {
    throw fileError(`The QR code file ${path} (picDir) could not be written`, path, cause)
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
 * Width of the margin in modules: four, as scanners expect, or two if four do not fit; `undefined` if lines would wrap
 * or the caption would not fit. Four if the size of the terminal is unknown.
 */
async function quietZone(size: number, width: number, caption: readonly string[]): Promise<number | undefined> {
  const { isTTY, columns, rows } = process.stderr
  if (!isTTY || !columns || !rows) return QUIET_ZONES[0]
  // Loaded only for a terminal, because loading it takes a considerable part of the startup time of a program.
  const { default: stringWidth } = await import('string-width')
  const captionRows = caption.reduce((sum, line) => sum + Math.max(1, Math.ceil(stringWidth(line) / columns)), 0)
  return QUIET_ZONES.find((zone) => {
    const modules = size + 2 * zone
    const isHalf = Math.abs(width) === 1
    const qrRows = isHalf ? Math.ceil(modules / 2) : modules
    // The terminal cursor occupies one row below the caption.
    return (isHalf ? modules : 2 * modules) <= columns && qrRows + captionRows < rows
  })
}
