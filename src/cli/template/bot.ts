import itchat from 'itchat'
import { register } from './handlers.ts'

register(itchat)
await itchat.autoLogin({ hotReload: true })
// Handlers in progress finish before the program ends.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => itchat.close())
await itchat.run()
