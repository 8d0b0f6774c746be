import type { MediaData } from '../../sandbox/control/view.js'

/** The sandbox takes 48 MiB of JSON, of which base64 and its wrapping take a quarter. */
export const MOST_BYTES = 35 * 1024 * 1024

/** What was chosen to be sent cannot be. */
export type FileProblem = 'tooLarge' | 'isEmpty'

export function problemOf(file: Blob): FileProblem | undefined {
  if (file.size === 0) return 'isEmpty'
  return file.size > MOST_BYTES ? 'tooLarge' : undefined
}

/** A file as the sandbox takes it. */
export async function mediaData(file: File): Promise<Pick<MediaData, 'data' | 'name'>> {
  return { data: await base64(file), name: file.name }
}

function base64(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.onload = () => {
      const url = reader.result as string
      resolve(url.slice(url.indexOf(',') + 1))
    }
    reader.onerror = () => reject(reader.error)
    reader.readAsDataURL(file)
  })
}
