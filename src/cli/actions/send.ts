import { statSync } from 'node:fs'
import { basename } from 'node:path'
import type { Contact, SendAs, SendOutcome, SendResult } from '../../index.js'
import { oneLine } from '../../util/one-line.js'
import { dict } from '../../util/read.js'
import type { AccountOptions } from '../account-options.js'
import { type ContactRecord, contactLine, contactRecord } from '../contact-record.js'
import { CommandError, UsageError } from '../explain.js'
import { findContact, requireContacts } from '../find-contact.js'
import { inLanguage } from '../language.js'
import { printJson } from '../output.js'
import { Progress } from '../progress.js'
import { type SavedLogin, withSavedLogin } from '../saved-login.js'
import { withResult } from '../send-result.js'
import { formatSeconds, formatSize } from '../sizes.js'
import { MAX_STDIN_BYTES, readTextFromStdin } from '../stdin.js'

const STRINGS = {
  zh: {
    to: '给',
    sent: '已发送',
    parts: (count: number) => `${count} 段`,
    unconfirmed: '服务器没有返回消息的 id，消息可能没有送达',
    nothing: '没有要发送的内容：请给出文字，或 --file、--image、--video。',
    missing: (path: string) => `文件 ${path} 不存在。`,
    notAFile: (path: string) => `${path} 不是普通文件，不能发送。`,
    empty: (path: string) => `文件 ${path} 是空的，微信不接受空文件。`,
    unreadable: (path: string) => `文件 ${path} 无法读取。`,
    tooLong: `标准输入中的文字超过 ${formatSize(MAX_STDIN_BYTES)}。请用 --file 作为文件发送。`,
    notUtf8: '标准输入不是 UTF-8 文字。请用 --file 作为文件发送。',
  },
  en: {
    to: 'To',
    sent: 'Sent',
    parts: (count: number) => `${count} parts`,
    unconfirmed: 'the server returned no id, so the message may not arrive',
    nothing: 'There is nothing to send: pass a text, --file, --image or --video.',
    missing: (path: string) => `The file ${path} does not exist.`,
    notAFile: (path: string) => `${path} cannot be sent: it is not a regular file.`,
    empty: (path: string) => `The file ${path} is empty. WeChat does not accept empty files.`,
    unreadable: (path: string) => `The file ${path} cannot be read.`,
    tooLong: `The text on standard input is longer than ${formatSize(MAX_STDIN_BYTES)}. Send it as a file with --file.`,
    notUtf8: 'Standard input is not UTF-8 text. Send it as a file with --file.',
  },
}

/** The name of this account, or of the owner of an account without an address book. */
const SELF = 'me'

/** A file on the command line. */
export interface FileArgument {
  as: SendAs
  path: string
}

interface SendOptions extends AccountOptions {
  /** In the order of the command line. */
  files: readonly FileArgument[]
  json?: boolean
}

type Content = { kind: 'text'; text: string } | (FileArgument & { name: string; sizeBytes: number })

/** `itchat send`: sends a text and files to one contact. */
export async function send(who: string, text: string | undefined, options: SendOptions): Promise<void> {
  const { json = false } = options
  const contents = await contentsOf(text, options.files)
  const sent: object[] = []
  let to: ContactRecord | undefined
  let outcome: SendOutcome | undefined
  try {
    await withSavedLogin(options, async (login) => {
      const { account, terminal } = login
      account.on('sent', (event) => {
        outcome = event.outcome
      })
      const isSelf = who === SELF
      if (!isSelf) requireContacts(account)
      const contact = isSelf ? undefined : await findContact(login, who, { json })
      const self = account.searchFriends()
      to = contactRecord(contact ?? self, self)
      terminal.write(contactLine(to, terminal, `${inLanguage(STRINGS).to} `))
      for (const content of contents) {
        outcome = undefined
        sent.push(await sendContent(login, contact, content, contents.length > 1))
      }
    })
  } catch (error) {
    const names = contents.map((content) => ('text' in content ? undefined : content.name))
    const parts = partsOf(error)
    const failure = withResult(error, { names, sentCount: sent.length, partCount: parts.length, outcome })
    if (json && to && failure instanceof Error) {
      printJson({ to, sent: [...sent, ...(parts.length > 0 ? [{ kind: 'text', parts }] : [])], error: failure.message })
    }
    throw failure
  }
  if (json) printJson({ to, sent })
}

