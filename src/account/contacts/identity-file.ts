import { setImmediate as nextTurn } from 'node:timers/promises'
import { type Dict, dict, int, list, text } from '../../util/read.js'
import type { Documents } from '../persistence/documents.js'
import type { JournalFile } from '../persistence/journal-file.js'
import type { IdentityChanges } from './identities.js'
import type { Known } from './identity-match.js'

const DOUBTS: readonly Known['doubt'][] = ['', 'guessed', 'bound']
const KINDS: readonly Known['kind'][] = ['user', 'massivePlatform', 'chatroom']

/** Those not used longest are forgotten first. */
export const MAX_ACCOUNTS = 8

/** Records made in one go: what waits for its turn waits no longer than this takes. */
const SLICE = 500

/** Changes may take this much on the disk beside the whole; then the whole is written anew. */
const MAX_CHANGES_BYTES = 4 * 1024 * 1024

/**
 * Keeps who is who from one run to the next, for each account that uses the store: as a document, and changes since it as
 * lines of a file where the store has one. Applying a line twice, or to a newer document, gives the same result, so that a kill
 * between the two loses nothing.
 */
export class IdentityFile {
  readonly documents: Documents
  #changes: JournalFile | undefined
  #accounts: Dict = {}
  #isOpen = false
  /** What was read or written is not all that has to be kept. */
  #isIncomplete = false
  #wholeBytes = 0

  constructor(documents: Documents) {
    this.documents = documents
  }

  /** Changes are written by themselves; else each write is one of everything. Known once it was read. */
  get takesChanges(): boolean {
    return this.#changes !== undefined
  }

  /**
   * What was kept of this account's people.
   *
   * @throws FileError when it cannot be read, ArgumentError when the key is missing or another one, the signal's reason
   */
  async read(uin: string, signal?: AbortSignal): Promise<Known[]> {
    if (!this.#isOpen) await this.#open(signal)
    const known = list(this.#accounts[uin]).flatMap(readKnown)
    // Two people are never one, whatever happened to the file.
    return [...new Map(known.map((one) => [one.puid, one])).values()]
  }

  /** Takes what this process knows of an account, to be written with the next write. */
  add(uin: string, known: readonly Known[]): void {
    this.#accounts = { ...this.#accounts, [uin]: known }
    this.#isIncomplete = true
  }

  /**
   * Writes what changed, or everything.
   *
   * @returns false when there was nothing to write
   * @throws FileError; the next write is one of everything then
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

  /** Writes everything, unless that was the last that was written. @throws FileError */
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
    // Its last line may be cut off: nothing is added to it.
    this.#isIncomplete = true
    const accounts = new Map<string, Map<string, unknown>>()
    for await (const { record } of file.read()) {
      const uin = text(record.uin)
      const known = accounts.get(uin) ?? byPuid(this.#accounts[uin])
      accounts.set(uin, known)
      for (const one of list(record.changed)) known.set(text(dict(one).puid), one)
      for (const puid of list(record.dropped)) known.delete(text(puid))
    }
    await this.documents.checkChanges(file)
    const merged = [...accounts].map(([uin, known]) => [uin, [...known.values()]] as const)
    this.#accounts = { ...this.#accounts, ...Object.fromEntries(merged) }
  }

  async #append(uin: string, { changed, dropped }: IdentityChanges): Promise<void> {
    const [people, puids] = [[...changed], [...dropped]]
    for (let start = 0; start < Math.max(people.length, puids.length); start += SLICE) {
      const [end, record] = [start + SLICE, { uin }]
      Object.assign(record, { changed: people.slice(start, end), dropped: puids.slice(start, end) })
      await this.#changes?.append([record])
    }
  }

  async #writeWhole(uin: string, known: readonly Known[]): Promise<void> {
    this.#isIncomplete = true
    this.#accounts = { ...latestOf(this.#accounts, uin), [uin]: known }
    const accounts: string[] = []
    // In the order of the keys, which is not that in which they were set: the checksum is of what reading it gives.
    for (const [other, people] of Object.entries(this.#accounts)) {
      accounts.push(`${JSON.stringify(other)}:[${await sliced(list(people))}]`)
    }
    const body = `{"accounts":{${accounts.join()}}}`
    await this.documents.saveJson('identities', body)
    this.#wholeBytes = body.length
    if (this.#changesBytes > 0) await this.#changes?.rewrite(async function* () {})
    this.#isIncomplete = false
  }
}

/** JSON of a long list without its brackets, made with pauses in between. */
async function sliced(all: readonly unknown[]): Promise<string> {
  const parts: string[] = []
  for (let start = 0; start < all.length; start += SLICE) {
    if (start > 0) await nextTurn()
    parts.push(JSON.stringify(all.slice(start, start + SLICE)).slice(1, -1))
  }
  return parts.join()
}

function byPuid(known: unknown): Map<string, unknown> {
  return new Map(list(known).map((one) => [text(dict(one).puid), one]))
}

/** The other accounts there is room for. */
function latestOf(accounts: Dict, uin: string): Dict {
  const seenAt = (known: unknown) => list(known).reduce<number>((at, one) => Math.max(at, int(dict(one).seenAt, 0)), 0)
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
  const kind = KINDS.find((one) => one === saved.kind)
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
      doubt: DOUBTS.find((one) => one === saved.doubt) ?? (certain ? '' : 'bound'),
      ...(typeof saved.stranger === 'boolean' ? { stranger: saved.stranger } : {}),
    },
  ]
}
