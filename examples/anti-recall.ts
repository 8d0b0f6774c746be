/**
 * Keeps what others say for as long as it can be recalled, and tells the file helper what was recalled: friends, groups and
 * official accounts; texts, pictures, stickers, voices, videos, files, cards, places, links.
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

/** A recall can come two minutes after the message; a little more for slow lines. */
const KEEP_MS = 3 * 60_000
const MAX_KEPT = 2_000
/** Larger files are named but not kept, so that a stranger cannot fill the disk. */
const MAX_FILE_BYTES = 32 * 1024 * 1024
const MAX_FILES_BYTES = 512 * 1024 * 1024

interface Kept {
  chat: string
  who: string
  what: string
  content: string
  link?: string
  file?: { path: string; sizeBytes: number }
  isSticker: boolean
  at: number
}

const folder = await mkdtemp(join(tmpdir(), 'anti-recall-'))
/** By message id, oldest first. */
const kept = new Map<string, Kept>()
let filesBytes = 0

async function forget(id: string): Promise<void> {
  const old = kept.get(id)
  kept.delete(id)
  if (!old?.file) return
  filesBytes -= old.file.sizeBytes
  await rm(old.file.path, { force: true })
}

async function makeRoom(): Promise<void> {
  for (const [id, { at }] of kept) {
    if (kept.size <= MAX_KEPT && filesBytes <= MAX_FILES_BYTES && Date.now() - at < KEEP_MS) break
    await forget(id)
  }
}

function speaker(msg: Message): string {
  const chat = msg.user.RemarkName || msg.user.NickName || msg.user.UserName
  return msg.actualNickName ? `${msg.actualNickName}（${chat}）` : chat
}

/** What was said, in words. */
function describe(msg: Message): Pick<Kept, 'content' | 'link'> {
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

async function fetchFile(msg: Message): Promise<Kept['file']> {
  if (!isMedia(msg) || Number(msg.fileSize) > MAX_FILE_BYTES) return undefined
  const stop = new AbortController()
  // A sender may tell a small size and send a large file.
  const onProgress = ({ receivedBytes }: { receivedBytes: number }) => {
    if (receivedBytes > MAX_FILE_BYTES) stop.abort(new Error('too large to keep'))
  }
  const { path, sizeBytes } = await msg.download(join(folder, msg.fileName), { onProgress, signal: stop.signal })
  return { path, sizeBytes }
}

itchat.msgRegister(TYPES, EVERYWHERE, async (msg) => {
  // Kept before the file is there: a recall may overtake a slow download.
  const entry: Kept = {
    chat: msg.user.UserName,
    who: speaker(msg),
    what: msg.type,
    ...describe(msg),
    isSticker: msg.msgType === 47,
    at: Date.now(),
  }
  kept.set(msg.msgId, entry)
  await makeRoom()
  const file = await fetchFile(msg).catch(() => undefined)
  if (!file) return
  // Forgotten or recalled while it came.
  if (kept.get(msg.msgId) !== entry) return rm(file.path, { force: true })
  entry.file = file
  filesBytes += file.sizeBytes
  await makeRoom()
})

/** By its id; stickers are sometimes recalled by a short one, which then means the last of the conversation. */
function find(msg: Message): [string, Kept] | undefined {
  if (msg.note?.kind !== 'recall') return undefined
  const { recalledMsgId } = msg.note
  const entry = kept.get(recalledMsgId)
  if (entry) return [recalledMsgId, entry]
  if (recalledMsgId.length >= 11) return undefined
  return [...kept].findLast(([, one]) => one.isSticker && one.chat === msg.user.UserName)
}

itchat.msgRegister(NOTE, EVERYWHERE, async (msg) => {
  const found = find(msg)
  if (!found) return
  const [id, entry] = found
  const time = new Date(entry.at).toLocaleString('zh-CN', { hour12: false })
  const lines = [
    '有人撤回了消息',
    `${entry.who} 撤回了 ${entry.what} 消息`,
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
// Ctrl-C ends the program, but not before the files of others are gone.
for (const wish of ['SIGINT', 'SIGTERM'] as const) process.once(wish, () => stop.abort())
try {
  await itchat.autoLogin({ hotReload: process.argv.includes('--hot-reload'), signal })
  await itchat.run({ signal })
} catch (error) {
  if (!signal.aborted) throw error
} finally {
  await rm(folder, { recursive: true, force: true })
}
