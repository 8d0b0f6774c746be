import { UntrustedTexts } from './untrusted-texts.js'

/**
 * What guards the files of this process against words of others, for all its accounts together: what one account receives,
 * another may be made to send. The only state of a module beside the default instance; docs/decisions/0030-one-record-of-strangers-words.md
 * says why.
 */
export const processGuard = {
  /** Directives that others wrote lately. */
  untrusted: new UntrustedTexts(),
  /** Absolute paths that no text may send, nor what starts with them. */
  secretFiles: new Set<string>(),
} as const
