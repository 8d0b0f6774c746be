import { readFile } from 'node:fs/promises'
import { FileError } from '../errors.js'
import { writeFileAtomic } from '../util/atomic-file.js'
import { type Dict, dict, int, list, text } from '../util/read.js'
import type { Known } from './identity-match.js'

const VERSION = 1
const KINDS: readonly Known['kind'][] = ['user', 'massivePlatform', 'chatroom']

/** Keeps who is who from one run to the next, for each account that uses the file. One write at a time. */
export class IdentityFile {
  readonly path: string
  #accounts: Dict = {}
  #writing: Promise<void> | undefined
  #next: (() => Known[]) | undefined

  constructor(path: string) {
    this.path = path
  }

  /**
   * What was kept of this account's people.
   *
   * @throws FileError when there is a file that cannot be used
   */
  async read(uin: string): Promise<Known[]> {
    let content: string
    try {
      content = await readFile(this.path, 'utf8')
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return []
      throw new FileError(`The known contacts in ${this.path} could not be read.`, { path: this.path, cause })
    }
    let saved: Dict = {}
    try {
      saved = dict(JSON.parse(content))
    } catch {
      // Said below, without quoting the file.
    }
    if (saved.version !== VERSION) {
      throw new FileError(`${this.path} is not used: it holds no contacts of this version.`, { path: this.path })
    }
    this.#accounts = dict(saved.accounts)
    return list(this.#accounts[uin]).flatMap(readKnown)
  }

  /** Writes what `known` gives when its turn comes; resolves when that is on the disk. @throws FileError */
  async write(uin: string, known: () => Known[]): Promise<void> {
    this.#next = known
    while (this.#next) {
      this.#writing ??= this.#write(uin).finally(() => {
        this.#writing = undefined
      })
      await this.#writing
    }
  }

  async #write(uin: string): Promise<void> {
    const known = this.#next
    this.#next = undefined
    if (!known) return
    this.#accounts[uin] = known()
    try {
      await writeFileAtomic(this.path, `${JSON.stringify({ version: VERSION, accounts: this.#accounts })}\n`)
    } catch (cause) {
      throw new FileError(`The known contacts could not be written to ${this.path}.`, { path: this.path, cause })
    }
  }
}

function readKnown(value: unknown): Known[] {
  const saved = dict(value)
  const kind = KINDS.find((one) => one === saved.kind)
  const puid = text(saved.puid)
  if (!kind || !/^[0-9a-f]{8,64}$/.test(puid)) return []
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
      certain: saved.certain === true,
    },
  ]
}
