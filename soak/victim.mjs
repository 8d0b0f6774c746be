import { fork } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Starts kill-bot.mjs again and again with the same saved state, and records what its handlers have done. */
export class Victim {
  #url
  #env
  #textOf
  #folder = mkdtempSync(join(tmpdir(), 'itchat-kill-'))
  /** How often each message had been started when it was first found to be done; this number must not increase. */
  #done = new Map()
  /** Number of messages that were started but not marked as done when the bot was killed; they may be handled again. */
  inFlight = 0

  /**
   * @param env additional environment variables
   * @param textOf returns the text of a message in the form in which the server sent it
   */
  constructor(url, textOf, env = {}) {
    this.#url = url
    this.#textOf = textOf
    this.#env = env
  }

  start() {
    const env = { ...process.env, ...this.#env }
    return fork(new URL('kill-bot.mjs', import.meta.url), [this.#url, this.#folder], { stdio: 'inherit', env })
  }

  /** How often the handler of each message has started and ended, and the messages that were set aside. */
  notes() {
    const found = { start: new Map(), end: new Map(), setAside: new Set() }
    const path = `${this.#folder}/notes`
    const text = existsSync(path) ? readFileSync(path, 'utf8') : ''
    for (const line of text.split('\n')) {
      const [event, name] = line.split(' ')
      if (event === 'InterruptedError') found.setAside.add(name)
      else found[event]?.set(name, (found[event].get(name) ?? 0) + 1)
    }
    return found
  }

  /** Updates `inFlight` after the bot has exited. */
  recordExit() {
    const waiting = this.#notDone()
    for (const [text, count] of this.notes().start) {
      if (waiting.has(text)) this.inFlight++
      else if (!this.#done.has(text)) this.#done.set(text, count)
    }
  }

  /** Number of handler runs in excess of one per message. */
  get repeats() {
    return [...this.notes().start.values()].reduce((sum, count) => sum + count - 1, 0)
  }

  /** Violations of the rule that only messages whose handler was running may be handled again. */
  failures() {
    const { start } = this.notes()
    const { repeats, inFlight } = this
    const again = [...this.#done].filter(([text, count]) => start.get(text) !== count)
    return [
      ...(repeats > inFlight
        ? [`${repeats} repeats, but only ${inFlight} handlers were running when the bot was killed`]
        : []),
      ...(again.length > 0 ? [`${again.length} messages were handled again after they had been marked as done`] : []),
    ]
  }

  remove() {
    rmSync(this.#folder, { recursive: true, force: true })
  }

  /** Texts of the messages in the journal that are not marked as done. */
  #notDone() {
    const waiting = new Map()
    const path = `${this.#folder}/state.json.journal`
    for (const line of existsSync(path) ? readFileSync(path, 'utf8').split('\n').slice(0, -1) : []) {
      const record = JSON.parse(line.slice(9))
      if (record.n) waiting.set(record.n, this.#textOf(record.sent))
      if (record.done) waiting.delete(record.done)
    }
    return new Set(waiting.values())
  }
}

export const exitOf = (bot) => new Promise((resolve) => bot.once('exit', resolve))

/** Resolves when the bot is online, or has exited. */
export const onlineOrExited = (bot) =>
  Promise.race([new Promise((resolve) => bot.once('message', resolve)), exitOf(bot)])
