/** Sends recalled messages to the file helper: texts, links, locations and cards, pictures, voice messages, videos, files. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import itchat, {
  ATTACHMENT,
  CARD,
  FRIENDS,
  MAP,
  type Message,
  NOTE,
  PICTURE,
  RECORDING,
  SHARING,
  TEXT,
  VIDEO,
} from 'itchat'

const EVERYWHERE = { isFriendChat: true, isGroupChat: true, isMpChat: true }
const MEDIA = [PICTURE, RECORDING, ATTACHMENT, VIDEO] as const
/** A message can be recalled for two minutes; the extra time allows for slow connections. */
const KEEP_MS = 3 * 60_000
const MAX_MESSAGES = 2_000
/** For larger files, only the name is stored, so that a sender cannot fill the disk. */
const MAX_FILE_BYTES = 32 * 1024 * 1024
const MAX_FILES_BYTES = 512 * 1024 * 1024

interface StoredMessage {
  chat: string
  sender: string
  type: string
  content: string
  isSticker: boolean
  at: number
  file?: { path: string; sizeBytes: number }
}

const folder = await mkdtemp(join(tmpdir(), 'anti-recall-'))
/** Stored messages by id, oldest first. */
const stored = new Map<string, StoredMessage>()
let filesBytes = 0

async function forget(id: string): Promise<void> {
  const file = stored.get(id)?.file
  stored.delete(id)
  if (!file) return
  filesBytes -= file.sizeBytes
  await rm(file.path, { force: true })
}

async function evict(): Promise<void> {
  for (const [id, { at }] of stored) {
    if (stored.size <= MAX_MESSAGES && filesBytes <= MAX_FILES_BYTES && Date.now() - at < KEEP_MS) break
    await forget(id)
  }
}

function senderOf(msg: Message): string {
  const chat = msg.user.RemarkName || msg.user.NickName || msg.user.UserName
  return msg.actualNickName ? `${msg.actualNickName}（${chat}）` : chat
}

function contentOf(msg: Message): string {
  switch (msg.type) {
    case 'Text':
      return msg.text
    case 'Map':
      return msg.location.label || msg.location.poiName || msg.text
    case 'Card':
      return `${msg.card.nickName} 的名片`
    case 'Friends':
      return `${msg.request.nickName} 的好友请求：${msg.request.content}`
    case 'Sharing':
      return msg.url ? `${msg.text}\n就是这个链接 ➣ ${msg.url}` : msg.text
    default:
      return msg.fileName
  }
}

async function fetchFile(msg: Message): Promise<StoredMessage['file']> {
  if (!MEDIA.some((type) => type === msg.type) || Number(msg.fileSize) > MAX_FILE_BYTES) return undefined
  const stop = new AbortController()
  // The file may be larger than its declared size.
  const onProgress = ({ receivedBytes }: { receivedBytes: number }) => {
    if (receivedBytes > MAX_FILE_BYTES) stop.abort(new Error('The file is too large to store.'))
  }
  return msg.download(join(folder, msg.fileName), { onProgress, signal: stop.signal })
}

itchat.msgRegister([TEXT, FRIENDS, CARD, MAP, SHARING, ...MEDIA], EVERYWHERE, async (msg) => {
  // Stored before the download, because a recall may arrive while a slow download is running.
  const entry: StoredMessage = {
    chat: msg.user.UserName,
    sender: senderOf(msg),
    type: msg.type,
    content: contentOf(msg),
    isSticker: msg.msgType === 47,
    at: Date.now(),
  }
  stored.set(msg.msgId, entry)
  await evict()
  const file = await fetchFile(msg).catch(() => undefined)
  if (!file) return
  // The message was evicted or recalled during the download.
  if (stored.get(msg.msgId) !== entry) return rm(file.path, { force: true })
  entry.file = file
  filesBytes += file.sizeBytes
  await evict()
})

/** Finds a recalled message by its id. A short id refers to the last sticker in the chat. */
function find(chat: string, id: string): [string, StoredMessage] | undefined {
  const entry = stored.get(id)
  if (entry) return [id, entry]
  if (id.length >= 11) return undefined
  return [...stored].findLast(([, message]) => message.isSticker && message.chat === chat)
}

itchat.msgRegister(NOTE, EVERYWHERE, async (msg) => {
  if (msg.note.kind !== 'recall') return
  const [id, entry] = find(msg.user.UserName, msg.note.recalledMsgId) ?? []
  if (id === undefined || !entry) return
  const time = new Date(entry.at).toLocaleString('zh-CN', { hour12: false })
  const report = `${entry.sender} 撤回了 ${entry.type} 消息\n收到时间：${time}\n撤回了什么 ⇣\n${entry.content}`
  await itchat.sendMsg(report, 'filehelper')
  if (entry.file) await itchat.sendFile(entry.file.path, 'filehelper', { name: entry.content })
  await forget(id)
})

const stop = new AbortController()
const { signal } = stop
// On Ctrl-C, the program deletes the stored files before it exits.
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort())
try {
  await itchat.autoLogin({ signal })
  await itchat.run({ signal })
} catch (error) {
  if (!signal.aborted) throw error
} finally {
  await rm(folder, { recursive: true, force: true })
}
