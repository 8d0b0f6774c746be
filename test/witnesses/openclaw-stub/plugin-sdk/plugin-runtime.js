/** Without a hook runner the plugin skips its hooks. */
export function getGlobalHookRunner() {
  return undefined
}
