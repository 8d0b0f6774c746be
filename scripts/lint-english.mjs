// Part of `npm run lint`: phrases that read like translations must not return to code, tests or documents.
// To keep one, give the reason in a comment on the same line or the line above: `english-ok: <reason>`.
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'

/** Phrases to avoid, each with what to write instead. */
const PHRASES = [
  [/(?<!\bthere )\b(?:is|are|was|were|be) none\b/i, 'say missing, invalid or unknown'],
  [
    /(?<!\bthere )\b(?:is|are|was|were) no (?!(?:longer|more|fewer|less|later|earlier|different)\b)/i,
    'say what it is: missing, invalid',
  ],
  [/\bcannot be meant\b/i, 'say invalid'],
  [/\bnobody\b/i, 'name the subject: no user, no handler'],
  [/\bwhoever\b/i, 'name the subject'],
  [/\b(?:is|are|was|were|being|be) told\b/i, 'say that the code reports, emits or returns it'],
  [/\b(?:bears|hears|tells)\b/i, 'say that the code returns, emits, records or reports it'],
]
const EXTENSIONS = /\.(?:ts|tsx|mjs|js|md|json|html|css|yml)$/
/** Files that are not checked: Chinese documents, the lock file, and the files that list the phrases. */
const LEFT_OUT = /\.zh-CN\.md$|^package-lock\.json$|^scripts\/lint-english\.mjs$|^test\/house\/plain-english\.test\.ts$/

export function findPhrases(text) {
  const lines = text.split('\n')
  return lines.flatMap((line, index) => {
    if (`${lines[index - 1] ?? ''}\n${line}`.includes('english-ok: ')) return []
    return PHRASES.flatMap(([pattern, instead]) => {
      const phrase = pattern.exec(line)?.[0].trim()
      return phrase === undefined ? [] : [{ line: index + 1, phrase, instead }]
    })
  })
}

function main() {
  const listed = ['ls-files', '--cached', '--others', '--exclude-standard']
  const files = new Set(execFileSync('git', listed, { encoding: 'utf8' }).split('\n'))
  let count = 0
  for (const file of files) {
    // A file that has just been deleted is still listed.
    if (!EXTENSIONS.test(file) || LEFT_OUT.test(file) || !existsSync(file)) continue
    for (const { line, phrase, instead } of findPhrases(readFileSync(file, 'utf8'))) {
      console.error(`${file}:${line}: "${phrase}": ${instead}.`)
      count++
    }
  }
  if (count > 0) {
    console.error(`${count} phrases to rewrite. To keep one, give the reason in a comment: english-ok: <reason>`)
    process.exitCode = 1
  }
}

if (process.argv[1] === import.meta.filename) main()
