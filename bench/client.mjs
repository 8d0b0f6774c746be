// One contender in one case, in a process of its own. Sends its figures to the parent, which also passes its requests to the server.
import { CASES } from './cases.mjs'

const { name, contender, server, folder, startedAt } = await new Promise((resolve) => process.once('message', resolve))
const [module, option] = contender.split('+')
const beforeImport = performance.now()
const { start } = await import(`./contenders/${CASES[name].modules?.[module] ?? module}.mjs`)
const importMs = performance.now() - beforeImport

let nextId = 0
const waiting = new Map()
process.on('message', ({ id, result }) => {
  waiting.get(id)?.(result)
  waiting.delete(id)
})
const ask = (call, options) =>
  new Promise((resolve) => {
    waiting.set(nextId, resolve)
    process.send({ id: nextId++, call, options })
  })

const context = { contender, url: server, folder, journal: option === 'journal', start, ask, importMs, startedAt }
const figures = await CASES[name].run(context)
process.send({ figures }, () => process.exit(0))
