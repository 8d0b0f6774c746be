import type { Draft } from '../store/state.js'
import { MENTION_END } from './parts.js'

/** The name being typed after `@` before the caret, and the index of the `@`. */
export function mentionQuery(text: string, caret: number): { at: number; query: string } | undefined {
  const at = text.lastIndexOf('@', caret - 1)
  if (at < 0) return undefined
  const before = text[at - 1]
  // An @ inside a word is part of an email address.
  if (before !== undefined && /[\w.]/.test(before)) return undefined
  const query = text.slice(at + 1, caret)
  return query.length > 24 || /[\s@]/.test(query) ? undefined : { at, query }
}

/** Replaces the query with `@name` and the special space; the returned `caret` follows the insertion. */
export function insertMention(
  draft: Draft,
  at: number,
  caret: number,
  member: { id: string; name: string },
): { draft: Draft; caret: number } {
  const mention = `@${member.name}${MENTION_END}`
  return {
    draft: {
      text: draft.text.slice(0, at) + mention + draft.text.slice(caret),
      mentions: [...draft.mentions.filter(({ id }) => id !== member.id), member],
    },
    caret: at + mention.length,
  }
}

/** Ids of the members whose mention is still in the text. */
export function remainingMentions(draft: Draft): string[] {
  return draft.mentions.filter(({ name }) => draft.text.includes(`@${name}${MENTION_END}`)).map(({ id }) => id)
}
