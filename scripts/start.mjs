// `npm start`: sets up, then runs the sandbox with the demo bot.
import { build, install } from './setup.mjs'

install()
build()
const { runDemo } = await import('../dist/cli/demo.js')
await runDemo(() => import('../build/examples/demo.js'))
