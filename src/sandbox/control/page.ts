import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Context, Hono, serveStatic } from '../vendor/hono.js'
import type { Language } from '../world/language.js'
import { secured } from './guard.js'

/**
 * The folder of the built page. The path is relative to this module, which is either the source file or the built
 * `dist/sandbox/control/page.js`.
 */
const FOLDER = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? '../../../dist/phone' : '../../phone', import.meta.url),
)

interface PageOptions {
  /** The page opens in this language unless the user has chosen another one. */
  language: Language
  /** The base URL for programs, which the page shows. */
  programUrl: string
}

interface PageEnv {
  Bindings: PageOptions
}

const PAGE = makePage(FOLDER)

/** Serves a file of the built page. For `/` and the links in QR codes, that is `index.html`. */
export async function answerPage(request: Request, options: PageOptions): Promise<Response> {
  return secured(await PAGE.fetch(request, options))
}

/** Serves the files in the folder. */
export function makePage(folder: string): Hono<PageEnv> {
  const page = new Hono<PageEnv>()
  const files = {
    root: folder,
    join,
    getContent: (path: string) => readFile(path).catch(() => null),
    onFound: (_: string, c: Context<PageEnv>) => c.header('Cache-Control', 'no-cache, must-revalidate'),
  }
  const getContent = async (path: string, c: Context<PageEnv>) => {
    const index = await files.getContent(path)
    return index && withOptions(index.toString(), c.env)
  }
  const index = serveStatic<PageEnv>({ ...files, path: 'index.html', getContent })
  for (const path of ['/', '/l/*', '/q/*']) page.get(path, index, (c) => c.html(NOT_BUILT))
  page.get('*', serveStatic<PageEnv>(files))
  page.notFound((c) => c.text('Not found.\n', 404))
  page.onError((error) => {
    throw error
  })
  return page
}

/** Passes the options to the page as attributes of the document. */
function withOptions(page: string, { language, programUrl }: PageOptions): string {
  const lang = language === 'en' ? 'en' : 'zh-CN'
  return page.replace('<html lang="zh-CN"', `<html lang="${lang}" data-program-url="${programUrl}"`)
}

const NOT_BUILT = `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>itchat sandbox</title>
<p>The sandbox is running, but its page has not been built. Run <code>npm run build</code> and reload this page.</p>
<p>沙盒已经启动，但页面还没有构建。运行 <code>npm run build</code>，再刷新本页。</p></html>
`
