const MAX_BYTES = 200
/** Names Windows gives to devices, whatever their extension. */
const DEVICE = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\.|$)/i
/** Names that tools act on when they lie in a program's folder. */
const ACTED_ON = new Set([
  'itchat.json',
  'itchat.json.identities',
  'package.json',
  'package-lock.json',
  'npm-shrinkwrap.json',
  'node_modules',
  'tsconfig.json',
  'jsconfig.json',
  'makefile',
  'gnumakefile',
  'dockerfile',
  'docker-compose.yml',
  'docker-compose.yaml',
  'compose.yml',
  'compose.yaml',
  'desktop.ini',
  'autorun.inf',
  'yarn.lock',
  'pnpm-lock.yaml',
  'pnpm-workspace.yaml',
  'deno.json',
  'bunfig.toml',
  'procfile',
  'vite.config.js',
  'vite.config.ts',
])

/**
 * A file name that is safe on every platform, made from one a stranger chose: no folders, no control or reserved
 * characters, no device names, at most 200 bytes with its extension kept; a name that starts with a dot, or that tools
 * act on, gets `_` in front. A name that is safe already stays as it is.
 */
export function safeName(name: string): string {
  const base = name
    .normalize('NFC')
    .split(/[\\/]/)
    .at(-1)
    ?.replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g, '')
    .replace(/[<>:"|?*]/g, '_')
    .replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '_')
    .replace(/^\s+/, '')
  const kept = trimEnd(base ?? '')
  if (kept === '') return 'file'
  const isActedOn = kept.startsWith('.') || ACTED_ON.has(kept.toLowerCase()) || DEVICE.test(kept)
  return shorten(isActedOn ? `_${kept}` : kept)
}

/** Windows drops dots and spaces at the end, so that two names would be one. Not a pattern: those are slow on many. */
function trimEnd(name: string): string {
  let end = name.length
  while (end > 0 && (name[end - 1] === '.' || name[end - 1]?.trim() === '')) end--
  return name.slice(0, end)
}

function shorten(name: string): string {
  if (Buffer.byteLength(name) <= MAX_BYTES) return name
  const dot = name.lastIndexOf('.')
  const extension = dot > 0 && Buffer.byteLength(name.slice(dot)) <= 20 ? name.slice(dot) : ''
  let stem = ''
  let bytes = Buffer.byteLength(extension)
  for (const character of name.slice(0, name.length - extension.length)) {
    bytes += Buffer.byteLength(character)
    if (bytes > MAX_BYTES) break
    stem += character
  }
  return trimEnd(stem) + extension
}
