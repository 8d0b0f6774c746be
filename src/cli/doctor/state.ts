import { constants } from 'node:fs'
import { access, readFile, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { errorCode } from '../../util/error-code.js'
import { oneLine } from '../../util/one-line.js'
import { dict, isDict, text } from '../../util/read.js'
import { inLanguage } from '../language.js'
import type { CheckName, Finding } from './finding.js'

const STRINGS = {
  zh: {
    none: (path: string) => `没有 ${path}：还没有保存过登录`,
    logIn: '运行 npx itchat login，并扫描二维码',
    unreadable: (path: string, code: string) => `无法读取 ${path}（${code}）`,
    checkPath: '检查它的路径、所有者和权限',
    foreign: (path: string) => `${path} 不是登录状态文件`,
    nameAnother: '用 --state 指定另一个文件',
    damaged: (path: string) => `${path} 已损坏`,
    moveAway: '把它移到别处，再运行 npx itchat login',
    otherTransport: (path: string, name: string) => `${path} 属于传输层 ${name}`,
    useTransport: (name: string) => `npx itchat doctor --transport ${name}，或用 --state 指定另一个文件`,
    otherServer: (path: string, server: string) => `${path} 中的登录状态属于另一个服务器：${server}`,
    useServer: (server: string) => `设置 ITCHAT_BASE_URL=${server}，或用 --state 指定另一个文件`,
    exposed: (path: string, mode: string) => `${path} 的权限是 ${mode}：其他用户可以冒充这个账号`,
    protect: (path: string) => `chmod 600 ${path}`,
    saved: (time: string) => `${time} 保存`,
    encrypted: '已加密',
    noFolder: (path: string) => `文件夹 ${path} 不存在`,
    createFolder: '创建它，或用 --state 指定另一个文件',
    unwritable: (path: string, code: string) => `无法写入文件夹 ${path}（${code}）`,
    allowWriting: '修改它的权限，或用 --state 指定另一个文件',
    writable: '可以写入',
  },
  en: {
    none: (path: string) => `no ${path}: no login has been saved`,
    logIn: 'run npx itchat login, and scan the QR code',
    unreadable: (path: string, code: string) => `${path} cannot be read (${code})`,
    checkPath: 'check its path, owner and permissions',
    foreign: (path: string) => `${path} is not a saved login`,
    nameAnother: 'name another file with --state',
    damaged: (path: string) => `${path} is damaged`,
    moveAway: 'move it elsewhere, and run npx itchat login',
    otherTransport: (path: string, name: string) => `${path} belongs to the transport ${name}`,
    useTransport: (name: string) => `npx itchat doctor --transport ${name}, or another file with --state`,
    otherServer: (path: string, server: string) => `${path} is for another server: ${server}`,
    useServer: (server: string) => `set ITCHAT_BASE_URL=${server}, or name another file with --state`,
    exposed: (path: string, mode: string) => `${path} has mode ${mode}: other users can act as this account`,
    protect: (path: string) => `chmod 600 ${path}`,
    saved: (time: string) => `saved ${time}`,
    encrypted: 'encrypted',
    noFolder: (path: string) => `the folder ${path} does not exist`,
    createFolder: 'create it, or name another file with --state',
    unwritable: (path: string, code: string) => `the folder ${path} cannot be written (${code})`,
    allowWriting: 'change its permissions, or name another file with --state',
    writable: 'can be written',
  },
}

/** A larger file is not a saved login. */
const MAX_BYTES = 16 * 1024 * 1024

/** Permissions of the group and of others. */
const OTHERS = 0o077

interface StateCheck {
  finding: Finding
  /** Whether there is a login to try. */
  hasLogin: boolean
}

/**
 * Checks the file of the saved login, without changing it.
 *
 * @param address URL of the server that programs connect to
 */
export async function checkState(path: string, transport: string, address: string): Promise<StateCheck> {
  const strings = inLanguage(STRINGS)
  const failed = (finding: string, advice: string, hasLogin = false): StateCheck => ({
    finding: { check: 'state', status: 'failed', finding, advice },
    hasLogin,
  })
  let stored: string
  let mode: number
  let savedAt: Date
  try {
    const stats = await stat(path)
    // Reading a pipe could take forever.
    if (!stats.isFile() || stats.size > MAX_BYTES) return failed(strings.foreign(path), strings.nameAnother)
    mode = stats.mode
    savedAt = stats.mtime
    stored = await readFile(path, 'utf8')
  } catch (error) {
    const code = errorCode(error) ?? String(error)
    if (code !== 'ENOENT') return failed(strings.unreadable(path, code), strings.checkPath)
    const finding: Finding = { check: 'state', status: 'warning', finding: strings.none(path), advice: strings.logIn }
    return { finding, hasLogin: false }
  }
  const content = readContent(stored)
  if (content === 'foreign') return failed(strings.foreign(path), strings.nameAnother)
  if (!content) return failed(strings.damaged(path), strings.moveAway)
  // Files of the first version name no transport.
  const { transport: owner = 'web', user, session } = content === 'sealed' ? { transport } : content
  if (owner !== transport) {
    const name = oneLine(text(owner))
    return failed(strings.otherTransport(path, name), strings.useTransport(name))
  }
  const server = text(dict(session).loginOrigin)
  if (server !== '' && URL.canParse(address) && server !== new URL(address).origin) {
    return { finding: otherServer('state', path, server), hasLogin: false }
  }
  const octal = (mode & 0o777).toString(8).padStart(4, '0')
  if (process.platform !== 'win32' && (mode & OTHERS) !== 0) {
    return failed(strings.exposed(path, octal), strings.protect(path), true)
  }
  const account = content === 'sealed' ? strings.encrypted : oneLine(text(dict(user).NickName))
  const notes = [account, ...(process.platform === 'win32' ? [] : [octal]), strings.saved(localTime(savedAt))]
  const finding: Finding = { check: 'state', status: 'ok', finding: path, note: notes.filter(Boolean).join(' · ') }
  return { finding, hasLogin: true }
}

/** The finding for a login of a server other than the one that programs connect to. */
export function otherServer(check: CheckName, path: string, server: string): Finding {
  const strings = inLanguage(STRINGS)
  const name = oneLine(server)
  return { check, status: 'failed', finding: strings.otherServer(path, name), advice: strings.useServer(name) }
}

/**
 * Reads the envelope of a saved login; its checksum is verified when the login is tried. `foreign` for JSON of another
 * program, `undefined` if it is damaged.
 */
function readContent(stored: string): Record<string, unknown> | 'sealed' | 'foreign' | undefined {
  try {
    const { document, content, sealed } = dict(JSON.parse(stored))
    if (document !== 'session') return 'foreign'
    if (typeof sealed === 'string') return 'sealed'
    return isDict(content) ? content : undefined
  } catch {
    return undefined
  }
}

/** Checks that the files of the login can be written. */
export async function checkFolder(path: string): Promise<Finding> {
  const strings = inLanguage(STRINGS)
  const folder = dirname(path)
  try {
    await access(folder, constants.W_OK | constants.X_OK)
    return { check: 'folder', status: 'ok', finding: strings.writable, note: resolve(folder) }
  } catch (error) {
    const code = errorCode(error) ?? String(error)
    const [finding, advice] =
      code === 'ENOENT'
        ? [strings.noFolder(folder), strings.createFolder]
        : [strings.unwritable(folder, code), strings.allowWriting]
    return { check: 'folder', status: 'failed', finding, advice }
  }
}

function localTime(date: Date): string {
  const two = (value: number) => String(value).padStart(2, '0')
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`
}
