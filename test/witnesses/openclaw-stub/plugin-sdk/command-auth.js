export function resolveSenderCommandAuthorizationWithRuntime() {
  return { senderAllowedForCommands: true, commandAuthorized: true }
}

export function resolveDirectDmAuthorizationOutcome() {
  return 'allowed'
}
