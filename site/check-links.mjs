// VitePress checks the links in documents. This also checks those in menus.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const DIST = join(import.meta.dirname, 'dist')

/** Fails if a link or an anchor in the built pages leads nowhere. */
export function checkLinks() {
  /** The HTML of the pages, by path: `/guide/start`, `/zh/`. */
  const pages = new Map(
    readdirSync(DIST, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.html'))
      .map((name) => [
        `/${name.replaceAll('\\', '/')}`.replace(/(\/)index\.html$|\.html$/, '$1'),
        readFileSync(join(DIST, name), 'utf8'),
      ]),
  )
  const anchors = new Map(
    [...pages].map(([path, html]) => [path, new Set([...html.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id))]),
  )
  const dead = [...pages].flatMap(([page, html]) =>
    [...html.matchAll(/\s(?:href|src)="([^"]*)"/g)]
      .map(([, href = '']) => href.replaceAll('&amp;', '&'))
      .filter((href) => {
        const { origin, pathname, hash } = new URL(href, `http://site${page}`)
        if (origin !== 'http://site') return false
        const ids = anchors.get(decodeURIComponent(pathname))
        if (ids === undefined) return !existsSync(join(DIST, decodeURIComponent(pathname)))
        return hash !== '' && !ids.has(decodeURIComponent(hash.slice(1)))
      })
      .map((href) => `${page}: ${href}`),
  )
  if (dead.length === 0) return
  process.stderr.write(`Dead links:\n${[...new Set(dead)].join('\n')}\n`)
  process.exitCode = 1
}
