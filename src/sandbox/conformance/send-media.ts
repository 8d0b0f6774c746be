import { LARGE_FILE_BYTES } from '../../transports/web/wire/constants.js'
import type { ReadAppMessage } from '../read/app-message.js'
import { xmlDefect } from '../read/xml.js'
import type { Medium } from '../world/medium.js'
import type { Subject } from './subject.js'

/** Checks the query and the type of a media message. @see docs/protocol.md §6.3–§6.5, §15 */
export function checkSendMedia(subject: Subject, fields: Record<string, unknown>, type: number, fun: string): void {
  if (subject.url.searchParams.get('fun') !== fun) subject.warn('6.1', `fun=${fun} is missing from the query`)
  if (fun === 'async' && subject.url.searchParams.get('f') !== 'json')
    subject.warn('6.1', 'f=json is missing from the query')
  if (fields.Type !== type) subject.warn('15', `Type is not ${type}`)
}

/** @see docs/protocol.md §6.5 */
export function checkSendSticker(subject: Subject, fields: Record<string, unknown>): void {
  if (fields.EmojiFlag !== 2) subject.warn('6.5', 'EmojiFlag is not 2')
}

/**
 * A forwarded message contains the XML of the original message instead of a MediaId. @see docs/protocol.md §6.1, §6.9
 */
export function checkForward(subject: Subject, scene: unknown): void {
  if (scene !== 2) subject.warn('6.9', 'Scene is not 2 in a forwarded message')
}

/** @see docs/protocol.md §6.6, §15 */
export function checkAppMessage(subject: Subject, xml: string, type: unknown, app: ReadAppMessage): void {
  if (subject.url.searchParams.get('fun') !== 'async' || subject.url.searchParams.get('f') !== 'json') {
    subject.warn('6.6', 'fun=async or f=json is missing from the query')
  }
  const defect = xmlDefect(xml)
  if (defect !== undefined) subject.warn('6.6', `Content is not well-formed XML (${defect}); escape the values`)
  if (type !== app.type) subject.warn('15', 'Type differs from <type> in the XML')
}

/** @see docs/protocol.md §6.6, §6.8 */
export function checkSendFile(subject: Subject, app: ReadAppMessage, medium: Medium, isSigned: boolean): void {
  if (app.totalLength !== String(medium.sizeBytes)) subject.warn('6.6', 'totallen is not the size of the uploaded file')
  if (medium.sizeBytes > LARGE_FILE_BYTES && !isSigned) {
    subject.warn('6.8', 'a file larger than 25 MiB is sent without the Signature from webwxcheckupload')
  }
}
