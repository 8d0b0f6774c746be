import { inspect } from 'node:util'
import { SandboxError } from '../sandbox/errors.js'
import type { SentMessage } from '../sandbox/sent-messages.js'
import type { MessageKind } from '../sandbox/world/content.js'

/** What the bot should send: exactly this text, a text that matches, or any message of a kind. */
export type Expected = string | RegExp | { readonly kind: MessageKind }

/** A check of one message. */
export interface Check {
  /** What is expected, in words. */
  readonly words: string
  /** What is expected, for the diff of a test runner: the text itself, if a text is expected. */
  readonly value: string
  matches(message: SentMessage): boolean
}

/** @throws SandboxError for anything else, such as a variable that is undefined */
export function checkOf(expected: Expected): Check {
  if (typeof expected === 'string') {
    return {
      words: JSON.stringify(expected),
      value: expected,
      matches: ({ kind, text }) => kind === 'text' && text === expected,
    }
  }
  if (expected instanceof RegExp) {
    const words = `text that matches ${expected}`
    return {
      words,
      value: words,
      // `search` ignores the state of a global expression.
      matches: ({ kind, text }) => kind === 'text' && text.search(expected) >= 0,
    }
  }
  if (typeof expected?.kind !== 'string') {
    throw new SandboxError(`Invalid expectation ${inspect(expected)}: expected a text, a RegExp or { kind }.`)
  }
  const { kind } = expected
  const words = wordsFor({ kind, text: '' })
  return { words, value: words, matches: (message) => message.kind === kind }
}

export function checkOfFile(name: string | RegExp | undefined): Check {
  const named = name === undefined ? '' : typeof name === 'string' ? ` named ${JSON.stringify(name)}` : ` named ${name}`
  const words = `a file${named}`
  return {
    words,
    value: words,
    matches: (message) => message.name !== undefined && (name === undefined || isNamed(message.name, name)),
  }
}

function isNamed(found: string, name: string | RegExp): boolean {
  return typeof name === 'string' ? found === name : found.search(name) >= 0
}

/** A message in words: its text, or its kind and name. */
export function wordsFor({ kind, text, name }: { kind: MessageKind; text: string; name?: string }): string {
  if (kind === 'text' && text !== '') return JSON.stringify(text)
  const label = name || text
  return label === '' ? `a message of kind ${kind}` : `a message of kind ${kind}, ${JSON.stringify(label)}`
}
