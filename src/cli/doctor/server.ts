import { Agent, EnvHttpProxyAgent, request } from 'undici'
import { errorCode } from '../../util/error-code.js'
import { dict } from '../../util/read.js'
import { inLanguage } from '../language.js'
import type { Finding } from './finding.js'

const STRINGS = {
  zh: {
    badUrl: (value: string) => `ITCHAT_BASE_URL 的值 ${value} 不是 http 或 https 网址`,
    setUrl: '改成 http://127.0.0.1:8078 这样的网址，或删除这个变量',
    noName: (host: string) => `${host} 查不到地址（DNS）`,
    checkDns: '检查网络连接和 DNS 设置；在公司网络里可能需要设置 HTTPS_PROXY',
    refused: (host: string) => `${host} 拒绝连接`,
    isRunning: '沙盒在运行吗？请启动 npx itchat sandbox，并检查 ITCHAT_BASE_URL 的端口',
    checkFirewall: '检查防火墙和代理设置',
    noReply: (host: string, seconds: number) => `${host} 在 ${seconds} 秒内没有响应`,
    broken: (host: string, code: string) => `连接 ${host} 失败（${code}）`,
    checkNetwork: '检查网络、防火墙和代理设置，然后再运行一次',
    status: (host: string, status: number) => `${host} 返回 HTTP ${status}`,
    later: '服务器出错，请过几分钟再试',
    validCertificate: '证书有效',
    unencrypted: (origin: string) => `${origin} 没有加密：途中的任何人都能读到登录状态`,
    useHttps: '使用 https 网址',
    untrusted: '证书不受信任：可能是代理或杀毒软件换掉了它',
    trust: '把它们的根证书文件写进 NODE_EXTRA_CA_CERTS，或换一个网络',
    expired: '证书已过期，或尚未生效',
    checkClock: '检查系统时间和日期',
    otherHost: '证书属于另一个网站',
    openPage: '可能需要先在浏览器里登录这个网络',
    tlsFailed: (code: string) => `加密连接失败（${code}）`,
    inStep: '与服务器一致',
    fast: (seconds: number) => `快了 ${seconds} 秒`,
    slow: (seconds: number) => `慢了 ${seconds} 秒`,
    setClock: '打开自动对时，否则消息时间会错',
  },
  en: {
    badUrl: (value: string) => `ITCHAT_BASE_URL is ${value}, not an http or https URL`,
    setUrl: 'set a URL such as http://127.0.0.1:8078, or unset the variable',
    noName: (host: string) => `no address found for ${host} (DNS)`,
    checkDns: 'check the connection and the DNS settings; a company network may require HTTPS_PROXY',
    refused: (host: string) => `${host} refused the connection`,
    isRunning: 'is the sandbox running? Start npx itchat sandbox, and check the port in ITCHAT_BASE_URL',
    checkFirewall: 'check the firewall and the proxy',
    noReply: (host: string, seconds: number) => `${host} did not reply within ${seconds} s`,
    broken: (host: string, code: string) => `the connection to ${host} failed (${code})`,
    checkNetwork: 'check the network, the firewall and the proxy, then run this command again',
    status: (host: string, status: number) => `${host} returned HTTP ${status}`,
    later: 'the server failed: try again in a few minutes',
    validCertificate: 'certificate is valid',
    unencrypted: (origin: string) => `${origin} is not encrypted: anyone in between can read the login`,
    useHttps: 'use an https URL',
    untrusted: 'certificate is not trusted: a proxy or virus scanner may have replaced it',
    trust: 'name the file of its root certificate in NODE_EXTRA_CA_CERTS, or use another network',
    expired: 'certificate has expired, or is not valid yet',
    checkClock: 'check the time and date of this machine',
    otherHost: 'certificate belongs to another site',
    openPage: 'the network may require a login in the browser first',
    tlsFailed: (code: string) => `no encrypted connection (${code})`,
    inStep: 'agrees with the server',
    fast: (seconds: number) => `${seconds} s fast`,
    slow: (seconds: number) => `${seconds} s slow`,
    setClock: 'synchronize the clock, or the times of messages are wrong',
  },
}

/** Longest difference from the server's clock without a warning. */
const MAX_SKEW_MS = 60_000

/** Names of Node and OpenSSL for failures of TLS. */
const TLS_CODE = /^(?:ERR_TLS|ERR_SSL|CERT_|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO|EPROTO|HOSTNAME_MISMATCH|INVALID_CA)/

interface ServerCheck {
  /** Whether the server can be used. */
  isReachable: boolean
  findings: Finding[]
}

/**
 * Makes one request to a server, and concludes from it what works: name resolution, the connection, TLS, and the clock.
 *
 * @param address a URL, as configured
 */
