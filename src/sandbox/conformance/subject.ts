/** The request being checked. */
export interface Subject {
  readonly request: Request
  readonly url: URL
  readonly method: string
  warn(section: string, text: string): void
}
