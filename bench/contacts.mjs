// A large account: 10,000 friends and 300 groups of 500 members. Compares login time and memory use with wechat4u on the
// same sandbox, running the clients alternately, each in its own process. Also measures each kind of search.
import { fork } from 'node:child_process'
import { startSandboxProcess } from './support.mjs'

const FRIENDS = 10_000
const GROUPS = 300
const MEMBERS = 500
const ROUNDS = 3
const CLIENTS = ['itchat', 'wechat4u']

const friends = Array.from({ length: FRIENDS }, (_, n) => ({
  id: `wxid_${String(n).padStart(12, '0')}`,
  name: `朋友${n}`,
  remark: `备注${n}`,
  alias: `alias_${n}`,
}))
const groups = Array.from({ length: GROUPS }, (_, n) => ({
  topic: `群聊${n}`,
  members: Array.from({ length: MEMBERS - 1 }, (_, m) => friends[(n * 37 + m) % FRIENDS].id),
}))

function run(client, url) {
  const child = fork(new URL('contacts-client.mjs', import.meta.url), [client, url, FRIENDS, GROUPS], {
    execArgv: ['--expose-gc'],
  })
  return new Promise((resolve, reject) => {
    child.once('message', (result) => {
      child.kill()
      resolve(result)
    })
    child.once('exit', (code) => reject(new Error(`${client} exited with code ${code}`)))
  })
}

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]

const sandbox = await startSandboxProcess({ world: { friends, groups } })
try {
  // The first login to a sandbox is slower than later ones.
  await run('itchat', sandbox.url)
  const results = { itchat: [], wechat4u: [] }
  for (let round = 0; round < ROUNDS; round++) {
    for (const client of CLIENTS) results[client].push(await run(client, sandbox.url))
  }
  const summary = {}
  for (const client of CLIENTS) {
    const { contacts, members, searches } = results[client].at(-1)
    const ms = median(results[client].map(({ ms }) => ms))
    const bytes = median(results[client].map(({ bytes }) => bytes))
    summary[client] = { ms, bytes: bytes / (contacts + members) }
    console.log(
      `${client}: login ${ms} ms; ${contacts} contacts and ${members} members in ${(bytes / 2 ** 20).toFixed(1)} MiB, ` +
        `${Math.round(summary[client].bytes)} bytes each`,
    )
    for (const [name, us] of Object.entries(searches)) console.log(`  ${name}: ${us.toFixed(2)} µs`)
  }
  const ratio = (key) => (summary.itchat[key] / summary.wechat4u[key]).toFixed(2)
  console.log(`itchat / wechat4u: login ${ratio('ms')}, memory ${ratio('bytes')} (median of ${ROUNDS} rounds)`)
} finally {
  sandbox.stop()
}
