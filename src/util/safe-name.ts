import { detachedCopy } from './detached-copy.js'

const MAX_BYTES = 200
/** Device names of Windows, with any extension. */
const DEVICE = /^(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])\s*(?:\.|$)/i
/** Names that tools act on in a program's folder, as one pattern per kind, because each kind includes many names. */
const ACTED_ON = [
  // This library: login state, journal and related files.
  /^itchat\.(?:json|pkl)/iu,
  /\.(?:journal|identities)(?:\.|$)/iu,
  // Settings that contain or name programs: vite.config.ts, jest.config.json, gunicorn.conf.py, app.code-workspace.
  /\.(?:config|conf|setup|workspace)\.(?:[cm]?[jt]sx?|json[c5]?|ya?ml|toml|py|rb|php|lua)$/iu,
  /^(?:rebar|app|web|nuget|packages|sys|machine)\.config$/iu,
  /\.(?:code-workspace|sublime-project|exe\.config|exe\.local|exe\.manifest)$/iu,
  /rc\.(?:[cm]?[jt]s|json[c5]?|ya?ml|toml)$/iu,
  // Entry points of a folder or a package.
  /^(?:index|server)\.(?:[cm]?[jt]sx?|node|php|py)$/iu,
  // Packages, their locks, workspaces, compilers, runners.
  /^(?:node|web|bower|jspm|site|dist)_(?:modules|components|packages)$/iu,
  /^(?:package|package-lock|npm-shrinkwrap|[jt]sconfig(?:\..+)?|deno|bower|lerna|nx|turbo|angular|angular-cli|composer|project|biome|global|nodemon|tslint|jsdoc|typedoc|karma|jest|babel|cypress|nightwatch|nest-cli|ember-cli|rush|now|vercel|firebase|netlify|renovate|app|expo|eas|cdk|sst|serverless|ecosystem|pm2|components|import_?map|importmap|mcp|opencode|manifest|devcontainer|docker-compose|host|local\.settings|function|libman|dotnet-tools|launchsettings|omnisharp|vcpkg|cmake(?:user)?presets|conanfile|haxelib|elm|dub|flow|dprint|lage|moon|wrangler|appsettings(?:\..+)?|.+\.runner|oxlint|stylelint|cspell|api-extractor|mod|glide|gopkg)\.json[c5]?$/iu,
  /^(?:yarn|deno|bun|poetry|uv|pdm|pixi|cargo|composer|pnpm-lock|flake|mix|pubspec|package|gemfile|pipfile|podfile)\.(?:lockb?|ya?ml|resolved)$/iu,
  /^(?:cargo|bunfig|pyproject|netlify|fly|wrangler|rust-toolchain|rustfmt|clippy|uv|pdm|poetry|ruff|mise|railway|dprint|taplo|book|gleam|pixi|gopkg|(?:local)?preferences|localpreferences|project|manifest|ty|deno)\.toml$/iu,
  /^(?:setup|tox|pytest|mypy|alembic|uwsgi|php|ansible|flake8|pylintrc|supervisord|pip)\.(?:cfg|ini|conf)$/iu,
  /^(?:pnpm-workspace|(?:docker-)?(?:compose|stack|bake)(?:[.-].+)?|serverless|action|mkdocs|_config|pubspec(?:_overrides)?|analysis_options|azure-pipelines|bitbucket-pipelines|appveyor|buildspec|cloudbuild|codecov|app|render|vercel|netlify|kustomization|chart|skaffold|tilt|lefthook|taskfile|stack|environment|galaxy|molecule|playbook|pulumi(?:\..+)?|dependabot|renovate|application(?:-.+)?|bootstrap|nodemon|devfile|crowdin|pm2|ecosystem|mise|rebar|shard|conda)\.ya?ml$/iu,
  /^(?:application(?:-.+)?|bootstrap|gradle|gradle-wrapper|local|maven|log4j2?|build|sonar-project)\.properties$/iu,
  /^(?:requirements|constraints)(?:[-_.].+)?\.(?:txt|in)$/iu,
  // Run automatically by Python and its tools.
  /^(?:setup|conftest|sitecustomize|usercustomize|manage|noxfile|fabfile|tasks|dodo|wsgi|asgi|app|conf|settings|local_settings|conanfile|(?:i|j)[a-z]*_config|__init__|__main__)\.py[cdw]?$/iu,
  /\.pth$/iu,
  // Recipes: Makefile, Dockerfile.dev, Gemfile.lock, gulpfile.js; any name ending in `file` without an extension.
  /^\p{L}+file$/iu,
  /^(?:(?:gnu)?make|docker|container|proc|gem|rake|pip|vagrant|brew|guard|cap|pod|jenkins|just|earth|task|gulp|grunt|jake|danger|tilt|fast|app|match|berks|thor|puppet|snake|caddy|model|cart|cpan|webpack|nox|azure|deps)file(?:\..+)?$/iu,
  /^(?:justfile|sconstruct|sconscript|wscript|build|workspace|module|meson|meson_options|cmakelists|buck|tup(?:file)?|dune|dune-project|procfile|singularity)(?:\.(?:bazel|bzlmod|build|txt|buck|pl))?$/iu,
  /^(?:pom|build|ivy|phpunit|nuget|directory\.(?:build|packages)|logback|log4j2?|androidmanifest)(?:\.dist)?\.(?:xml|props|targets|config)$/iu,
  /^(?:build|settings|init|default|shell|flake|mix|config|package)\.(?:gradle|gradle\.kts|nix|rs|zig|sbt|exs|ru|swift)$/iu,
  /\.(?:(?:cs|vb|fs|vcx|sql|wix|pro)?proj|sln|slnx|gemspec|cabal|opam|podspec|rockspec|nimble|tf|tofu|tfvars|tfstate|jucer)(?:\.json)?$/iu,
  /^(?:go\.(?:mod|work|sum)|binding\.gyp|common\.gypi|cabal\.project|cpanfile|setup\.l?hs|vm\.args|(?:build|makefile)\.pl|gradlew|mvnw)$/iu,
  // Instructions for coding assistants, read in every folder.
  /^(?:claude|agents?|gemini|qwen|warp|codex|crush|skill|copilot-instructions)(?:\.[\w-]+)?\.md$/iu,
  // Programs that the Windows shell looks up in the current folder first, and libraries that programs load from their
  // own folder.
  /^(?:git|node|npm|npx|yarn|pnpm|corepack|bun|deno|python\d*|py|pip\d*|uv|code|cmd|powershell|pwsh|where|tar|curl|ssh|docker|java|go|cargo|make)\.(?:exe|com|bat|cmd|ps1)$/iu,
  /^(?:version|dbghelp|winmm|winhttp|wininet|userenv|crypt(?:sp|base|32)|dwmapi|uxtheme|profapi|msimg32|propsys|netapi32|secur32|iphlpapi|wtsapi32|shfolder|sspicli)\.dll$/iu,
  /^_(?:netrc|g?vimrc|viminfo|emacs|exrc)$/iu,
  // Read by file managers and web servers in every folder.
  /^(?:desktop\.ini|autorun\.inf|folder\.htt|thumbs\.db|ehthumbs\.db|global\.asax)$/iu,
] as const
/** Invisible characters, except variation selectors for emoji. */
const INVISIBLE = /(?![\ufe00-\ufe0f])[\p{Default_Ignorable_Code_Point}\p{Cc}\u2028\u2029\ufff9-\ufffb]/gu

/**
 * Makes an untrusted file name safe on every platform: no folders, no control or reserved characters, no device names, at
 * most 200 bytes including its extension. A name that starts with a dot, or that tools act on, is prefixed with `_`. A
 * safe name is returned unchanged.
 */
export function safeName(untrusted: string): string {
  const base = untrusted
    .normalize('NFC')
    .split(/[\\/]/)
    .at(-1)
    ?.replace(INVISIBLE, '')
    .replace(/[<>:"|?*]/g, '_')
    .replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '_')
    .replace(/^\s+/, '')
  const trimmed = trimEnd(base ?? '')
  if (trimmed === '') return 'file'
  const name = shorten(trimmed)
  // The name may be used after its message is discarded, so it must not keep the message's text in memory.
  return detachedCopy(isActedOn(name) ? shorten(`_${name}`) : name)
}

function isActedOn(name: string): boolean {
  return name.startsWith('.') || DEVICE.test(name) || ACTED_ON.some((pattern) => pattern.test(name))
}

/**
 * Removes trailing dots and spaces. Windows drops them, so two names could collide. Uses a loop, because a regular
 * expression is slow on long runs of them.
 */
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
