export type CheckName = 'node' | 'terminal' | 'proxy' | 'network' | 'tls' | 'clock' | 'state' | 'folder' | 'login'

/** The result of one check, in the language of the terminal. */
export interface Finding {
  check: CheckName
  status: 'ok' | 'warning' | 'failed' | 'skipped'
  finding: string
  /** A detail of less importance. */
  note?: string
  /** What to do. */
  advice?: string
}
