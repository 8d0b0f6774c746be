/** The address if it leads to the web, else nothing: whoever wrote it may have meant harm. */
export function safeLink(url: string): string | undefined {
  try {
    const parsed = new URL(url)
    return parsed.protocol === 'http:' || parsed.protocol === 'https:' ? parsed.href : undefined
  } catch {
    return undefined
  }
}

/** The path if it is one of the sandbox's own media, else nothing. */
export function ownMedia(url: string | undefined): string | undefined {
  return url !== undefined && /^\/api\/media\/[\w%-]+(\/thumb)?$/.test(url) ? url : undefined
}
