// How the time to read a stranger's text grows with its length. A reader whose time grows with the square of the length can be
// used to stop a bot. Prints the worst growth for each; ends with 1 where eight times the length takes more than forty times as long.

import { mentionsAll, splitGroupPrefix } from '../dist/transports/web/decode/group.js'
import { decodeNote } from '../dist/transports/web/decode/note.js'
import { decodeText } from '../dist/transports/web/decode/text.js'
import { redact } from '../dist/util/redact.js'
import { safeName } from '../dist/util/safe-name.js'
import { splitText } from '../dist/util/split-text.js'
import { escapeXml, parseXml } from '../dist/util/xml.js'

const TIMES = 8
const MOST_GROWTH = 40
const TRIES = 5

/** @type {Record<string, (text: string) => unknown>} */
const READERS = {
  'a mention of all': mentionsAll,
  'the speaker of a group': splitGroupPrefix,
  'emoji and entities': decodeText,
  'the wording of a notice': (text) => decodeNote({ MsgType: 10000, Content: text }, text),
  'a recall': (text) => decodeNote({ MsgType: 10002, Content: text }, text),
  XML: parseXml,
  'a file name': safeName,
  'a text that is split': (text) => splitText(text, 2_000),
  'a text in XML': escapeXml,
  'a secret in a log': redact,
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

function timeOf(read, text) {
  const times = Array.from({ length: TRIES }, () => {
    const startedAt = performance.now()
    read(text)
    return performance.now() - startedAt
  })
  return Math.min(...times)
}

let hasFailed = false
for (const [name, read] of Object.entries(READERS)) {
  // Shorter texts are not split at all.
  const count = name === 'a text that is split' ? 4_000 : 20_000
  const growths = PIECES.map((piece) => {
    const short = piece.repeat(Math.ceil(count / piece.length))
    return { piece, growth: timeOf(read, short.repeat(TIMES)) / Math.max(timeOf(read, short), 1) }
  })
  const worst = growths.sort((a, b) => b.growth - a.growth)[0]
  hasFailed ||= worst.growth > MOST_GROWTH
  console.log(
    `${name}: ${TIMES} times the length takes at most ${worst.growth.toFixed(1)} times as long (${JSON.stringify(worst.piece)})`,
  )
}
process.exit(hasFailed ? 1 : 0)
