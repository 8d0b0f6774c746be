import { pinyin } from 'pinyin-pro'
import { traitsOf } from '../../contact/base.js'
import { Chatroom, type Contact, MassivePlatform } from '../../contact/contact.js'
import type { ContactBook } from './contact-book.js'

/** Search keys of a contact, in lower case. */
interface SearchKeys {
  /** The names they were made from, to detect changes. */
  names: string
  plain: string[]
  pinyin: string[]
}

/** Best first. */
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
    return this.#book
      .all()
      .filter(isListed)
      .flatMap((contact) => {
        const rank = rankOf(this.#keysOf(contact), needle)
        return rank === undefined ? [] : [{ contact, rank }]
      })
      .sort((a, b) => a.rank - b.rank)
      .map(({ contact }) => contact)
  }

  /** With `userName`, one group or `undefined`; with `name`, groups whose nickname contains it. An empty query has no matches. */
  chatrooms(query: NameQuery): Chatroom | undefined | Chatroom[] {
    if (!('userName' in query)) return withName(this.#book.chatrooms(), query.name)
    const found = this.#book.get(query.userName ?? '')
    return found instanceof Chatroom ? found : undefined
  }

  /** The same for official accounts. */
  massivePlatforms(query: NameQuery): MassivePlatform | undefined | MassivePlatform[] {
    if (!('userName' in query)) return withName(this.#book.massivePlatforms(), query.name)
    const found = this.#book.get(query.userName ?? '')
    return found instanceof MassivePlatform && this.#book.isFriend(found) ? found : undefined
  }

  #keysOf(contact: Contact): SearchKeys {
    const { RemarkName, NickName, Alias } = contact
    const names = JSON.stringify([RemarkName, NickName, Alias])
    const known = this.#keys.get(contact)
    if (known?.names === names) return known
    const keys = {
      names,
      plain: [RemarkName, NickName, Alias].map(fold).filter(Boolean),
      pinyin: [...new Set([RemarkName, NickName].flatMap(pinyinOf))],
    }
    this.#keys.set(contact, keys)
    return keys
  }
}

/** Strangers are known, but not part of the address book. */
function isListed(contact: Contact): boolean {
  const { isListed, isBuiltIn } = traitsOf(contact)
  return contact instanceof Chatroom || isBuiltIn || isListed
}

function rankOf({ plain, pinyin: romanized }: SearchKeys, needle: string): number | undefined {
  if (plain.includes(needle)) return RANK.whole
  if (plain.some((name) => name.startsWith(needle))) return RANK.beginning
  if (plain.some((name) => name.includes(needle))) return RANK.part
  if (romanized.some((name) => name.startsWith(needle))) return RANK.pinyinBeginning
  if (romanized.some((name) => name.includes(needle))) return RANK.pinyinPart
  return undefined
}

/** The full pinyin and its initials, read as a surname and as any other word: 曾 is Zeng in one, Ceng in the other. */
function pinyinOf(name: string): string[] {
  if (!/\p{Script=Han}/u.test(name)) return []
  return (['head', 'off'] as const).flatMap((surname) => {
    const syllables = pinyin(name, { toneType: 'none', type: 'array', nonZh: 'consecutive', v: true, surname })
    return [fold(syllables.join('')), fold(syllables.map((syllable) => syllable.charAt(0)).join(''))]
  })
}

/** Lower case, without white space. */
function fold(text: string): string {
  return text.toLowerCase().replace(/\s+/g, '')
}

function withName<T extends Contact>(contacts: Iterable<T>, name: string | undefined): T[] {
  const found: T[] = []
  if (name) for (const contact of contacts) if (contact.NickName.includes(name)) found.push(contact)
  return found
}
