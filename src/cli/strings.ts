import type { MessageKind } from '../sandbox/index.js'
import { prefersChinese } from '../util/locale.js'
import { shellCommand } from './shell-command.js'

const STRINGS = {
  zh: {
    withDemo: '沙盒 + 示例机器人',
    withProgram: (name: string) => `沙盒 + ${name}`,
    alone: '沙盒',
    page: '手机页面',
    otherDevice: '用手机扫码打开（只能用一次）',
    nextDevice: '有设备打开了页面。下一台设备的网址',
    recording: (file: string, owner: string) =>
      owner === '' ? `正在录制到 ${file}` : `正在录制 ${owner} 的账号到 ${file}；其他账号在页面上录制`,
    recordingFull: '录制文件达到 256 MiB，录制已停止',
    replaying: (file: string) => `回放 ${file}`,
    replayEqual: (count: number) => `一致：程序发送的 ${count} 条消息与录制相同。`,
    howToDemo: '打开网页，点击“扫一扫”，再点击“确认登录”。',
    howToAlone: (url: string, isIlink: boolean) => `连接你的程序：${runAgainst(url, isIlink)}`,
    online: '已上线，等待消息。',
    ctrlC: '按 Ctrl-C 停止',
    loggedOut: '机器人已退出登录',
    programEnded: '程序已结束。按 Ctrl-C 停止沙盒',
    ending: '正在停止…',
    endingBot: '正在停止，等待处理中的消息完成；再按一次 Ctrl-C 立即退出',
    warning: '协议警告',
    notShown: (reason: string) => `已接受但未按原样显示（${reason}）`,
    recalled: (line: string) => `已撤回：${line}`,
    kinds: {
      text: '空消息',
      image: '图片',
      voice: '语音',
      video: '视频',
      file: '文件',
      sticker: '表情',
      location: '位置',
      card: '名片',
      link: '链接',
      music: '音乐',
      miniProgram: '小程序',
      redPacket: '红包',
      transfer: '转账',
      quote: '引用',
      friendRequest: '好友请求',
      chatHistory: '聊天记录',
      channelVideo: '视频号',
      note: '系统提示',
      unknown: '未知类型',
    } satisfies Record<MessageKind, string>,
  },
  en: {
    withDemo: 'sandbox + demo bot',
    withProgram: (name: string) => `sandbox + ${name}`,
    alone: 'sandbox',
    page: 'Phone page',
    otherDevice: 'On a phone, once',
    nextDevice: 'A device opened the page. URL for the next one',
    recording: (file: string, owner: string) =>
      owner === ''
        ? `Recording to ${file}`
        : `Recording the account of ${owner} to ${file}. Record others on the page.`,
    recordingFull: 'The transcript has reached 256 MiB: the recording has stopped.',
    replaying: (file: string) => `replay of ${file}`,
    replayEqual: (count: number) => `Equal: the program sent the ${count} recorded messages.`,
    howToDemo: 'Open it, press "Scan", then "Confirm".',
    howToAlone: (url: string, isIlink: boolean) => `Connect a program: ${runAgainst(url, isIlink)}`,
    online: 'Online, waiting for messages. ',
    ctrlC: 'Press Ctrl-C to stop',
    loggedOut: 'The bot was logged out',
    programEnded: 'The program has ended. Press Ctrl-C to stop the sandbox',
    ending: 'Stopping …',
    endingBot: 'Stopping … finishing the messages in progress; press Ctrl-C again to quit immediately',
    warning: 'protocol warning',
    notShown: (reason: string) => `accepted, but not shown as sent (${reason})`,
    recalled: (line: string) => `recalled: ${line}`,
    kinds: {
      text: 'empty',
      image: 'picture',
      voice: 'voice',
      video: 'video',
      file: 'file',
      sticker: 'sticker',
      location: 'location',
      card: 'card',
      link: 'link',
      music: 'music',
      miniProgram: 'mini program',
      redPacket: 'red packet',
      transfer: 'transfer',
      quote: 'quote',
      friendRequest: 'friend request',
      chatHistory: 'chat history',
      channelVideo: 'channel video',
      note: 'notice',
      unknown: 'unknown',
    } satisfies Record<MessageKind, string>,
  },
}

/** The shell command that runs a program against this URL. */
function runAgainst(url: string, isIlink: boolean): string {
  const variables = { ...(isIlink ? { ITCHAT_TRANSPORT: 'ilink' } : {}), ITCHAT_BASE_URL: url }
  return shellCommand(variables, 'npx tsx bot.ts')
}

/** Returns the strings in the language of the environment. */
export function strings(): (typeof STRINGS)['en'] {
  return prefersChinese() ? STRINGS.zh : STRINGS.en
}
