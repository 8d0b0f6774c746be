type Environment = Readonly<Record<string, string | undefined>>

/** Whether the environment asks for Chinese. */
export function prefersChinese(env: Environment = process.env): boolean {
  return (env.LC_ALL || env.LC_MESSAGES || env.LANG || '').toLowerCase().startsWith('zh')
}

/** Whether a terminal shows more than ASCII. */
export function showsUnicode(env: Environment = process.env): boolean {
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || ''
  return process.platform === 'win32' || process.platform === 'darwin' || /utf-?8/i.test(locale)
}
