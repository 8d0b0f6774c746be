import type { IlinkExchange } from '../http/exchange.js'

/** Random numbers repeat: among thousands of them, even those of a correct program. */
const MAX_UINS = 20
const MAX_VERSION = 0xff_ff_ff
const PRODUCT = String.raw`[A-Za-z0-9_.-]{1,32}/[A-Za-z0-9_.+-]{1,32}( \([\x20-\x27\x2a-\x7e]{1,64}\))?`
const API_HEADERS = ['ilink-app-id', 'ilink-app-clientversion', 'authorizationtype', 'x-wechat-uin']
/** The default of Tencent's own client has no version. */
const BOT_AGENT = new RegExp(`^(OpenClaw|${PRODUCT}( ${PRODUCT})*)$`)

/** Checks the headers of a request to the API. @see docs/ilink.md §2.2 */
export function checkHeaders(exchange: IlinkExchange, isAuthorized: boolean): void {
  if (exchange.header('ilink-app-id') !== 'bot') exchange.warn('2.2', 'header iLink-App-Id is not bot')
  const version = exchange.header('ilink-app-clientversion') ?? ''
  if (!/^\d{1,8}$/.test(version) || Number(version) > MAX_VERSION) {
    exchange.warn('2.2', 'header iLink-App-ClientVersion is not a decimal version number')
  }
  if (!isAuthorized && exchange.header('authorization') !== undefined) {
    exchange.warn('2.2', 'header Authorization is sent without need; only calls after the login contain it')
  }
  if (exchange.method !== 'POST') return
  if (!/^application\/json\b/.test(exchange.header('content-type') ?? '')) {
    exchange.warn('2.2', 'header Content-Type is not application/json')
  }
  if (exchange.header('authorizationtype') !== 'ilink_bot_token') {
    exchange.warn('2.2', 'header AuthorizationType is not ilink_bot_token')
  }
  checkUin(exchange)
}

function checkUin(exchange: IlinkExchange): void {
  const header = exchange.header('x-wechat-uin')
  if (header === undefined) {
    exchange.warn('2.2', 'header X-WECHAT-UIN is missing')
    return
  }
  const text = Buffer.from(header, 'base64').toString('latin1')
  const isCanonical = Buffer.from(text, 'latin1').toString('base64') === header
  if (!isCanonical || !/^(0|[1-9]\d{0,9})$/.test(text) || Number(text) >= 2 ** 32) {
    exchange.warn('2.2', 'header X-WECHAT-UIN is not the base64 form of a decimal unsigned 32-bit integer')
  }
  const { uins } = exchange.service
  if (uins.has(header)) exchange.warn('2.2', 'header X-WECHAT-UIN is reused; use a new number for each request')
  uins.add(header)
  const [oldest] = uins
  if (uins.size > MAX_UINS && oldest !== undefined) uins.delete(oldest)
}

/** Checks `base_info`. @see docs/ilink.md §2.2 */
export function checkBaseInfo(exchange: IlinkExchange): void {
  const info = exchange.body.base_info
  if (typeof info !== 'object' || info === null) {
    exchange.warn('2.2', 'base_info is missing')
    return
  }
  const { channel_version: version, bot_agent: agent }: { channel_version?: unknown; bot_agent?: unknown } = info
  if (typeof version !== 'string' || version === '') exchange.warn('2.2', 'base_info.channel_version is missing')
  if (agent === undefined) return
  if (typeof agent !== 'string' || Buffer.byteLength(agent) > 256 || !BOT_AGENT.test(agent)) {
    exchange.warn('2.2', 'base_info.bot_agent is not a list of products of the form Name/Version (comment)')
  }
}

/** Checks the headers of a request to the media server. @see docs/ilink.md §2.2 */
export function checkCdnHeaders(exchange: IlinkExchange): void {
  if (exchange.header('authorization') !== undefined) {
    exchange.warn('2.2', 'header Authorization is sent to the media server')
  }
  if (API_HEADERS.some((name) => exchange.header(name) !== undefined)) {
    exchange.warn('2.2', 'headers of the API are sent to the media server')
  }
  if (exchange.method === 'POST' && exchange.header('content-type') !== 'application/octet-stream') {
    exchange.warn('2.2', 'header Content-Type of an upload is not application/octet-stream')
  }
}
