/** Sends what other programs on this computer post to `http://127.0.0.1:8079/`: `HOOK_TOKEN` is the password. */
import { createHash, timingSafeEqual } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import itchat, { type Itchat } from 'itchat'

const PORT = Number(process.env.HOOK_PORT ?? 8079)
const MAX_BYTES = 16 * 1024
const MIN_TOKEN_LENGTH = 16

/** The receiver is fixed, so that the token cannot be used to write to other people. */
export function createHook(bot: Itchat, token: string, to = 'filehelper'): Server {
  if (token.length < MIN_TOKEN_LENGTH) throw new Error('Set HOOK_TOKEN: openssl rand -hex 32 generates one.')
  return createServer(async (request, response) => {
    const end = (status: number, text: string) => response.writeHead(status, { connection: 'close' }).end(`${text}\n`)
    if (!isEqual(request.headers.authorization ?? '', `Bearer ${token}`)) return end(401, 'The token is wrong.')
    if (request.method !== 'POST') return end(405, 'Use POST.')
    const text = await readText(request)
    if (text === undefined) return end(413, `The text is longer than ${MAX_BYTES} bytes.`)
    if (text.trim() === '') return end(400, 'The text is empty.')
    try {
      // Over iLink, a message that is refused now is sent after your next message.
      const { queued } = await bot.sendMsg(text, to, { queue: true })
      end(queued ? 202 : 200, queued ? 'Queued.' : 'Sent.')
    } catch (error) {
      end(503, error instanceof Error ? error.message : String(error))
    }
  })
}

/** Takes the same time for every wrong token. */
function isEqual(a: string, b: string): boolean {
  const [hashOfA, hashOfB] = [a, b].map((text) => createHash('sha256').update(text).digest()) as [Buffer, Buffer]
  return timingSafeEqual(hashOfA, hashOfB)
}

async function readText(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = []
  let sizeBytes = 0
  for await (const chunk of request) {
    sizeBytes += chunk.length
    if (sizeBytes > MAX_BYTES) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

const hook = createHook(itchat, process.env.HOOK_TOKEN ?? '')
await itchat.autoLogin({ hotReload: true, relogin: 'qr' })
await once(hook.listen(PORT, '127.0.0.1'), 'listening')
console.log(`Waiting for messages at http://127.0.0.1:${PORT}/`)
process.once('SIGINT', () => itchat.close())
await itchat.run()
hook.close()
