import { readFile } from 'node:fs/promises'
import { extname, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { answer } from '../routes/exchange.js'
import { secured } from './guard.js'

/** Built, this file is `dist/sandbox/control/page.js`; run from the sources, the page is in the repository's `dist`. */
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

/** Answers with a file of the built page; `/` and `/l/<uuid>` are its start. */
export async function answerPage(path: string, folder = FOLDER): Promise<Response> {
  const start = path === '/' || path.startsWith('/l/')
  const name = start ? 'index.html' : decodePath(path)
  const type = TYPES[extname(name)]
  if (type !== undefined) {
    const bytes = await readInside(folder, name)
    if (bytes) return secured(answer(new Uint8Array(bytes), type))
  }
  if (!start) return secured(answer('there is nothing here\n', 'text/plain; charset=utf-8', new Headers(), 404))
  return secured(answer(NOT_BUILT, 'text/html; charset=utf-8'))
}

/** `undefined` for a file that is not there or not inside. */
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
<p>The sandbox runs, but its page is not built. Run <code>npm run build</code> and load this address again.</p>
<p>沙盒已经启动，但页面还没有构建。运行 <code>npm run build</code>，再刷新这个地址。</p></html>
`
