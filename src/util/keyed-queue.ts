import { isPromise, type MaybePromise } from './maybe-promise.js'

/** Returns a promise that resolves when the job has finished, or any other value if it already has. Must not throw or reject. */
type Job = () => MaybePromise<unknown>

/** The running job of a key, and the jobs behind it. */
interface Tail {
  jobs: Job[]
  /** Index of the first job that has not started. Removing jobs from the front of a long list would be slow. */
  next: number
}

/** Runs jobs with the same key sequentially, in the order added, and jobs with different keys concurrently. */
export class KeyedQueue {
  readonly #tails = new Map<string, Tail>()
  readonly #onFinished: () => void

  /** Number of unfinished jobs. */
  size = 0

  /** @param onFinished called after each job */
  constructor(onFinished: () => void = () => {}) {
    this.#onFinished = onFinished
  }

  /** Starts the job immediately, unless another job with the same key is unfinished. */
  add(key: string, job: Job): void {
    this.size++
    const tail = this.#tails.get(key)
    if (tail) {
      tail.jobs.push(job)
      return
    }
    this.#tails.set(key, { jobs: [job], next: 0 })
    this.#run(key)
  }

  #run(key: string): void {
    const tail = this.#tails.get(key)
    for (let job = tail?.jobs[tail.next++]; tail && job; job = tail.jobs[tail.next++]) {
      const running = job()
      if (isPromise(running)) {
        void running.then(() => {
          this.#finish()
          this.#run(key)
        })
        return
      }
      this.#finish()
    }
    this.#tails.delete(key)
  }

  #finish(): void {
    this.size--
    this.#onFinished()
  }
}
