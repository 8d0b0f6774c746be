const MAX_BYTES = 200
/** Names Windows gives to devices, whatever their extension. */
const DEVICE = /^(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])\s*(?:\.|$)/i
/** Names that tools act on when they lie in a program's folder, by kind: there are always more of each. */
const ACTED_ON = [
  // This library: login state, journal and what lies beside them.
  /^itchat\.json/iu,
  // Settings that are programs: vite.config.ts, eslint.config.mjs, karma.conf.js.
  /\.(?:config|conf|setup|workspace)\.[cm]?[jt]sx?$/iu,
  // Packages, their locks, workspaces, compilers.
  /^(?:node|web|bower)_(?:modules|components)$/iu,
  /^(?:package|package-lock|npm-shrinkwrap|[jt]sconfig(?:\..+)?|deno|bower|lerna|nx|turbo|angular|composer|project|biome|global)\.jsonc?$/iu,
  /^(?:yarn|deno|bun|poetry|uv|cargo|composer|pnpm-lock)\.(?:lockb?|ya?ml)$/iu,
  /^(?:cargo|bunfig|pyproject|netlify|fly|wrangler|rust-toolchain|uv)\.toml$/iu,
  /^(?:setup|tox|pytest|mypy|alembic|uwsgi|php)\.(?:cfg|ini)$/iu,
  /^(?:pnpm-workspace|(?:docker-)?compose(?:[.-].+)?|serverless|action|mkdocs|_config|pubspec)\.ya?ml$/iu,
  // What Python runs by itself, or its tools.
  /^(?:setup|conftest|sitecustomize|usercustomize|manage|noxfile|fabfile|tasks|wsgi|asgi|__init__|__main__)\.py[cdw]?$/iu,
  // Recipes: Makefile, Dockerfile.dev, Gemfile.lock, gulpfile.js.
  /^(?:(?:gnu)?make|docker|container|proc|gem|rake|pip|vagrant|brew|guard|cap|pod|jenkins|just|earth|task|gulp|grunt|jake|danger)file(?:\..+)?$/iu,
  /^(?:justfile|sconstruct|sconscript|wscript|build|workspace|module|meson|cmakelists)(?:\.(?:bazel|build|txt))?$/iu,
  /^(?:pom|build|ivy|phpunit|nuget|directory\.build)\.(?:xml|props|targets|config)$/iu,
  /^(?:build|settings|init|default|shell|flake)\.(?:gradle|gradle\.kts|nix|rs|zig|sbt)$/iu,
  // What file managers and web servers read in every folder.
  /^(?:desktop\.ini|autorun\.inf|folder\.htt|thumbs\.db|web\.config)$/iu,
] as const
/** Characters nobody sees, but those that choose how an emoji looks. */
const INVISIBLE = /(?![\ufe00-\ufe0f])[\p{Default_Ignorable_Code_Point}\p{Cc}\u2028\u2029\ufff9-\ufffb]/gu

/**
 * A file name that is safe on every platform, made from one a stranger chose: no folders, no control or reserved
 * characters, no device names, at most 200 bytes with its extension kept; a name that starts with a dot, or that tools
 * act on, gets `_` in front. A name that is safe already stays as it is.
 */
export function safeName(given: string): string {
  const base = given
    .normalize('NFC')
    .split(/[\\/]/)
    .at(-1)
    ?.replace(INVISIBLE, '')
    .replace(/[<>:"|?*]/g, '_')
    .replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '_')
    .replace(/^\s+/, '')
  const kept = trimEnd(base ?? '')
  if (kept === '') return 'file'
  const name = shorten(kept)
  return isActedOn(name) ? shorten(`_${name}`) : name
}

function isActedOn(name: string): boolean {
  return name.startsWith('.') || DEVICE.test(name) || ACTED_ON.some((names) => names.test(name))
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