export async function checkServer(address: string, timeoutMs: number): Promise<ServerCheck> {
  const strings = inLanguage(STRINGS)
  const url = URL.canParse(address) ? new URL(address) : undefined
  if (!url || !/^https?:$/.test(url.protocol)) {
    return unreachable(failed('network', strings.badUrl(JSON.stringify(address)), strings.setUrl))
  }
  const dispatcher = isLocal(address) ? new Agent() : new EnvHttpProxyAgent()
  const startedAt = performance.now()
  try {
    const signal = AbortSignal.timeout(timeoutMs)
    const { statusCode, headers, body } = await request(url.origin, { method: 'HEAD', dispatcher, signal })
    const durationMs = Math.round(performance.now() - startedAt)
    await body.dump()
    if (statusCode >= 500) {
      return unreachable(failed('network', strings.status(url.host, statusCode), strings.later), ...tlsOf(url))
    }
    const network: Finding = { check: 'network', status: 'ok', finding: url.host, note: `${durationMs} ms` }
    return { isReachable: true, findings: [network, ...tlsOf(url), ...clockOf(String(headers.date))] }
  } catch (error) {
    return unreachable(...explainFailure(url, error, timeoutMs))
  } finally {
    await dispatcher.destroy()
  }
}

/** Whether an address refers to this machine, which is reached without a proxy. */
export function isLocal(address: string): boolean {
  const hostname = URL.canParse(address) ? new URL(address).hostname : ''
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname)
}

function unreachable(...findings: Finding[]): ServerCheck {
  return { isReachable: false, findings }
}

function failed(check: Finding['check'], finding: string, advice: string): Finding {
  return { check, status: 'failed', finding, advice }
}

function tlsOf(url: URL): Finding[] {
  const strings = inLanguage(STRINGS)
  if (url.protocol === 'https:') return [{ check: 'tls', status: 'ok', finding: strings.validCertificate }]
  if (isLocal(url.origin)) return []
  return [{ check: 'tls', status: 'warning', finding: strings.unencrypted(url.origin), advice: strings.useHttps }]
}

/** Compares this machine's clock with the time in a reply, which is given in whole seconds. */
function clockOf(date: string): Finding[] {
  const strings = inLanguage(STRINGS)
  const skewMs = Date.now() - (Date.parse(date) + 500)
  if (Number.isNaN(skewMs)) return []
  if (Math.abs(skewMs) <= MAX_SKEW_MS) return [{ check: 'clock', status: 'ok', finding: strings.inStep }]
  const seconds = Math.round(Math.abs(skewMs) / 1000)
  const finding = skewMs > 0 ? strings.fast(seconds) : strings.slow(seconds)
  return [{ check: 'clock', status: 'warning', finding, advice: strings.setClock }]
}

function explainFailure(url: URL, error: unknown, timeoutMs: number): Finding[] {
  const strings = inLanguage(STRINGS)
  const code = errorCode(error) ?? (error instanceof Error ? error.name : String(error))
  if (TLS_CODE.test(code)) {
    return [{ check: 'network', status: 'ok', finding: url.host }, explainTls(code)]
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return [failed('network', strings.noName(url.hostname), strings.checkDns)]
  }
  if (code === 'ECONNREFUSED') {
    const advice = isLocal(url.origin) ? strings.isRunning : strings.checkFirewall
    const address = addressIn(error)
    // Another address than that of the server is that of a proxy.
    const note = address !== undefined && address !== url.host ? { note: address } : {}
    return [{ ...failed('network', strings.refused(url.host), advice), ...note }]
  }
  if (/^(?:TimeoutError|ETIMEDOUT|UND_ERR_(?:CONNECT|HEADERS)_TIMEOUT)$/.test(code)) {
    return [failed('network', strings.noReply(url.host, timeoutMs / 1000), strings.checkNetwork)]
  }
  return [failed('network', strings.broken(url.host, code), strings.checkNetwork)]
}

/** The address to which a connection failed. */
function addressIn(error: unknown): string | undefined {
  const { address, port } = dict(error)
  return typeof address === 'string' ? `${address}:${port}` : undefined
}

function explainTls(code: string): Finding {
  const strings = inLanguage(STRINGS)
  if (/^CERT_(?:HAS_EXPIRED|NOT_YET_VALID)$/.test(code)) return failed('tls', strings.expired, strings.checkClock)
  if (/^(?:SELF_SIGNED|DEPTH_ZERO|UNABLE_TO)/.test(code)) return failed('tls', strings.untrusted, strings.trust)
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return failed('tls', strings.otherHost, strings.openPage)
  return failed('tls', strings.tlsFailed(code), strings.checkNetwork)
}
