import {
  FileError,
  type ItchatError,
  LoggedOutError,
  NetworkError,
  ProtocolError,
  type RefusalReason,
  RefusedError,
  ServerError,
} from '../errors.js'

const REFUSALS: Readonly<Record<RefusalReason, string>> = {
  needsMessage: '需要对方先发来一条消息',
  windowClosed: '距离对方上一次发来消息太久，需要对方再发来一条',
  quota: '在对方再次发来消息之前，不能再发送',
  throttled: '操作太频繁，请过一会儿再试',
}

/** Describes a common error of the library in Chinese; `undefined` for others. The messages of the library are English. */
export function inChinese(error: ItchatError): string | undefined {
  const sentence = describe(error)
  if (sentence === undefined || !error.parts) return sentence
  return `${sentence}前 ${error.parts.length} 段已经发送。`
}

function describe(error: ItchatError): string | undefined {
  if (error instanceof NetworkError) {
    const effect = error.outcome === 'unknown' ? '请求可能已经执行。' : ''
    return `无法与服务器通信（${error.endpoint}）。${effect}请检查网络和代理设置，或运行 npx itchat doctor。`
  }
  if (error instanceof RefusedError) return `服务器拒绝了这条消息（${error.ret}）：${REFUSALS[error.reason]}。`
  if (error instanceof ServerError) return `服务器拒绝了请求（${error.endpoint}，${error.ret}）。`
  if (error instanceof ProtocolError) return `服务器的响应不符合协议（${error.endpoint}）。请检查 ITCHAT_BASE_URL。`
  if (error instanceof LoggedOutError) return '登录已结束。请运行 npx itchat login 重新登录。'
  if (error instanceof FileError) return `文件 ${error.path} 无法读取、写入或发送。加上 --verbose 显示原因。`
  return undefined
}
