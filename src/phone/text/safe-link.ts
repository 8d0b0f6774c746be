/** The URL if it is http or https, otherwise `undefined`, because the sender may be malicious. */
export function safeLink(url: string): string | undefined {
  try {
    const parsed = new URL(url)
    return parsed.protocol === 'http:' || parsed.protocol === 'https:' ? parsed.href : undefined
  } catch {
    return undefined
  }
}

/** The path if it refers to the sandbox's own media, otherwise `undefined`. */
export function ownMedia(url: string | undefined): string | undefined {
  return url !== undefined && /^\/api\/media\/[\w%-]+(\/thumb)?(\?account=\d+)?$/.test(url) ? url : undefined
}
