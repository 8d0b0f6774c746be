import { TEXT } from 'itchat'
import { expect } from 'vitest'
import { SAYABLE_KINDS } from '../../src/sandbox/control/view.js'
import { sandboxFor } from '../support/bot.js'
import { type Looker, onlineBot } from './look.js'

/** The list, a group, its menus and the composer. */
export async function lookAtChats({ open, look, isNarrow, isWide }: Looker): Promise<void> {
  const { sandbox, bot } = await onlineBot()
  bot.msgRegister(TEXT, (msg) => `收到：${msg.text}`)
  const page = await open(sandbox.url)
  await page.getByRole('option', { name: /周末爬山队/ }).waitFor()
  sandbox.friend('林小满').say('周六爬山天气怎么样？')
  await sandbox.friend('林小满').nextMessage()
  sandbox.friend('顾南星').say('在吗')
  await page.getByRole('option', { name: /顾南星.*1 条未读/ }).waitFor()
  await look(page, 'list')
  await page.getByRole('option', { name: /小满/ }).first().click()
  await page.getByRole('log').getByText('收到：').waitFor()
  await look(page, 'chat')
  // Joined with its requests, which are beside the chat in a wide window.
  await page.getByRole('article').last().locator('.bubble-place').click()
  await page.locator('article[aria-current=true]').waitFor()
  if (isWide) await page.locator('.wire-row.joined').first().waitFor()
  await look(page, 'joined')

  await page.getByRole('button', { name: '发送其他类型' }).click()
  await page.getByRole('menu').waitFor()
  await look(page, 'kind-menu')
  await page.getByRole('menuitem', { name: '转账', exact: true }).click()
  await page.getByRole('dialog').waitFor()
  await look(page, 'kind-form')
  await page.keyboard.press('Escape')

  await page
    .locator('input[type=file]')
    .last()
    .setInputFiles([
      { name: '空.txt', mimeType: 'text/plain', buffer: Buffer.alloc(0) },
      { name: '也空.txt', mimeType: 'text/plain', buffer: Buffer.alloc(0) },
      { name: '说明.txt', mimeType: 'text/plain', buffer: Buffer.from('text') },
    ])
  await page.getByRole('alert').waitFor()
  await look(page, 'tray')
  const files = await page.evaluateHandle(`(() => {
    const files = new DataTransfer()
    files.items.add(new File(['text'], 'dropped.txt'))
    return files
  })()`)
  await page.dispatchEvent('main', 'dragenter', { dataTransfer: files })
  await page.getByText('松开').waitFor()
  await look(page, 'drop')
  await page.dispatchEvent('main', 'dragleave', { dataTransfer: files })
  await page.route(/\/messages\b/, () => {})
  await page.getByRole('textbox', { name: '说点什么' }).press('Enter')
  await page.getByText('正在发送…').waitFor()
  await look(page, 'sending')
  await page.getByRole('button', { name: '取消发送' }).click()
  await page.unroute(/\/messages\b/)
  await page.getByRole('button', { name: /^移除/ }).click()

  const field = page.getByRole('textbox', { name: '说点什么' })
  await page.route(/\/messages\b/, (route) => route.abort())
  await field.fill('发不出去')
  await field.press('Enter')
  await page.getByText('发送失败').waitFor()
  await look(page, 'not-sent')
  await page.unroute(/\/messages\b/)
  await field.fill('很长的一段话。'.repeat(1500))
  await look(page, 'long-draft')
  await field.press('Enter')
  await page.getByRole('log').getByText('收到：很长的一段话').last().waitFor()
  await look(page, 'long-message')

  await page.getByRole('article').last().click({ button: 'right' })
  await page.getByRole('menu').waitFor()
  await look(page, 'message-menu')
  await page.keyboard.press('Escape')

  bot.on('error', () => {})
  sandbox.faults.add({ kind: 'ret', ret: 1204, path: 'webwxsendmsg' })
  await field.fill('还是好友吗？')
  await field.press('Enter')
  await page.getByRole('log').getByText('不是好友（1204）').waitFor()
  sandbox.faults.add({ kind: 'ret', ret: 1205, path: 'webwxsendmsg' })
  await field.fill('再试一次')
  await field.press('Enter')
  await page.getByRole('log').getByText('第 2 次发送成功').waitFor()
  await look(page, 'refused')
  if (isNarrow) await page.getByRole('button', { name: '返回' }).click()

  await page.getByRole('option', { name: /周末爬山队/ }).click()
  await page
    .getByRole('button', { name: /的身份发言/ })
    .first()
    .click()
  await page.getByRole('dialog', { name: '选择发言身份' }).waitFor()
  await look(page, 'speak-as')
  await page.getByRole('button', { name: '新建联系人，并加入本群' }).click()
  await page.getByRole('dialog', { name: '新建联系人，并加入本群' }).waitFor()
  await look(page, 'new-member')
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: '在聊天中搜索' }).click()
  await page.getByRole('search').getByRole('searchbox').fill('没有这句话')
  await page.getByRole('search').getByText('没有结果').waitFor()
  await look(page, 'chat-search')
  await page.keyboard.press('Escape')
  for (const key of ['Alt+3', 'Alt+4', 'Alt+5', 'Alt+6']) await page.keyboard.press(key)
  await page.locator('.recent').nth(2).waitFor()
  await page.getByRole('textbox', { name: '说点什么' }).pressSequentially('@')
  await page.getByRole('listbox', { name: '提及成员' }).waitFor()
  await look(page, 'mention')
  await page.getByRole('textbox', { name: '说点什么' }).fill('')
}

