import {
  ArgumentError,
  FileError,
  type ItchatError,
  LoggedOutError,
  NetworkError,
  ProtocolError,
  type RefusalReason,
  RefusedError,
  ServerError,
  StateError,
  UnsupportedError,
} from '../errors.js'
import { errorCode } from '../util/error-code.js'

const REFUSALS: Readonly<Record<RefusalReason, string>> = {
  needsMessage: '需要对方先发来一条消息',
  windowClosed: '距离对方上一次发来消息太久，需要对方再发来一条',
  quota: '在对方再次发来消息之前，不能再发送',
  throttled: '操作太频繁，请过一会儿再试',
}

/** By error code of the file system. */
const FILE_ADVICE: Readonly<Record<string, string>> = {
  ENOSPC: '磁盘已满，请先腾出空间',
  EDQUOT: '磁盘配额已用完',
  EACCES: '权限不足，请检查文件和所在文件夹的所有者与权限',
  EPERM: '权限不足，请检查文件和所在文件夹的所有者与权限',
  EROFS: '磁盘是只读的，请换一个路径',
  ENOENT: '文件或文件夹不存在',
  ENOTDIR: '路径中有一部分不是文件夹',
  EISDIR: '这是文件夹，请写出文件的路径',
  ELOOP: '符号链接太多，或者互相指向',
  ENAMETOOLONG: '路径太长',
  EIO: '磁盘读写出错',
}

/** By code of the connection. */
const NETWORK_ADVICE: Readonly<Record<string, string>> = {
  ECONNREFUSED: '连接被拒绝。请检查 ITCHAT_BASE_URL，以及服务器（例如沙盒）是否在运行',
  ENOTFOUND: '找不到服务器的地址。请检查网络和 DNS 设置',
  EAI_AGAIN: '找不到服务器的地址。请检查网络和 DNS 设置',
}

/** By name of the argument: those that a user of the command can set. */
const ARGUMENT_ADVICE: Readonly<Record<string, string>> = {
  ITCHAT_STATE_KEY:
    'ITCHAT_STATE_KEY 不是加密登录状态时的密钥，或者不是 32 字节的十六进制或 base64。没有改动任何文件。请设置原来的密钥，或用 --state 指定另一个文件。',
  ITCHAT_TRANSPORT: 'ITCHAT_TRANSPORT 的值无效：可用的值为 web、ilink。',
  ITCHAT_BASE_URL: 'ITCHAT_BASE_URL 的值无效：需要 http 或 https 网址，例如 http://127.0.0.1:8078。',
  picDir: '--png 需要文件的路径。',
  msg: '文字太长，不能作为消息发送。请用 --file 作为文件发送。',
}

/** Describes a common error of the library in Chinese; `undefined` for others. The messages of the library are English. */
export function inChinese(error: ItchatError): string | undefined {
  if (error instanceof NetworkError) {
    const effect = error.outcome === 'unknown' ? '请求可能已经执行。' : ''
    const reason = NETWORK_ADVICE[errorCode(error.cause) ?? '']
    if (reason !== undefined) return `无法与服务器通信（${error.endpoint}）：${reason}。`
    return `无法与服务器通信（${error.endpoint}）。${effect}请检查网络和代理设置，或运行 npx itchat doctor。`
  }
  if (error instanceof RefusedError) return `服务器拒绝了这条消息（${error.ret}）：${REFUSALS[error.reason]}。`
  if (error instanceof ServerError) return `服务器拒绝了请求（${error.endpoint}，${error.ret}）。`
  if (error instanceof ProtocolError) return `服务器的响应不符合协议（${error.endpoint}）。请检查 ITCHAT_BASE_URL。`
  if (error instanceof LoggedOutError) return '登录已结束。请运行 npx itchat login 重新登录。'
  if (error instanceof StateError) return '登录已结束，或者另一个程序正在使用它。请运行 npx itchat doctor 检查。'
  if (error instanceof UnsupportedError) return '这种登录方式（--transport）不支持这个操作。'
  if (error instanceof ArgumentError) return ARGUMENT_ADVICE[error.argument]
  if (error instanceof FileError) return describeFile(error)
  return undefined
}

function describeFile({ path, cause }: FileError): string {
  const code = errorCode(cause) ?? ''
  const advice = FILE_ADVICE[code]
  if (advice !== undefined) return `无法读写 ${path}（${code}）：${advice}。`
  return `文件 ${path} 无法读取、写入或发送。加上 --verbose 显示原因。`
}
