import { coalesced } from '../../util/coalesced.js'
import { type Dict, dict, int, list, text } from '../../util/read.js'
import type { Documents } from '../keep/documents.js'
import type { Known } from './identity-match.js'

const DOUBTS: readonly Known['doubt'][] = ['', 'guessed', 'bound']
const KINDS: readonly Known['kind'][] = ['user', 'massivePlatform', 'chatroom']

/** Those not used longest are forgotten first. */
const MAX_ACCOUNTS = 8

/** Keeps who is who from one run to the next, for each account that uses the store. */
export class IdentityFile {
  readonly documents: Documents
  #accounts: Dict = {}
  #latest: { uin: string; known: () => Known[] } | undefined
  readonly #writeOnce = coalesced(() => this.#write())

  constructor(documents: Documents) {
    this.documents = documents
  }

  /**
   * What was kept of this account's people.
   *
   * @throws FileError when it cannot be read, ArgumentError when the key is missing or another one, the signal's reason
   */
  async read(uin: string, signal?: AbortSignal): Promise<Known[]> {
    const saved = await this.documents.load('identities', signal)
    this.#accounts = dict(saved?.accounts)
    const known = list(this.#accounts[uin]).flatMap(readKnown)
    // Two people are never one, whatever happened to the file.
    return [...new Map(known.map((one) => [one.puid, one])).values()]
  }

  /** Writes what `known` gives when its turn comes; resolves when that is on the disk. @throws FileError */
  write(uin: string, known: () => Known[]): Promise<void> {
    this.#latest = { uin, known }
    return this.#writeOnce()
  }

  async #write(): Promise<void> {
    if (!this.#latest) return
    const { uin, known } = this.#latest
    this.#accounts = { ...latestOf(this.#accounts, uin), [uin]: known() }
    await this.documents.save('identities', { accounts: this.#accounts })
  }
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
    },
  ]
}
