import type { RequestView } from './request-view.js'

const LIMIT = 200

/** Remembers which requests uploaded which file, so that they can be joined to the message with that file. */
export class UploadJoins {
  readonly #requests = new Map<string, RequestView[]>()

  /** Records a request that is part of an upload. */
  add(key: string, request: RequestView): void {
    const requests = this.#requests.get(key) ?? []
    requests.push(request)
    this.#requests.delete(key)
    this.#requests.set(key, requests)
    const [oldest] = this.#requests.keys()
    if (this.#requests.size > LIMIT && oldest !== undefined) this.#requests.delete(oldest)
  }

  /** Continues an upload under another key, such as the id of the finished medium. */
  rename(from: string, to: string): void {
    const requests = this.#requests.get(from)
    if (!requests || from === to) return
    this.#requests.delete(from)
    this.#requests.set(to, requests)
  }

  /** Returns the requests of an upload. */
  of(key: string): readonly RequestView[] {
    return this.#requests.get(key) ?? []
  }
}
