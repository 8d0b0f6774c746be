import { UntrustedTexts } from './untrusted-texts.js'

/**
 * Guards the files of this process against directives from other users. Shared by all accounts: text that one account
 * receives may be sent by another. The only module state besides the default instance; see
 * docs/decisions/0030-one-record-of-strangers-words.md.
 */
export const processGuard = {
  /** Directives recently written by others. */
  untrusted: new UntrustedTexts(),
  /** Absolute paths. Directives may not send these files, nor files whose paths start with theirs. */
  secretFiles: new Set<string>(),
} as const
