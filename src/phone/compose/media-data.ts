import type { MediaData } from '../../sandbox/control/view.js'

/** Encodes a file for the sandbox's API. */
export async function mediaData(file: File): Promise<Pick<MediaData, 'data' | 'name'>> {
  return { data: await base64(file), name: file.name }
}

function base64(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.onload = () => {
      const url = String(reader.result)
      resolve(url.slice(url.indexOf(',') + 1))
    }
    reader.onerror = () => reject(reader.error)
    reader.readAsDataURL(file)
  })
}
