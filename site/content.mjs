// Copies `docs` into the folder that VitePress builds from, because VitePress requires a folder for each language.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { ENGLISH_ONLY, SECTIONS } from './pages.mjs'

const DOCS = join(import.meta.dirname, '../docs')
export const CONTENT = join(import.meta.dirname, '.content')

/** @typedef {'en' | 'zh'} Language */

/** Paths of the documents in both languages, by the path of the page on the site. */
const DOCUMENTS = new Map(
  ['index', ...SECTIONS.flatMap(({ pages }) => pages)].flatMap((page) => [
    [page, `${page}.md`],
    ...(ENGLISH_ONLY.includes(page) ? [] : [[`zh/${page}`, `${page}.zh-CN.md`]]),
  ]),
)
const PAGES = new Map([...DOCUMENTS].map(([page, document]) => [document, page]))

/** The title of a page. @param {string} page @param {Language} language */
export function titleOf(page, language) {
  const [, title = page] = /^# (.+)$/m.exec(readFileSync(join(DOCS, documentOf(page, language)), 'utf8')) ?? []
  return title.replaceAll('`', '')
}

/** The link to a page from the menu. @param {string} page @param {Language} language */
export function linkTo(page, language) {
  return language === 'zh' && !ENGLISH_ONLY.includes(page) ? `/zh/${page}` : `/${page}`
}

/** @param {string} page @param {Language} language */
function documentOf(page, language) {
  return DOCUMENTS.get(linkTo(page, language).slice(1)) ?? ''
}

export function copyDocuments() {
  rmSync(CONTENT, { recursive: true, force: true })
  for (const [page, document] of DOCUMENTS) {
    const file = join(CONTENT, `${page}.md`)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, withSiteLinks(readFileSync(join(DOCS, document), 'utf8'), document))
  }
}

/**
 * Points links between documents to the pages of the site. Files of the repository that are not on the site are named
 * without a link.
 *
 * @param {string} text @param {string} document
 */
function withSiteLinks(text, document) {
  return text
    .split(/(^```[\s\S]*?^```$)/m)
    .map((part) => (part.startsWith('```') ? part : part.replace(/\[([^\]]*)\]\(([^)\s]+)\)/g, siteLink)))
    .join('')

  /** @param {string} link @param {string} label @param {string} target */
  function siteLink(link, label, target) {
    if (/^(https?:|mailto:|#)/.test(target)) return link
    const [path = '', anchor = ''] = target.split(/(?=#)/)
    const resolved = posix.normalize(posix.join(posix.dirname(document), path))
    const page = PAGES.get(resolved)
    if (page !== undefined) return `[${label}](/${page}.md${anchor})`
    if (resolved.startsWith('api/')) return `[${label}](/${resolved}${anchor})`
    if (!existsSync(join(DOCS, resolved))) throw new Error(`${document} links to ${target}, which does not exist.`)
    return label
  }
}
