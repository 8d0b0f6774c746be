type Environment = Readonly<Record<string, string | undefined>>

/**
 * Whether the user prefers Chinese, according to `ITCHAT_LANG` (`zh` or `en`), the locale in the environment or else the
 * system language.
 *
 * @param systemLocale a BCP 47 tag; Windows and macOS do not set an environment variable for their language
 */
export function prefersChinese(env: Environment = process.env, systemLocale?: string): boolean {
  // Asked for only when needed: the first question takes ten milliseconds of the startup time of a program.
  const system = () => systemLocale ?? Intl.DateTimeFormat().resolvedOptions().locale
  return (env.ITCHAT_LANG || env.LC_ALL || env.LC_MESSAGES || env.LANG || system()).toLowerCase().startsWith('zh')
}

/** Whether the terminal can display Unicode. */
export function showsUnicode(env: Environment = process.env): boolean {
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || ''
  return process.platform === 'win32' || process.platform === 'darwin' || /utf-?8/i.test(locale)
}
