import { Readable } from 'node:stream'
import { CDN_ERROR_HEADER, CDN_REFERENCE_HEADER } from '../../../transports/ilink/wire/endpoints.js'
import { ConnectionLost } from '../../faults/connection-lost.js'
import { pause } from '../../faults/pause.js'
import { recordBody } from '../../inspector/reply-body.js'
import { answer } from '../../routes/exchange.js'
import type { Medium } from '../../world/medium.js'
import type { UploadTicket } from '../cdn.js'
import { checkCdnHeaders } from '../conformance/request.js'
import { decryptor, encrypted, encryptedSize } from '../crypto.js'
import { HttpRefusal, type IlinkExchange } from '../http/exchange.js'
import { nameOf } from '../text.js'

const BAD_PADDING = 'the file could not be decrypted with the announced aeskey'

/** Receives an encrypted file. Only POST is known. @see docs/ilink.md §6.1 */
export async function cdnUpload(exchange: IlinkExchange): Promise<Response> {
  if (exchange.method !== 'POST') throw new HttpRefusal(404, 'uploads are sent by POST')
  checkCdnHeaders(exchange)
  const { cdn } = exchange.service
  const ticket = cdn.ticket(exchange.query('encrypted_query_param'))
  if (!ticket) throw badRequest('unknown encrypted_query_param')
  if (nameOf(exchange.query('filekey')) !== ticket.fileKey) throw badRequest('filekey does not match')
  if (ticket.hasFullUrl && exchange.query('taskid') !== ticket.taskId) {
    exchange.warn('6.1', 'upload_full_url is ignored')
  }
  const medium = await receive(exchange, ticket)
  exchange.core.traffic.uploads.add(ticket.param, exchange.entry)
  exchange.core.traffic.uploads.rename(ticket.param, medium.id)
  const headers = new Headers()
  exchange.result = '200'
  if (!exchange.draws('noHeader')) headers.set(CDN_REFERENCE_HEADER, cdn.addUpload({ ticket, medium }))
  return answer('', 'application/octet-stream', headers)
}

/** Decrypts the file while it arrives. */
async function receive(exchange: IlinkExchange, ticket: UploadTicket): Promise<Medium> {
  const { core, request } = exchange
  const { fileSize, key, rawSize, rawMd5 } = ticket
  if (fileSize > core.media.limitBytes) throw badRequest(`filesize exceeds ${core.media.limitBytes} bytes`)
  const decipher = decryptor(key)
  const writer = core.media.writer(fileSize)
  let receivedBytes = 0
  let isReadable = true
  try {
    for await (const chunk of request.body ?? []) {
      receivedBytes += chunk.length
      if (receivedBytes > fileSize) throw badRequest(`received more than ${fileSize} bytes`)
      await writer.append(decipher.update(chunk))
      if (exchange.bytesPerSecond) {
        await pause(core, Math.ceil((chunk.length / exchange.bytesPerSecond) * 1000), request.signal)
      }
    }
    if (receivedBytes !== fileSize) throw badRequest(`received ${receivedBytes} bytes, but filesize is ${fileSize}`)
  } catch (error) {
    await writer.discard()
    if (request.signal.aborted) throw new ConnectionLost('the program disconnected while sending the request')
    throw error
  }
  try {
    await writer.append(decipher.final())
  } catch {
    isReadable = false
  }
  const written = await writer.finish()
  if (!isReadable) exchange.warn('6.1', BAD_PADDING)
  else if (written.sizeBytes !== rawSize) exchange.warn('6.1', 'rawsize is not the size of the decrypted file')
  else if (written.md5 !== rawMd5) exchange.warn('6.1', 'rawfilemd5 is not the MD5 of the decrypted file')
  return core.media.store(written, {})
}

/** Sends an encrypted file. A reference that the program uploaded itself is not known here. @see docs/ilink.md §6.2 */
export function cdnDownload(exchange: IlinkExchange): Response {
  if (exchange.method !== 'GET' && exchange.method !== 'HEAD') throw new HttpRefusal(404, 'downloads use GET')
  checkCdnHeaders(exchange)
  const { core, service } = exchange
  const download = service.cdn.download(exchange.query('encrypted_query_param'))
  if (!download) throw badRequest('unknown encrypted_query_param')
  const { medium, key, messageId } = download
  if (messageId !== undefined) core.traffic.join(exchange.entry, [messageId])
  const body = medium.sizeBytes === 0 ? new Uint8Array() : core.media.read(medium.id, 0, medium.sizeBytes - 1)
  if (!body) throw new HttpRefusal(404, 'the bytes were evicted')
  const size = key ? encryptedSize(medium.sizeBytes) : medium.sizeBytes
  const headers = new Headers({ 'Content-Type': 'application/octet-stream', 'Content-Length': String(size) })
  exchange.result = '200'
  const chunks = body instanceof Uint8Array ? Readable.from([body]) : Readable.fromWeb(body)
  const stream = Readable.toWeb(Readable.from(key ? encrypted(key, chunks) : chunks, { objectMode: false }))
  const response = new Response(stream as ReadableStream<Uint8Array>, { headers })
  return recordBody(response, { sizeBytes: size, ...(key ? {} : { md5: medium.md5 }) })
}

function badRequest(message: string): HttpRefusal {
  return new HttpRefusal(400, message, { [CDN_ERROR_HEADER]: message })
}
