import { Chatroom, type Contact, type Itchat } from '../index.js'
import { oneLine } from '../util/one-line.js'
import { askForNumber, canAsk } from './ask.js'
import { contactLine, contactRecord, nameColumnsOf } from './contact-record.js'
import { CommandError } from './explain.js'
import { inLanguage } from './language.js'
import { printJson } from './output.js'
import type { SavedLogin } from './saved-login.js'

const STRINGS = {
  zh: {
    unsupported: '通过 iLink 登录的账号没有通讯录，只能联系账号的主人：npx itchat send me "你好"。',
    missing: (who: string) => `没有名叫“${who}”的联系人。用 npx itchat contacts --search 查找。`,
    missingGroup: (who: string) => `没有名叫“${who}”的群。用 npx itchat contacts groups 列出所有群。`,
    ambiguous: (who: string, count: number) => `“${who}”对应 ${count} 个联系人。请输入完整的名称、备注或 id。`,
    which: (who: string) => `“${who}”是哪一个？`,
    more: (count: number) => `另有 ${count} 个，请输入更多文字`,
    cancelled: '已取消。',
  },
  en: {
    unsupported: 'An account on iLink has no contacts and can only reach its owner: npx itchat send me "hello".',
    missing: (who: string) => `No contact is named "${who}". Use npx itchat contacts --search to find one.`,
    missingGroup: (who: string) => `No group is named "${who}". List the groups with npx itchat contacts groups.`,
    ambiguous: (who: string, count: number) =>
      `"${who}" matches ${count} contacts. Enter the complete name, the remark or the id.`,
    which: (who: string) => `Which "${who}"?`,
    more: (count: number) => `${count} more: enter more of the name`,
    cancelled: 'Cancelled.',
  },
}

/** Number of candidates printed for people. */
const MAX_CANDIDATES = 20

/** A name that matches several contacts, in a command that cannot ask for one of them. */
class AmbiguousNameError extends CommandError {
  override readonly exitCode = 3
}

interface FindOptions {
  /** Whether the output is for a program: prints the candidates as JSON instead of asking. */
  json: boolean
  /** Whether to find only groups. */
  groupsOnly?: boolean
}

/** @throws CommandError on a transport without an address book */
export function requireContacts(account: Itchat): void {
  if (!account.supports('contacts')) throw new CommandError(inLanguage(STRINGS).unsupported)
}

/**
 * Finds the contact that a person means: by id or by a complete name, remark or WeChat id, otherwise by a part or the
 * pinyin of one. If several match, asks which one.
 *
 * @throws AmbiguousNameError if several match and there is no terminal to ask on; CommandError if none matches, or if the question is not answered
 */
export async function findContact(
  { account, terminal, signal }: SavedLogin,
  who: string,
  { json, groupsOnly = false }: FindOptions,
): Promise<Contact> {
  const strings = inLanguage(STRINGS)
  const found = candidates(account, who).filter((contact) => !groupsOnly || contact instanceof Chatroom)
  const [only] = found
  if (!only) throw new CommandError(groupsOnly ? strings.missingGroup(who) : strings.missing(who))
  if (found.length === 1) return only
  const self = account.searchFriends()
  const records = found.map((contact) => contactRecord(contact, self))
  if (json) printJson({ error: 'ambiguous', who, candidates: records })
  const ambiguous = new AmbiguousNameError(strings.ambiguous(who, found.length))
  if (json) throw ambiguous
  const shown = records.slice(0, MAX_CANDIDATES)
  const isAsked = canAsk()
  if (isAsked) terminal.write(strings.which(oneLine(who)))
  const width = String(shown.length).length
  const nameColumns = nameColumnsOf(shown)
  for (const [index, record] of shown.entries()) {
    const key = isAsked ? String(index + 1).padStart(width) : record.id
    terminal.write(contactLine(record, terminal, `  ${terminal.style(key, 'dim')}  `, nameColumns))
  }
  const more = records.length - shown.length
  if (more > 0) terminal.write(`  ${terminal.style(strings.more(more), 'dim')}`)
  if (!isAsked) throw ambiguous
  const index = await askForNumber(shown.length, signal)
  const chosen = index === undefined ? undefined : found[index]
  if (!chosen) throw new CommandError(strings.cancelled)
  return chosen
}

function candidates(account: Itchat, who: string): Contact[] {
  const known = knownContacts(account)
  const byId = known.filter(({ puid, UserName }) => puid === who || UserName === who)
  if (byId.length > 0) return byId
  const found = searchKnown(account, who, known)
  const exact = found.filter(({ RemarkName, NickName, Alias }) => [RemarkName, NickName, Alias].includes(who))
  return exact.length > 0 ? exact : found
}

/** The address book and `filehelper`. Other built-in accounts cannot be sent to. */
function knownContacts(account: Itchat): Contact[] {
  const fileHelper = account.match(({ UserName }) => UserName === 'filehelper')
  return [...account.memberList, ...account.chatroomList, ...account.mpList, ...fileHelper]
}

/** Searches the known contacts by a part of a name or its pinyin; the best matches come first. */
export function searchKnown(account: Itchat, text: string, known = knownContacts(account)): Contact[] {
  const isKnown = new Set<Contact>(known)
  return account.searchContacts(text).filter((contact) => isKnown.has(contact))
}
