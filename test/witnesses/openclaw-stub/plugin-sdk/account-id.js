/** @param {string} id */
export function normalizeAccountId(id) {
  return id.toLowerCase().replace(/[^a-z0-9_-]/g, '-')
}
