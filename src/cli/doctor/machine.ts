import { showsUnicode } from '../../util/locale.js'
import { findTsx } from '../find-tsx.js'
import { inLanguage } from '../language.js'
import type { Finding } from './finding.js'

const STRINGS = {
  zh: {
    nodeTooOld: '需要 Node 20.19 或更高版本',
    installNode: '安装新版本：https://nodejs.org',
    needsTsx: '运行 TypeScript 需要 tsx',
    noTerminal: '不是终端：输出不带颜色',
    notUnicode: (locale: string) => `区域设置 ${locale} 不是 UTF-8：符号显示为 ASCII，中文可能是乱码`,
    setLocale: 'export LANG=C.UTF-8',
    tooSmall: (size: string) => `${size}，放不下二维码`,
    enlarge: '放大窗口，或用 npx itchat login --png 把二维码写进文件',
    unused: '对本机地址不使用',
    badProxy: (name: string) => `${name} 不是 http 或 https 网址`,
    fixProxy: '改成 http://127.0.0.1:7890 这样的网址，或删除这个变量',
  },
  en: {
    nodeTooOld: 'Node 20.19 or newer is required',
    installNode: 'install a newer version: https://nodejs.org',
    needsTsx: 'needs tsx to run TypeScript',
    noTerminal: 'not a terminal: output without colors',
    notUnicode: (locale: string) => `the locale ${locale} is not UTF-8: symbols are ASCII, and names may be garbled`,
    setLocale: 'export LANG=C.UTF-8',
    tooSmall: (size: string) => `${size} is too small for a QR code`,
    enlarge: 'enlarge the window, or write the code to a file: npx itchat login --png',
    unused: 'not used for addresses of this machine',
    badProxy: (name: string) => `${name} is not an http or https URL`,
    fixProxy: 'set a URL such as http://127.0.0.1:7890, or unset the variable',
  },
}

const OLDEST_NODE = [20, 19] as const
/** Size below which the QR code is left out. */
const MIN_COLUMNS = 40
const MIN_ROWS = 24

/** @param hasTsx whether tsx is installed in the working directory */
export function checkNode(
  version: string = process.versions.node,
  features: object = process.features,
  hasTsx = findTsx() !== undefined,
): Finding {
  const strings = inLanguage(STRINGS)
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const isSupported = major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])
  if (!isSupported) {
    const finding = `${version} · ${strings.nodeTooOld}`
    return { check: 'node', status: 'failed', finding, advice: strings.installNode }
  }
  const stripsTypes = 'typescript' in features && Boolean(features.typescript)
  return { check: 'node', status: 'ok', finding: version, ...(stripsTypes || hasTsx ? {} : { note: strings.needsTsx }) }
}

/** @param stream where people see the output */
export function checkTerminal(
  { isTTY, columns, rows }: Pick<NodeJS.WriteStream, 'isTTY' | 'columns' | 'rows'>,
  env: NodeJS.ProcessEnv = process.env,
): Finding {
  const strings = inLanguage(STRINGS)
  const warning = (finding: string, advice: string): Finding => ({
    check: 'terminal',
    status: 'warning',
    finding,
    advice,
  })
  if (!showsUnicode(env)) {
    const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || 'C'
    return warning(strings.notUnicode(locale), strings.setLocale)
  }
  if (!isTTY) return { check: 'terminal', status: 'ok', finding: strings.noTerminal }
  const size = `${columns} × ${rows}`
  if (columns < MIN_COLUMNS || rows < MIN_ROWS) return warning(strings.tooSmall(size), strings.enlarge)
  return { check: 'terminal', status: 'ok', finding: size, note: 'UTF-8' }
}

/** Returns nothing if no proxy is set. */
export function checkProxy(isLocal: boolean, env: NodeJS.ProcessEnv = process.env): Finding[] {
  const strings = inLanguage(STRINGS)
  const name = ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY'].find((variable) => env[variable])
  if (name === undefined) return []
  const value = env[name] ?? ''
  const url = URL.canParse(value) ? new URL(value) : undefined
  if (!url || !/^https?:$/.test(url.protocol)) {
    return [{ check: 'proxy', status: 'failed', finding: strings.badProxy(name), advice: strings.fixProxy }]
  }
  // Only the origin: a proxy address may contain a password.
  const finding = `${name} ${url.origin}`
  return [{ check: 'proxy', status: 'ok', finding, ...(isLocal ? { note: strings.unused } : {}) }]
}
