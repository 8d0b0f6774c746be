/**
 * Stores messages for as long as they can be recalled, and sends the recalled ones to the file helper. Covers messages from
 * friends, groups and official accounts: text, images, stickers, voice messages, videos, files, contact cards, locations
 * and links.
 */
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
const TYPES = [TEXT, PICTURE, FRIENDS, CARD, MAP, SHARING, RECORDING, ATTACHMENT, VIDEO] as const

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
  link?: string
  file?: { path: string; sizeBytes: number }
  isSticker: boolean
  at: number
}

const folder = await mkdtemp(join(tmpdir(), 'anti-recall-'))
/** Stored messages by id, oldest first. */
const stored = new Map<string, StoredMessage>()
let filesBytes = 0

async function forget(id: string): Promise<void> {
  const old = stored.get(id)
  stored.delete(id)
  if (!old?.file) return
  filesBytes -= old.file.sizeBytes
  await rm(old.file.path, { force: true })
}

async function evict(): Promise<void> {
  for (const [id, { at }] of stored) {
    if (stored.size <= MAX_MESSAGES && filesBytes <= MAX_FILES_BYTES && Date.now() - at < KEEP_MS) break
    await forget(id)
  }
}

function senderName(msg: Message): string {
  const chat = msg.user.RemarkName || msg.user.NickName || msg.user.UserName
  return msg.actualNickName ? `${msg.actualNickName}（${chat}）` : chat
}

/** Describes a message as text. */
function describe(msg: Message): Pick<StoredMessage, 'content' | 'link'> {
  switch (msg.type) {
    case 'Text':
    case 'Note':
    case 'Unknown':
      return { content: msg.text }
    case 'Map':
      return { content: msg.location.label || msg.location.poiName || msg.text }
    case 'Card':
      return { content: `${msg.card.nickName} 的名片，性别为${msg.card.sex === 1 ? '男' : '女'}` }
    case 'Friends':
      return { content: `${msg.request.nickName} 的好友请求：${msg.request.content}` }
    case 'Sharing':
      return { content: msg.text, ...(msg.url ? { link: msg.url } : {}) }
    case 'System':
      return { content: msg.text.join() }
    default:
      return { content: msg.fileName }
  }
}

const isMedia = (msg: Message) => [PICTURE, RECORDING, ATTACHMENT, VIDEO].some((type) => type === msg.type)

async function fetchFile(msg: Message): Promise<StoredMessage['file']> {
  if (!isMedia(msg) || Number(msg.fileSize) > MAX_FILE_BYTES) return undefined
  const stop = new AbortController()
  // The file may be larger than its declared size.
  const onProgress = ({ receivedBytes }: { receivedBytes: number }) => {
    if (receivedBytes > MAX_FILE_BYTES) stop.abort(new Error('The file is too large to store'))
  }
  const { path, sizeBytes } = await msg.download(join(folder, msg.fileName), { onProgress, signal: stop.signal })
  return { path, sizeBytes }
}

itchat.msgRegister(TYPES, EVERYWHERE, async (msg) => {
  // Stored before the download, because a recall may arrive while a slow download is running.
  const entry: StoredMessage = {
    chat: msg.user.UserName,
    sender: senderName(msg),
    type: msg.type,
    ...describe(msg),
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

/** Finds the recalled message by its id. A short id refers to the last sticker in the chat. */
function find(msg: Message): [string, StoredMessage] | undefined {
  if (msg.note?.kind !== 'recall') return undefined
  const { recalledMsgId } = msg.note
  const entry = stored.get(recalledMsgId)
  if (entry) return [recalledMsgId, entry]
  if (recalledMsgId.length >= 11) return undefined
  return [...stored].findLast(([, { isSticker, chat }]) => isSticker && chat === msg.user.UserName)
}

itchat.msgRegister(NOTE, EVERYWHERE, async (msg) => {
  const found = find(msg)
  if (!found) return
  const [id, entry] = found
  const time = new Date(entry.at).toLocaleString('zh-CN', { hour12: false })
  const lines = [
    '有人撤回了消息',
    `${entry.sender} 撤回了 ${entry.type} 消息`,
    `收到时间：${time}`,
    '撤回了什么 ⇣',
    entry.content,
  ]
  if (entry.link) lines.push(`就是这个链接 ➣ ${entry.link}`)
  await itchat.sendMsg(lines.join('\n'), 'filehelper')
  if (entry.file) await itchat.sendFile(entry.file.path, 'filehelper', { name: entry.content })
  await forget(id)
})

const stop = new AbortController()
const { signal } = stop
// On Ctrl-C, the program deletes the stored files before it exits.
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort())
try {
  await itchat.autoLogin({ hotReload: process.argv.includes('--hot-reload'), signal })
  await itchat.run({ signal })
} catch (error) {
  if (!signal.aborted) throw error
} finally {
  await rm(folder, { recursive: true, force: true })
}
