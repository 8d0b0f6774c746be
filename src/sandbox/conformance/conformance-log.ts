import type { WarningView } from '../inspector/request-view.js'

const LIMIT = 500

/** The distinct deviations from the protocol that the real service might reject. */
export class ConformanceLog {
  readonly #warnings = new Map<string, WarningView>()
  readonly #onWarning: (warning: WarningView) => void

  constructor(onWarning: (warning: WarningView) => void) {
    this.#onWarning = onWarning
  }

  /** The warnings, in order of first occurrence. */
  get warnings(): WarningView[] {
    return [...this.#warnings.values()]
  }

  /** Records a warning and returns it. `section` is a section number in `document` (default docs/protocol.md), such as `15`. */
  warn(endpoint: string, section: string, text: string, document?: 'docs/ilink.md'): WarningView {
    const key = `${endpoint} ${text}`
    const known = this.#warnings.get(key)
    if (known) return known
    const warning = { endpoint, text, section: `§${section}`, ...(document === undefined ? {} : { document }) }
    if (this.#warnings.size >= LIMIT) return warning
    this.#warnings.set(key, warning)
    this.#onWarning(warning)
    return warning
  }
}
