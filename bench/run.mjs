// Runs the benchmarks: each contender in a fresh process beside a fresh server, the rounds of the contenders interleaved. Prints a
// Markdown table and writes the figures as JSON. Fails if a contender fails; a figure is never taken from an earlier run.
import { execFileSync, fork } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { CASES } from './cases.mjs'

/** A throughput counts only if the floor's own client was busy for this share of the time: otherwise the server is the limit. */
const MIN_LOAD = 0.7
const TIMEOUT_MINUTES = 2

/** The world of a case: friends and groups by number. */
function worldOf({ friends, rooms, members, remark }) {
  const people = Array.from({ length: friends }, (_, n) => ({
    id: `wxid_${n}`,
    name: `friend ${n}`,
    alias: `alias_${n}`,
    ...(remark ? { remark: `${remark}${n}` } : {}),
  }))
  const groups = Array.from({ length: rooms }, (_, n) => ({
    topic: `room ${n}`,
    members: Array.from({ length: members }, (_, m) => people[(n * 37 + m) % friends].id),
  }))
  return { owner: { id: 'wxid_bench', name: 'bench' }, friends: people, groups }
}

async function startServer(world) {
  const child = fork(new URL('server.mjs', import.meta.url))
  child.send({ options: { world: worldOf(world) } })
  const waiting = new Map()
  let nextId = 0
  const url = await new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the server exited with ${code}`)))
    child.on('message', ({ url, id, result, error }) => {
      if (url) resolve(url)
      else if (error) waiting.get(id)?.reject(new Error(error))
      else waiting.get(id)?.resolve(result)
    })
  })
  const call = (name, options) =>
    new Promise((resolve, reject) => {
      waiting.set(nextId, { resolve, reject })
      child.send({ id: nextId++, call: name, options })
    })
  return { url, call, stop: () => child.kill('SIGKILL') }
}

/** The figures of one contender in one round. */
async function runOnce(name, contender) {
  const server = await startServer(CASES[name].world)
  const folder = mkdtempSync(join(tmpdir(), 'itchat-bench-'))
  const child = fork(new URL('client.mjs', import.meta.url), { execArgv: ['--expose-gc', ...process.execArgv] })
  try {
    return await new Promise((resolve, reject) => {
      const { timeoutMinutes = TIMEOUT_MINUTES } = CASES[name]
      const timedOut = () => reject(new Error(`no result within ${timeoutMinutes} minutes`))
      const timer = setTimeout(timedOut, timeoutMinutes * 60_000)
      let figures
      child.send({ name, contender, server: server.url, folder, startedAt: Date.now() })
      child.on('message', (message) => {
        if (message.figures) figures = message.figures
        else {
          const answer = (result) => child.connected && child.send({ id: message.id, result })
          server.call(message.call, message.options).then(answer, reject)
        }
      })
      child.once('exit', (code) => {
        clearTimeout(timer)
        if (figures) resolve(figures)
        else reject(new Error(`the client exited with ${code}`))
      })
    })
  } finally {
    child.kill('SIGKILL')
    server.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Size of the files of a production installation, and its number of packages. */
function size() {
  const root = join(import.meta.dirname, '..')
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
  // Other packages than those of the registry are links to folders for tests.
  const folders = Object.entries(packages).filter(
    ([path, { dev, devOptional, peer, version }]) => path && version && !dev && !devOptional && !peer,
  )
  const bytesBelow = (folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0)
  const pack = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: root, encoding: 'utf8' })
  const [{ unpackedSize }] = JSON.parse(pack)
  const bytes = folders.reduce((sum, [path]) => sum + bytesBelow(join(root, path)), unpackedSize)
  return { 'installed MB': bytes / 1e6, packages: folders.length + 1, 'own MB': unpackedSize / 1e6 }
}

async function runCase(name, rounds) {
  const { contenders, once } = CASES[name]
  const results = Object.fromEntries(contenders.map((contender) => [contender, []]))
  for (let round = 0; round < (once ? 1 : rounds); round++) {
    for (const contender of contenders) {
      process.stderr.write(`${name} ${contender} ${round + 1}\n`)
      try {
        results[contender].push(name === 'size' ? size() : await runOnce(name, contender))
      } catch (error) {
        results[contender].push({ failed: String(error.message ?? error) })
      }
    }
  }
  return results
}

function summarize(figures) {
  const failed = figures.find((figure) => figure.failed)
  if (failed) return { failed: failed.failed }
  return Object.fromEntries(
    Object.keys(figures[0]).map((key) => {
      const values = figures.map((figure) => figure[key]).sort((a, b) => a - b)
      return [key, { median: values[Math.floor(values.length / 2)], min: values[0], max: values.at(-1) }]
    }),
  )
}

const shown = (number) =>
  Math.abs(number) >= 100 ? Math.round(number).toLocaleString('en') : Number(number.toPrecision(3))

function table(name, summary) {
  const rows = [`### ${CASES[name].title}`, '']
  const keys = [...new Set(Object.values(summary).flatMap((row) => (row.failed ? [] : Object.keys(row))))]
  rows.push(`| | ${keys.join(' | ')} |`, `|---|${keys.map(() => '---:').join('|')}|`)
  const { floor } = summary
  for (const [contender, row] of Object.entries(summary)) {
    if (row.failed) {
      rows.push(`| ${contender} | failed: ${row.failed.split('\n')[0]} |`)
      continue
    }
    const cells = keys.map((key) => {
      if (!row[key]) return ''
      const { median, min, max } = row[key]
      const ratio =
        floor && !floor.failed && contender !== 'floor' && floor[key] ? ` · ×${shown(median / floor[key].median)}` : ''
      return `${shown(median)} (${shown(min)}–${shown(max)})${ratio}`
    })
    rows.push(`| ${contender} | ${cells.join(' | ')} |`)
  }
  const isLimited = floor?.load && floor.load.median < MIN_LOAD
  if (isLimited)
    rows.push(
      '',
      `The floor's client used ${shown(floor.load.median * 100)} % of a core: the throughput does not count.`,
    )
  return rows.join('\n')
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: 'string', default: '3' }, json: { type: 'string', default: 'bench-results.json' } },
})
const unknown = positionals.filter((name) => !(name in CASES))
if (unknown.length > 0 || !(Number(values.rounds) >= 1)) {
  process.stderr.write(
    `Unknown benchmark: ${unknown.join(', ')}. Choose from ${Object.keys(CASES).join(', ')}; --rounds N, --json FILE.\n`,
  )
  process.exit(2)
}
const machine = `${cpus().length} × ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}, ${process.platform}`
console.log(`${machine}; median (min–max) of ${values.rounds} rounds, × = ratio to the floor\n`)
const all = {}
for (const name of positionals.length > 0 ? positionals : Object.keys(CASES)) {
  const results = await runCase(name, Number(values.rounds))
  const summary = Object.fromEntries(
    Object.entries(results).map(([contender, figures]) => [contender, summarize(figures)]),
  )
  all[name] = { title: CASES[name].title, results, summary }
  console.log(`${table(name, summary)}\n`)
  writeFileSync(values.json, JSON.stringify({ machine, date: new Date().toISOString(), cases: all }, undefined, 2))
  if (Object.values(summary).some((row) => row.failed)) process.exitCode = 1
}
