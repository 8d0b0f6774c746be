import { setImmediate as nextTurn } from 'node:timers/promises'
import { type Dict, dict, int, list, text } from '../../util/read.js'
import type { Documents } from '../persistence/documents.js'
import type { JournalFile } from '../persistence/journal-file.js'
import type { IdentityChanges } from './identities.js'
import type { Known } from './identity-match.js'

const DOUBTS: readonly Known['doubt'][] = ['', 'guessed', 'bound']
const KINDS: readonly Known['kind'][] = ['user', 'massivePlatform', 'chatroom']

/** Maximum number of accounts per file; the least recently used are dropped first. */
export const MAX_ACCOUNTS = 8

/** Number of identities serialized per turn of the event loop. */
const SLICE = 500

/** The document is rewritten once the changes exceed its size by this many bytes. */
const MAX_CHANGES_BYTES = 4 * 1024 * 1024

/**
 * Saves identities between runs, separately for each account that uses the store. They are written to a document; if
 * the store supports it, later changes are appended as lines to a separate file. Applying a line twice, or to a newer
 * document, has the same result, so nothing is lost if the process is killed between the two writes.
 */
export class IdentityFile {
  readonly documents: Documents
  #changes: JournalFile | undefined
  #accounts: Dict = {}
  #isOpen = false
  /** Whether the files may be missing something that must be saved. */
  #isIncomplete = false
  #wholeBytes = 0

  constructor(documents: Documents) {
    this.documents = documents
  }

  /** Whether changes are written to a separate file. If not, every write is a full one. Valid after `read`. */
  get isIncremental(): boolean {
    return this.#changes !== undefined
  }

