import { RET } from '../../../transports/ilink/wire/codes.js'
import { CDN } from '../../../transports/ilink/wire/endpoints.js'
import { MEDIA_TYPE } from '../../../transports/ilink/wire/upload.js'
import type { Fields } from '../../read/fields.js'
import type { UploadTicket } from '../cdn.js'
import { encryptedSize, hexKey } from '../crypto.js'
import { type IlinkExchange, IlinkRefusal } from '../http/exchange.js'
import { nameOf, textOf } from '../text.js'
import { cdnUrl } from '../urls.js'

/** The characters that a complete URL can carry without being encoded. */
const FILE_KEY = /^[\w-]{1,128}$/

const MEDIA_TYPES: readonly unknown[] = Object.values(MEDIA_TYPE)

/** Returns the address for an upload. @see docs/ilink.md §6.1 */
export function getuploadurl(exchange: IlinkExchange): Response {
  const { service, body } = exchange
  void exchange.binding
  const {
    filekey,
    media_type: mediaType,
    to_user_id: user,
    rawsize,
    rawfilemd5,
    filesize,
    no_need_thumb: noThumb,
  } = body
  const key = hexKey(body.aeskey)
  if (!key || !isSize(rawsize) || !isSize(filesize) || !MEDIA_TYPES.includes(mediaType)) {
    throw new IlinkRefusal(
      RET.refused,
      'invalid arguments',
      'aeskey, rawsize, filesize or media_type is missing or invalid',
    )
  }
  if (user !== service.userId) {
    throw new IlinkRefusal(RET.invalidArguments, 'invalid arguments', 'to_user_id is not the owner')
  }
  checkAnnouncement(exchange, body, rawsize)
  const { uploadUrl } = service.settings
  // Without these two fields, the service returns only the parameter.
  const fileKey = nameOf(filekey)
  const hasFullUrl = uploadUrl !== 'param' && FILE_KEY.test(fileKey) && noThumb === true
  const ticket = service.cdn.addTicket({
    fileKey,
    mediaType: Number(mediaType),
    rawSize: rawsize,
    rawMd5: nameOf(rawfilemd5).toLowerCase(),
    fileSize: filesize,
    key,
    hasFullUrl,
  })
  exchange.core.traffic.uploads.add(ticket.param, exchange.entry)
  const query = { encrypted_query_param: ticket.param, filekey: ticket.fileKey, taskid: ticket.taskId }
  const thumb = noThumb === false ? thumbTicket(exchange, { ...ticket, hasFullUrl: false }) : undefined
  return exchange.ok({
    ...(hasFullUrl ? { upload_full_url: cdnUrl(exchange.url.origin, CDN.upload, query) } : {}),
    ...(hasFullUrl && uploadUrl === 'full' ? {} : { upload_param: ticket.param }),
    ...(thumb ? { thumb_upload_param: thumb.param } : {}),
  })
}

/** The ticket for a thumbnail, if the program announces one. No client does. @see docs/ilink.md §6.1 */
function thumbTicket({ body, service }: IlinkExchange, ticket: UploadTicket): UploadTicket | undefined {
  const { thumb_rawsize: rawSize, thumb_filesize: fileSize, thumb_rawfilemd5: md5 } = body
  if (!isSize(rawSize) || !isSize(fileSize)) return undefined
  return service.cdn.addTicket({ ...ticket, rawSize, fileSize, rawMd5: nameOf(md5).toLowerCase() })
}

function checkAnnouncement(exchange: IlinkExchange, body: Fields, rawSize: number): void {
  if (typeof body.filekey !== 'string' || !/^[\da-f]{32}$/.test(body.filekey)) {
    exchange.warn('6.1', 'filekey is not 32 lower-case hex digits')
  }
  if (!/^[\da-f]{32}$/.test(textOf(body.aeskey))) exchange.warn('6.1', 'aeskey is not 32 lower-case hex digits')
  if (typeof body.rawfilemd5 !== 'string' || !/^[\da-f]{32}$/.test(body.rawfilemd5)) {
    exchange.warn('6.1', 'rawfilemd5 is not an MD5 in lower-case hex')
  }
  if (body.filesize !== encryptedSize(rawSize)) {
    exchange.warn('6.1', 'filesize is not the size of the encrypted file, (floor(rawsize / 16) + 1) * 16')
  }
}

function isSize(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0
}
