import { createHash } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { SandboxError } from '../errors.js'
import { checkFault } from '../faults/check-fault.js'
import { fieldsOf, isObject } from '../read/fields.js'
import { buildWorld } from '../world/build-world.js'
import { CLAWBOT } from '../world/clawbot.js'
import type { WorldSpec } from '../world/spec.js'
import type { World } from '../world/world.js'
import type { RecordedContent } from './content-schema.js'
import { escapeControls } from './escape.js'
import {
  checkLine,
  checkWorldLine,
  FILE_LIMIT_BYTES,
  type RecordedWorld,
  TRANSCRIPT_VERSION,
  type TranscriptLine,
} from './schema.js'
import { TranscriptError } from './transcript-error.js'

/** A validated transcript. */
export interface Transcript {
  /** The people and groups at the start of the recording, for `startSandbox({ world })`. */
  readonly world: WorldSpec
  /** Whether the recorded program used iLink. */
  readonly isIlink: boolean
  /** @internal The lines after the header and the world. */
  readonly entries: readonly TranscriptEntry[]
}

export interface TranscriptEntry {
  /** Number of the line in the file, starting at 1. */
  readonly number: number
  readonly line: TranscriptLine
}

/**
 * Reads and validates a transcript: a path, or the lines themselves. Throws a `TranscriptError` with the line and the
 * reason if it is corrupt or has a newer version.
 */
export function readTranscript(source: string | readonly string[]): Transcript {
  const lines = typeof source === 'string' ? readLines(source) : source
  const [header, worldLine, ...others] = lines
  checkHeader(header)
  const world =
    worldLine === undefined ? 'expected the world, found the end of the file' : checkWorldLine(parse(worldLine, 2))
  if (typeof world === 'string') throw new TranscriptError(escapeControls(world), 2)
  const entries = others.map((text, index): TranscriptEntry => {
    const number = index + 3
    const line = checkLine(parse(text, number))
    if (typeof line === 'string') throw new TranscriptError(escapeControls(line), number)
    return { number, line }
  })
  checkContents(entries)
  checkPeople(entries, build(world))
  const isIlink = entries.some(({ line }) => line.type === 'online' && line.protocol === 'ilink')
  return { world, isIlink, entries }
}

/** Throws for a person who is not in the world. Groups may be created by the program later. */
export function checkPeople(entries: readonly TranscriptEntry[], world: World): void {
  const added = new Set<string>()
  for (const { number, line } of entries) {
    if (line.type === 'addPerson') added.add(line.id)
    for (const id of peopleIn(line)) {
      if (!world.people.has(id) && !added.has(id)) {
        const advice = 'Start the sandbox with the world of the transcript, { world: readTranscript(…).world }'
        throw new TranscriptError(`unknown person "${escapeControls(id)}". ${advice}`, number)
      }
    }
  }
}

function readLines(path: string): string[] {
  const name = JSON.stringify(path)
  let content: Buffer
  try {
    const { size } = statSync(path)
    if (size > FILE_LIMIT_BYTES) throw new TranscriptError(`${name} is larger than ${FILE_LIMIT_BYTES} bytes`)
    content = readFileSync(path)
  } catch (error) {
    if (error instanceof TranscriptError) throw error
    throw new TranscriptError(`${name} cannot be read (${error instanceof Error ? error.message : error})`)
  }
  const lines = content.toString('utf8').split(/\r?\n/)
  if (lines.at(-1) === '') lines.pop()
  return lines
}

function checkHeader(header: string | undefined): void {
  const expected = `expected { "transcript": ${TRANSCRIPT_VERSION} }`
  if (header === undefined) throw new TranscriptError(`${expected}, found an empty file`, 1)
  const { transcript, ...others } = fieldsOf(parse(header, 1, expected))
  if (typeof transcript === 'number' && Number.isSafeInteger(transcript) && transcript > TRANSCRIPT_VERSION) {
    const reason = `the transcript has version ${transcript}, but this version of itchat reads version ${TRANSCRIPT_VERSION}`
    throw new TranscriptError(`${reason}. Update itchat.`, 1)
  }
  if (transcript !== TRANSCRIPT_VERSION || Object.keys(others).length > 0) throw new TranscriptError(expected, 1)
}

