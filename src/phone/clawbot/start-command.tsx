/** The command that starts a program with the iLink transport against this sandbox. */
export function StartCommand() {
  return <code class="start-command">{`ITCHAT_TRANSPORT=ilink ITCHAT_BASE_URL=${location.origin} node bot.js`}</code>
}
