type Environment = Readonly<Record<string, string | undefined>>

/**
 * Whether a reader prefers Chinese: by the locale of the environment, else by the language of the system.
 *
 * @param systemLocale a BCP 47 tag; Windows and macOS set no variable for their language
 */
export function prefersChinese(
  env: Environment = process.env,
  systemLocale: string = Intl.DateTimeFormat().resolvedOptions().locale,
): boolean {
  return (env.LC_ALL || env.LC_MESSAGES || env.LANG || systemLocale).toLowerCase().startsWith('zh')
}

/** Whether a terminal shows more than ASCII. */
export function showsUnicode(env: Environment = process.env): boolean {
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || ''
  return process.platform === 'win32' || process.platform === 'darwin' || /utf-?8/i.test(locale)
}
