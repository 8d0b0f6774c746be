import { BOT_TYPE } from '../../transports/ilink/wire/login.js'
import { CDN_PATH } from './endpoints.js'
import type { QrCode } from './qr-code.js'

/** A URL of the media server with encoded parameters. */
export function cdnUrl(origin: string, path: string, query: Record<string, string>): string {
  const encoded = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
  return `${origin}${CDN_PATH}${path}?${encoded.join('&')}`
}

/** The link encoded in a QR code. */
export function qrLink(origin: string, qr: QrCode): string {
  return `${origin}/q/${qr.shortCode}?qrcode=${qr.id}&bot_type=${BOT_TYPE}`
}
