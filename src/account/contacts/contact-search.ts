import { createRequire } from 'node:module'
import { traitsOf } from '../../contact/base.js'
import { Chatroom, type Contact, MassivePlatform } from '../../contact/contact.js'
import type { ContactBook } from './contact-book.js'

const require = createRequire(import.meta.url)

/** The names of a contact, in lower case, each between two separators; and the fields that they were derived from. */
interface SearchKeys extends Pick<Contact, 'RemarkName' | 'NickName'> {
  Alias: string
  plain: string
  pinyin: string
}

/** Separates names, which contain no whitespace after `fold`. */
const SEPARATOR = '\n'

/** Match ranks, best first. */
const RANK = { whole: 0, beginning: 1, part: 2, pinyinBeginning: 3, pinyinPart: 4 } as const

/** A query for groups or official accounts. */
interface NameQuery {
  userName?: string | undefined
  /** Part of the name. */
  name?: string | undefined
}

/** Searches the contact book by name, WeChat id and pinyin. */
export class ContactSearch {
  readonly #book: ContactBook
  readonly #keys = new WeakMap<Contact, SearchKeys>()

  constructor(book: ContactBook) {
    this.#book = book
  }

  find(text: string): Contact[] {
    const needle = fold(text)
    if (needle === '') return []
    const byRank: Contact[][] = Object.values(RANK).map(() => [])
    for (const contact of this.#book.all()) {
      const rank = isListed(contact) ? rankOf(this.#keysOf(contact), needle) : undefined
      if (rank !== undefined) byRank[rank]?.push(contact)
    }
    return byRank.flat()
  }

  /**
   * With `userName`, returns one group or `undefined`; with `name`, the groups whose nickname contains it. An empty
   * query matches no group.
   */
  chatrooms(query: NameQuery): Chatroom | undefined | Chatroom[] {
    if (!('userName' in query)) return withName(this.#book.chatrooms(), query.name)
    const found = this.#book.get(query.userName ?? '')
    return found instanceof Chatroom ? found : undefined
  }

  /** Like `chatrooms`, but for official accounts. */
  massivePlatforms(query: NameQuery): MassivePlatform | undefined | MassivePlatform[] {
    if (!('userName' in query)) return withName(this.#book.massivePlatforms(), query.name)
    const found = this.#book.get(query.userName ?? '')
    return found instanceof MassivePlatform && this.#book.isFriend(found) ? found : undefined
  }

  #keysOf(contact: Contact): SearchKeys {
    const { RemarkName, NickName, Alias } = contact
    const known = this.#keys.get(contact)
    if (known?.RemarkName === RemarkName && known.NickName === NickName && known.Alias === Alias) return known
    const keys = {
      RemarkName,
      NickName,
      Alias,
      plain: joined([RemarkName, NickName, Alias].map(fold)),
      pinyin: joined([RemarkName, NickName].flatMap(pinyinOf)),
    }
    this.#keys.set(contact, keys)
    return keys
  }
}

function joined(names: readonly string[]): string {
  return `${SEPARATOR}${names.join(SEPARATOR)}${SEPARATOR}`
}

/** Whether searches include a contact. Strangers are known, but not in the address book. */
function isListed(contact: Contact): boolean {
  const { isListed, isBuiltIn } = traitsOf(contact)
  return contact instanceof Chatroom || isBuiltIn || isListed
}

function rankOf({ plain, pinyin }: SearchKeys, needle: string): number | undefined {
  if (plain.includes(needle)) {
    if (plain.includes(`${SEPARATOR}${needle}${SEPARATOR}`)) return RANK.whole
    return plain.includes(SEPARATOR + needle) ? RANK.beginning : RANK.part
  }
  if (!pinyin.includes(needle)) return undefined
  return pinyin.includes(SEPARATOR + needle) ? RANK.pinyinBeginning : RANK.pinyinPart
}

/**
 * Returns the pinyin of a name, both in full and as initials. The name is read with and without a surname at the
 * beginning: 曾 is read Zeng as a surname, otherwise Ceng.
 */
function pinyinOf(name: string): string[] {
  if (!/\p{Script=Han}/u.test(name)) return []
  // Loaded by the first search, because loading the dictionary takes a considerable part of the startup time of a program.
  const { pinyin }: typeof import('pinyin-pro') = require('pinyin-pro')
  return (['head', 'off'] as const).flatMap((surname) => {
    const syllables = pinyin(name, { toneType: 'none', type: 'array', nonZh: 'consecutive', v: true, surname })
    return [fold(syllables.join('')), fold(syllables.map((syllable) => syllable.charAt(0)).join(''))]
  })
}

/** Converts text to lower case and removes whitespace. */
function fold(text: string): string {
  return text.toLowerCase().replace(/\s+/g, '')
}

function withName<T extends Contact>(contacts: Iterable<T>, name: string | undefined): T[] {
  const found: T[] = []
  if (name) for (const contact of contacts) if (contact.NickName.includes(name)) found.push(contact)
  return found
}
