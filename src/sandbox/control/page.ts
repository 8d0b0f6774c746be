import { readFile } from 'node:fs/promises'
import { extname, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { answer } from '../routes/exchange.js'
import type { Language } from '../world/language.js'
import { secured } from './guard.js'

/**
 * The folder of the built page. The path is relative to this module, which is either the source file or the built
 * `dist/sandbox/control/page.js`.
 */
const FOLDER = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? '../../../dist/phone' : '../../phone', import.meta.url),
)

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.json': 'application/json',
  '.woff2': 'font/woff2',
  '.map': 'application/json',
}

interface PageOptions {
  /** The page opens in this language unless the user has chosen another one. */
  language: Language
  /** The base URL for programs, which the page shows. */
  programUrl: string
  /** The folder of the built page. */
  folder?: string
}

/** Serves a file of the built page. For `/` and the links in QR codes, that is `index.html`. */
export async function answerPage(path: string, options: PageOptions): Promise<Response> {
  const { folder = FOLDER } = options
  const isIndex = path === '/' || path.startsWith('/l/') || path.startsWith('/q/')
  const name = isIndex ? 'index.html' : decodePath(path)
  const type = TYPES[extname(name)]
  if (type !== undefined) {
    const bytes = await readInside(folder, name)
    if (bytes && isIndex) return secured(answer(withOptions(bytes, options), type))
    if (bytes) return secured(answer(new Uint8Array(bytes), type))
  }
  if (!isIndex) return secured(answer('Not found.\n', 'text/plain; charset=utf-8', new Headers(), 404))
  return secured(answer(NOT_BUILT, 'text/html; charset=utf-8'))
}

/** Passes the options to the page as attributes of the document. */
function withOptions(page: Buffer, { language, programUrl }: PageOptions): string {
  const lang = language === 'en' ? 'en' : 'zh-CN'
  return page.toString().replace('<html lang="zh-CN"', `<html lang="${lang}" data-program-url="${programUrl}"`)
}

/** Reads a file in the folder. Returns `undefined` if the file does not exist or is outside the folder. */
async function readInside(folder: string, name: string): Promise<Buffer | undefined> {
  const file = resolve(folder, `.${sep}${name}`)
  if (!file.startsWith(resolve(folder) + sep)) return undefined
  try {
    return await readFile(file)
  } catch {
    return undefined
  }
}

function decodePath(path: string): string {
  try {
    const name = decodeURIComponent(path).replace(/^\/+/, '')
    return name.includes('\0') || name.includes('\\') ? '' : name
  } catch {
    return ''
  }
}

const NOT_BUILT = `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>itchat sandbox</title>
<p>The sandbox is running, but its page has not been built. Run <code>npm run build</code> and reload this page.</p>
<p>沙盒已经启动，但页面还没有构建。运行 <code>npm run build</code>，再刷新本页。</p></html>
`
