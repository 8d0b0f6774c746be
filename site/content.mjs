// Copies `docs` into the folder that VitePress builds from, because VitePress requires a folder for each language.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { ENGLISH_ONLY, SECTIONS } from './pages.mjs'

const DOCS = join(import.meta.dirname, '../docs')
export const CONTENT = join(import.meta.dirname, '.content')

/** @typedef {'en' | 'zh'} Language */

const LANGUAGES = /** @type {const} */ (['en', 'zh'])
const PAGES = ['index', ...SECTIONS.flatMap(({ pages }) => pages)]

/** The title of a page. @param {string} page @param {Language} language */
export function titleOf(page, language) {
  const [, title = page] = /^# (.+)$/m.exec(readFileSync(join(DOCS, documentOf(page, language)), 'utf8')) ?? []
  return title.replaceAll('`', '')
}

/** The link to a page from the menu. @param {string} page @param {Language} language */
export function linkTo(page, language) {
  return language === 'zh' ? `/zh/${page}` : `/${page}`
}

/** @param {string} page @param {Language} language */
function documentOf(page, language) {
  return language === 'zh' && !ENGLISH_ONLY.includes(page) ? `${page}.zh-CN.md` : `${page}.md`
}

export function copyDocuments() {
  rmSync(CONTENT, { recursive: true, force: true })
  for (const language of LANGUAGES)
    for (const page of PAGES) {
      const text = withSiteLinks(readFileSync(join(DOCS, documentOf(page, language)), 'utf8'), page, language)
      write(`${linkTo(page, language)}.md`, language === 'zh' && ENGLISH_ONLY.includes(page) ? inEnglish(text) : text)
    }
}

/** The menu of languages leads to the same page in the other language: every page of the reference is in both. */
export function copyReference() {
  for (const name of readdirSync(join(CONTENT, 'api'), { recursive: true, encoding: 'utf8' }))
    if (name.endsWith('.md')) write(`/zh/api/${name}`, inEnglish(readFileSync(join(CONTENT, 'api', name), 'utf8')))
}

/** @param {string} path @param {string} text */
function write(path, text) {
  const file = join(CONTENT, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
}

/** Marks the language of a text between Chinese menus. @param {string} text */
function inEnglish(text) {
  return `<div lang="en">\n\n${text}\n\n</div>\n`
}

/**
 * Points links between documents to the pages of the site. Files of the repository that are not on the site are named
 * without a link.
 *
 * @param {string} text @param {string} from @param {Language} language
 */
function withSiteLinks(text, from, language) {
  const document = documentOf(from, language)
  return text
    .split(/(^```[\s\S]*?^```$)/m)
    .map((part) => (part.startsWith('```') ? part : part.replace(/\[([^\]]*)\]\(([^)\s]+)\)/g, siteLink)))
    .join('')

  /** @param {string} link @param {string} label @param {string} target */
  function siteLink(link, label, target) {
    if (/^(https?:|mailto:|#)/.test(target)) return link
    const [path = '', anchor = ''] = target.split(/(?=#)/)
    const resolved = posix.normalize(posix.join(posix.dirname(document), path))
    for (const other of [language, ...LANGUAGES]) {
      const page = PAGES.find((name) => documentOf(name, other) === resolved)
      if (page !== undefined) return `[${label}](${linkTo(page, other)}.md${anchor})`
    }
    if (resolved.startsWith('api/')) return `[${label}](${linkTo(resolved, language)}${anchor})`
    if (!existsSync(join(DOCS, resolved))) throw new Error(`${document} links to ${target}, which does not exist.`)
    return label
  }
}
