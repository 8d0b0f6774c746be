import { UntrustedTexts } from './untrusted-texts.js'

/**
 * Protects the files of this process from directives written by other users. Shared by all accounts, because text that
 * one account receives may be sent by another. Apart from the default instance, this is the only module-level state;
 * see docs/decisions/0030-one-record-of-strangers-words.md.
 */
export const processGuard = {
  /** Recent directives written by other users. */
  untrusted: new UntrustedTexts(),
  /**
   * Absolute paths of files that directives may not send. The same applies to any file whose path is one of these paths
   * plus an extension.
   */
  secretFiles: new Set<string>(),
} as const
