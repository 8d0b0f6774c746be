/**
 * Copies a text to the clipboard and returns whether that worked. Browsers provide the clipboard only to pages from
 * this machine or over HTTPS; pages on another device use the older command, which copies a selection.
 */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return copySelection(text)
  }
}

function copySelection(text: string): boolean {
  const place = document.createElement('span')
  place.className = 'unseen'
  place.textContent = text
  place.addEventListener('copy', (event) => {
    // The selection would be copied with its style.
    event.clipboardData?.setData('text/plain', text)
    event.preventDefault()
  })
  const selection = getSelection()
  const before = selection && selection.rangeCount > 0 ? selection.getRangeAt(0) : undefined
  // Outside an open dialog, text cannot be selected.
  ;(document.querySelector('dialog[open]') ?? document.body).append(place)
  try {
    selection?.selectAllChildren(place)
    return document.execCommand('copy')
  } finally {
    place.remove()
    selection?.removeAllRanges()
    if (before) selection?.addRange(before)
  }
}
