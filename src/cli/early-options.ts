/**
 * Reads the options that affect help and error messages, before the command line is parsed, and passes them on to the
 * rest of the program and its children through the environment. Invalid values are reported by the parser.
 */
export function readEarlyOptions(args: readonly string[]): { isVerbose: boolean } {
  const options = args.slice(0, args.includes('--') ? args.indexOf('--') : undefined)
  const language = options.flatMap((option, index) =>
    option === '--lang' ? [options[index + 1]] : option.startsWith('--lang=') ? [option.slice('--lang='.length)] : [],
  )[0]
  if (language === 'zh' || language === 'en') process.env.ITCHAT_LANG = language
  if (options.includes('--no-color')) process.env.NO_COLOR = '1'
  return { isVerbose: options.includes('--verbose') }
}
