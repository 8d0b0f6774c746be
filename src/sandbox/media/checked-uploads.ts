import { randomHex } from '../random.js'

const LIMIT = 1000

/** A signature that `webwxcheckupload` issued for a file. @see docs/protocol.md §6.8 */
interface CheckedUpload {
  /** In lowercase hex. */
  readonly md5: string
  readonly sizeBytes: number
  readonly aesKey: string
  readonly signature: string
}

/** The latest 1,000 signatures of the account. Checking a file again returns the same signature. */
export class CheckedUploads {
  readonly #byFile = new Map<string, CheckedUpload>()
  readonly #bySignature = new Map<string, CheckedUpload>()

  sign(md5: string, sizeBytes: number): CheckedUpload {
    const key = `${md5} ${sizeBytes}`
    const known = this.#byFile.get(key)
    if (known) return known
    const checked: CheckedUpload = { md5, sizeBytes, aesKey: randomHex(32), signature: randomHex(64) }
    this.#byFile.set(key, checked)
    this.#bySignature.set(checked.signature, checked)
    const [oldest] = this.#byFile
    if (oldest && this.#byFile.size > LIMIT) {
      this.#byFile.delete(oldest[0])
      this.#bySignature.delete(oldest[1].signature)
    }
    return checked
  }

  find(signature: unknown): CheckedUpload | undefined {
    return typeof signature === 'string' ? this.#bySignature.get(signature) : undefined
  }
}