/** The rows of the list: unread, more than 99, muted, mentioned, pinned, with a draft, and under the mouse. */
export async function lookAtRows({ open, look, isNarrow }: Looker): Promise<void> {
  const sandbox = await sandboxFor()
  const page = await open(sandbox.url)
  await page.getByRole('button', { name: '先看聊天' }).click()
  await page.getByRole('option', { name: /^Oliver Reed/ }).click()
  await page.getByRole('textbox', { name: '说点什么' }).fill('写到一半')
  if (isNarrow) await page.getByRole('button', { name: '返回' }).click()
  else await page.getByRole('option', { name: /^小满/ }).click()
  for (let n = 0; n < 100; n++) sandbox.friend('顾南星').say(`第 ${n} 条`)
  sandbox.friend('沈青禾').say('<b>粗体</b> '.repeat(40))
  sandbox.group('一家人').member('老妈').say('几点到？')
  sandbox.group('产品设计群').member('苏沐晴').say('看一下？', { at: 'owner' })
  await page.getByRole('option', { name: /顾南星.*100 条未读/ }).waitFor()
  await page.getByRole('option', { name: /一家人.*1 条未读.*免打扰/ }).waitFor()
  await page.getByRole('option', { name: /产品设计群.*1 条未读.*有人@我/ }).waitFor()
  await page.getByText('[草稿]').waitFor()
  if (!isNarrow) await page.getByRole('option', { name: /^产品设计群/ }).hover()
  await look(page, 'rows')
  await page.getByRole('button', { name: '公众号' }).click()
  await page.getByRole('option', { name: /^沙丘日报/ }).click()
  await page.getByRole('heading', { level: 1, name: '沙丘日报' }).waitFor()
  await look(page, 'official')
}

/** Every kind of message. */
export async function lookAtKinds({ open, look }: Looker): Promise<void> {
  const { sandbox, bot } = await onlineBot({ floodLimit: false })
  const page = await open(sandbox.url)
  await page.getByRole('option', { name: /^沈青禾/ }).click()
  const friend = sandbox.friend('沈青禾')
  for (const [index, kind] of SAYABLE_KINDS.entries()) {
    if (kind !== 'note') friend.send({ kind } as Parameters<typeof friend.send>[0])
    if (index % 6 !== 5) continue
    friend.say(`以上 ${index}`)
    await page.getByRole('log').getByText(`以上 ${index}`).waitFor()
    await look(page, `kinds-${Math.ceil(index / 6)}`)
  }
  friend.send({ kind: 'image' })
  friend.say('看图')
  await page.getByRole('log').getByText('看图').waitFor()
  await page.getByRole('button', { name: '查看大图' }).last().click()
  await page.getByRole('dialog').waitFor()
  await look(page, 'viewer')
  await page.keyboard.press('Escape')

  friend.send({ kind: 'voice' })
  const voice = page.getByRole('article', { name: /语音/ }).last()
  await voice.getByRole('button', { name: '播放' }).click()
  await voice.getByRole('button', { name: '暂停' }).click()
  await look(page, 'voice-paused')
  friend.say('说错了').recall()
  await page.getByRole('button', { name: '查看原文' }).waitFor()
  await look(page, 'recalled')
  await page.getByRole('button', { name: '查看原文' }).click()
  await look(page, 'recalled-shown')
  await page.getByRole('button', { name: /展开全部/ }).click()
  await look(page, 'unknown-fields')

  // The first chunk arrives, the second one does not.
  sandbox.on('upload', ({ receivedBytes }) => {
    if (receivedBytes > 0 && sandbox.faults.list.length === 0) sandbox.faults.add({ kind: 'slow', bytesPerSecond: 1 })
  })
  const name = `${'很长的文件名'.repeat(8)}.zip`
  const cancel = new AbortController()
  const to = bot.searchFriends({ name: '沈青禾' })[0]?.UserName
  const upload = bot.sendFile(Buffer.alloc(2 ** 20), to, { name, signal: cancel.signal })
  await page.getByRole('progressbar', { name: /50%/ }).waitFor()
  await look(page, 'upload')
  cancel.abort()
  await expect(upload).rejects.toThrow()
}
