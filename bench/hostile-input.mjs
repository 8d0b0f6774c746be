// Measures how the time to parse untrusted text grows with its length: a parser that takes quadratic time can be exploited
// to stall a bot. Prints the worst growth factor of each parser, and exits with code 1 if parsing a text eight times as
// long takes more than forty times as long.

import { mentionsAll, splitGroupPrefix } from '../dist/transports/web/decode/group.js'
import { decodeNote } from '../dist/transports/web/decode/note.js'
import { decodeText } from '../dist/transports/web/decode/text.js'
import { redact } from '../dist/util/redact.js'
import { safeName } from '../dist/util/safe-name.js'
import { splitText } from '../dist/util/split-text.js'
import { escapeXml, parseXml } from '../dist/util/xml.js'

const FACTOR = 8
const MAX_GROWTH = 40
const TRIES = 5

/** @type {Record<string, (text: string) => unknown>} */
const PARSERS = {
  '@all mention': mentionsAll,
  'group speaker prefix': splitGroupPrefix,
  'emoji and entities': decodeText,
  'system notice': (text) => decodeNote({ MsgType: 10000, Content: text }, text),
  recall: (text) => decodeNote({ MsgType: 10002, Content: text }, text),
  XML: parseXml,
  'file name': safeName,
  'text splitting': (text) => splitText(text, 2_000),
  'XML escaping': escapeXml,
  'log redaction': redact,
}
const PIECES = [
  '@',
  '@me',
  '@所有人',
  '&',
  '&#64;',
  '<',
  '<a>',
  '<![CDATA[',
  '<span class="emoji',
  '"',
  '“',
  '你邀请"',
  '(',
  '.',
  ' ',
  '\n',
  'skey=',
  '\u200b',
  '\ud83d',
  'e\u0301',
]

function timeOf(parse, text) {
  const times = Array.from({ length: TRIES }, () => {
    const startedAt = performance.now()
    parse(text)
    return performance.now() - startedAt
  })
  return Math.min(...times)
}

let hasFailed = false
for (const [name, parse] of Object.entries(PARSERS)) {
  // Text of up to 2,000 characters would not be split, and splitting much longer text takes too long.
  const count = name === 'text splitting' ? 4_000 : 20_000
  const growths = PIECES.map((piece) => {
    const short = piece.repeat(Math.ceil(count / piece.length))
    return { piece, growth: timeOf(parse, short.repeat(FACTOR)) / Math.max(timeOf(parse, short), 1) }
  })
  const worst = growths.sort((a, b) => b.growth - a.growth)[0]
  hasFailed ||= worst.growth > MAX_GROWTH
  console.log(
    `${name}: ${FACTOR} times the length takes at most ${worst.growth.toFixed(1)} times as long (${JSON.stringify(worst.piece)})`,
  )
}
process.exit(hasFailed ? 1 : 0)
