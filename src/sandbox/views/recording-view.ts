/** The transcripts that are being recorded, and the one that was recorded from the page. */
export interface RecordingView {
  /** Whether the recording from the page has not started, is running, or has stopped and can be downloaded. */
  state: 'none' | 'running' | 'stopped'
  /** When the recording from the page started, as Unix time in milliseconds. */
  startedAt?: number
  /** The number of lines of the stopped recording. */
  lineCount?: number
  /** The size of the stopped recording. */
  sizeBytes?: number
  /** Set if the recording stopped because it had reached its size limit. */
  isFull?: true
  /** The names of the files that the command or a test is recording to. */
  files: string[]
}