/** Ids of the parts of a long text that were sent before an error. */
function partsOf(error: unknown): string[] {
  const { parts } = dict(error)
  return Array.isArray(parts) ? parts.map(({ MsgID }) => MsgID) : []
}

/** Reads and checks everything before the login, so that nothing is sent if a part of it cannot be. */
async function contentsOf(text: string | undefined, files: readonly FileArgument[]): Promise<Content[]> {
  const strings = inLanguage(STRINGS)
  const isPiped = text === '-' || (text === undefined && files.length === 0 && process.stdin.isTTY !== true)
  const content = isPiped ? await readTextFromStdin(strings) : text
  const found = files.map(describeFile)
  if (content === undefined && found.length > 0) return found
  if (content === undefined || content.trim() === '') throw new UsageError(strings.nothing)
  return [{ kind: 'text', text: content }, ...found]
}

function describeFile({ as, path }: FileArgument): Content {
  const strings = inLanguage(STRINGS)
  let sizeBytes: number
  try {
    const stats = statSync(path)
    if (!stats.isFile()) throw new CommandError(strings.notAFile(path))
    sizeBytes = stats.size
  } catch (cause) {
    if (cause instanceof CommandError) throw cause
    const isMissing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT'
    throw new CommandError(isMissing ? strings.missing(path) : strings.unreadable(path), { cause })
  }
  if (sizeBytes === 0) throw new CommandError(strings.empty(path))
  return { as, path, name: basename(path), sizeBytes }
}

/** @param hasName whether the confirmation contains the name of a file */
async function sendContent(
  login: SavedLogin,
  contact: Contact | undefined,
  content: Content,
  hasName: boolean,
): Promise<object> {
  const { account, signal, terminal } = login
  if ('text' in content) {
    const result = await account.sendMsg(content.text, contact, { signal })
    const parts = result.parts?.map(({ MsgID }) => MsgID) ?? [result.MsgID]
    confirm(login, result, parts.length > 1 ? [inLanguage(STRINGS).parts(parts.length)] : [])
    return { kind: 'text', id: result.MsgID, parts }
  }
  const { as, path, name, sizeBytes } = content
  const progress = new Progress(terminal, name, sizeBytes)
  const stop = () => progress.clear()
  signal.addEventListener('abort', stop, { once: true })
  try {
    const sendFile = { file: account.sendFile, image: account.sendImage, video: account.sendVideo }[as]
    const result = await sendFile.call(account, path, contact, {
      signal,
      onProgress: ({ sentBytes }) => signal.aborted || progress.update(sentBytes),
    })
    const { elapsedMs } = progress
    progress.clear()
    const duration = formatSeconds(elapsedMs / 1000)
    confirm(login, result, [`${formatSize(sizeBytes)} · ${duration}`, ...(hasName ? [oneLine(name)] : [])])
    return { kind: as, id: result.MsgID, name, sizeBytes }
  } finally {
    stop()
    signal.removeEventListener('abort', stop)
  }
}

function confirm({ terminal }: SavedLogin, { unconfirmed }: SendResult, details: readonly string[]): void {
  const strings = inLanguage(STRINGS)
  const [detail, ...rest] = details
  const line = [strings.sent, detail].filter(Boolean).join(' ')
  if (unconfirmed) terminal.write(`${terminal.style(terminal.sign('!'), 'yellow')} ${line} · ${strings.unconfirmed}`)
  else terminal.write(`${terminal.style(terminal.sign('✓'), 'green')} ${[line, ...rest].join('  ')}`)
}