function parse(text: string, number: number, expected = 'expected a JSON object'): unknown {
  try {
    const value: unknown = JSON.parse(text)
    if (isObject(value) && !Array.isArray(value)) return value
  } catch {
    // Reported below like any other invalid line.
  }
  throw new TranscriptError(`${expected}, found ${text === '' ? 'an empty line' : shorten(text)}`, number)
}

function shorten(text: string): string {
  return escapeControls(text.length > 60 ? `${text.slice(0, 60)}…` : text)
}

function build(world: RecordedWorld): World {
  try {
    return buildWorld(world, () => 0)
  } catch (error) {
    if (error instanceof SandboxError) throw new TranscriptError(escapeControls(error.message), 2)
    throw error
  }
}

/** Checks what a schema of one line cannot: references to earlier lines, faults and the bytes of media. */
function checkContents(entries: readonly TranscriptEntry[]): void {
  const numbers = new Set<number>()
  const faults = new Set<string>()
  for (const { number, line } of entries) {
    const fail = (reason: string) => new TranscriptError(reason, number)
    for (const ref of refsIn(line)) if (!numbers.has(ref)) throw fail(`message ${ref} is not in an earlier line`)
    for (const n of numbersIn(line)) {
      if (numbers.has(n)) throw fail(`n: message ${n} is already in an earlier line`)
      numbers.add(n)
    }
    for (const content of contentsIn(line)) {
      const problem = mediumProblem(content)
      if (problem !== undefined) throw fail(problem)
    }
    if (line.type === 'fault') {
      try {
        checkFault(line.fault)
      } catch (error) {
        throw error instanceof SandboxError ? fail(escapeControls(error.message)) : error
      }
      faults.add(line.id)
    }
    if (line.type === 'removeFault' && !faults.has(line.id)) throw fail('id: the fault is not in an earlier line')
  }
}

function mediumProblem(content: RecordedContent): string | undefined {
  if (!('media' in content) || content.media.data === undefined) return undefined
  const bytes = Buffer.from(content.media.data, 'base64')
  if (bytes.length === 0) return 'data: expected at least one byte'
  if (bytes.length !== content.media.sizeBytes)
    return `data: expected ${content.media.sizeBytes} bytes, found ${bytes.length}`
  const md5 = createHash('md5').update(bytes).digest('hex')
  return md5 === content.media.md5 ? undefined : 'data: the bytes do not match md5'
}

function contentsIn(line: TranscriptLine): RecordedContent[] {
  if (line.type === 'say') return [line.content]
  return line.type === 'write' ? line.messages.map(({ content }) => content) : []
}

function numbersIn(line: TranscriptLine): number[] {
  if ('n' in line) return [line.n]
  return line.type === 'write' ? line.messages.map(({ n }) => n) : []
}

function refsIn(line: TranscriptLine): number[] {
  if ('ref' in line) return [line.ref]
  if ('refs' in line) return line.refs
  return contentsIn(line).flatMap((content) =>
    content.kind === 'quote' && content.quoted !== undefined ? [content.quoted] : [],
  )
}

function peopleIn(line: TranscriptLine): string[] {
  const isPerson = (id: string) => !id.endsWith('@chatroom') && id !== CLAWBOT
  switch (line.type) {
    case 'say':
      return [line.speaker, ...[line.chat].filter(isPerson)]
    case 'notice':
    case 'open':
      return [line.chat].filter(isPerson)
    case 'requestFriend':
    case 'unfriend':
      return [line.person]
    case 'rename':
      return [line.id, ...(line.by === undefined ? [] : [line.by])].filter(isPerson)
    case 'addMembers':
    case 'removeMembers':
      return [...line.people, line.by]
    case 'joinByQr':
      return [line.person, line.by]
    case 'displayName':
      return [line.person]
    default:
      return []
  }
}