  /**
   * Reads the saved identities of an account.
   *
   * @throws FileError if they are unreadable, ArgumentError if the encryption key is missing or wrong, or the signal's
   * reason
   */
  async read(uin: string, signal?: AbortSignal): Promise<Known[]> {
    if (!this.#isOpen) await this.#open(signal)
    const known = list(this.#accounts[uin]).flatMap(readKnown)
    // Keep only one identity per `puid`, even if the file is damaged.
    return [...new Map(known.map((identity) => [identity.puid, identity])).values()]
  }

  /** Adds this process's identities for an account; the next write saves them. */
  add(uin: string, known: readonly Known[]): void {
    this.#accounts = { ...this.#accounts, [uin]: known }
    this.#isIncomplete = true
  }

  /**
   * Writes the changes, or everything if necessary.
   *
   * @returns false if there was nothing to write
   * @throws FileError; the next write is then a full one
   */
  async write(uin: string, { changed, dropped }: IdentityChanges, all: () => readonly Known[]): Promise<boolean> {
    if (changed.size === 0 && dropped.size === 0 && !this.#isIncomplete) return false
    const isMost = changed.size > SLICE && changed.size * 2 > all().length
    const isWhole = this.#isIncomplete || !this.#changes || isMost
    this.#isIncomplete = true
    if (isWhole) await this.#writeWhole(uin, all())
    else await this.#append(uin, { changed, dropped })
    this.#isIncomplete = false
    if (this.#changesBytes > MAX_CHANGES_BYTES + this.#wholeBytes) await this.#writeWhole(uin, all())
    return true
  }

  /** Writes everything to the document, unless the last write already did. @throws FileError */
  async fold(uin: string, all: () => readonly Known[]): Promise<void> {
    if (this.#changesBytes > 0 || this.#isIncomplete) await this.#writeWhole(uin, all())
  }

  get #changesBytes(): number {
    return this.#changes?.sizeBytes ?? 0
  }

  async #open(signal: AbortSignal | undefined): Promise<void> {
    const saved = await this.documents.load('identities', signal)
    this.#accounts = dict(saved?.accounts)
    this.#changes = await this.documents.openChanges(signal)
    if (this.#changes) await this.#readChanges(this.#changes)
    this.#isOpen = true
  }

  async #readChanges(file: JournalFile): Promise<void> {
    if (file.sizeBytes === 0) return
    // The last line may be truncated, so nothing must be appended to it.
    this.#isIncomplete = true
    const accounts = new Map<string, Map<string, unknown>>()
    for await (const { record } of file.read()) {
      const uin = text(record.uin)
      const known = accounts.get(uin) ?? byPuid(this.#accounts[uin])
      accounts.set(uin, known)
      for (const identity of list(record.changed)) known.set(text(dict(identity).puid), identity)
      for (const puid of list(record.dropped)) known.delete(text(puid))
    }
    await this.documents.checkChanges(file)
    const merged = [...accounts].map(([uin, known]) => [uin, [...known.values()]] as const)
    this.#accounts = { ...this.#accounts, ...Object.fromEntries(merged) }
  }

  async #append(uin: string, { changed, dropped }: IdentityChanges): Promise<void> {
    const [identities, puids] = [[...changed], [...dropped]]
    for (let start = 0; start < Math.max(identities.length, puids.length); start += SLICE) {
      if (start > 0) await nextTurn()
      const [end, record] = [start + SLICE, { uin }]
      Object.assign(record, { changed: identities.slice(start, end), dropped: puids.slice(start, end) })
      await this.#changes?.append([record])
    }
  }

  async #writeWhole(uin: string, known: readonly Known[]): Promise<void> {
    this.#isIncomplete = true
    this.#accounts = { ...latestOf(this.#accounts, uin), [uin]: known }
    const accounts: string[] = []
    // Use the order of the object's keys, which is preserved when the document is read back: the checksum depends on it.
    for (const [other, identities] of Object.entries(this.#accounts)) {
      accounts.push(`${JSON.stringify(other)}:[${await sliced(list(identities))}]`)
    }
    const body = `{"accounts":{${accounts.join()}}}`
    await this.documents.saveJson('identities', body)
    this.#wholeBytes = body.length
    if (this.#changesBytes > 0) await this.#changes?.rewrite(async function* () {})
    this.#isIncomplete = false
  }
}

/** Serializes a long list to JSON without the brackets, yielding to the event loop in between. */
async function sliced(all: readonly unknown[]): Promise<string> {
  const parts: string[] = []
  for (let start = 0; start < all.length; start += SLICE) {
    if (start > 0) await nextTurn()
    parts.push(JSON.stringify(all.slice(start, start + SLICE)).slice(1, -1))
  }
  return parts.join()
}

function byPuid(known: unknown): Map<string, unknown> {
  return new Map(list(known).map((identity) => [text(dict(identity).puid), identity]))
}

/** The other accounts that were used most recently, up to the limit. */
function latestOf(accounts: Dict, uin: string): Dict {
  const seenAt = (known: unknown) =>
    list(known).reduce<number>((latest, identity) => Math.max(latest, int(dict(identity).seenAt, 0)), 0)
  return Object.fromEntries(
    Object.entries(accounts)
      .filter(([other]) => other !== uin)
      .map(([other, known]) => ({ other, known, at: seenAt(known) }))
      .sort((a, b) => b.at - a.at)
      .slice(0, MAX_ACCOUNTS - 1)
      .map(({ other, known }) => [other, known]),
  )
}

function readKnown(value: unknown): Known[] {
  const saved = dict(value)
  const kind = KINDS.find((known) => known === saved.kind)
  const puid = text(saved.puid)
  if (!kind || !/^[0-9a-f]{8,64}$/.test(puid)) return []
  const certain = saved.certain === true
  const read = (key: keyof Known) => text(saved[key])
  return [
    {
      puid,
      kind,
      userName: read('userName'),
      uin: read('uin'),
      id: read('id'),
      alias: read('alias'),
      remark: read('remark'),
      nickName: read('nickName'),
      seenAt: int(saved.seenAt, 0),
      certain,
      doubt: DOUBTS.find((known) => known === saved.doubt) ?? (certain ? '' : 'bound'),
      ...(typeof saved.stranger === 'boolean' ? { stranger: saved.stranger } : {}),
    },
  ]
}
