export function fireAndForgetHook() {}

export function buildCanonicalSentMessageHookContext() {}

export function toPluginMessageContext() {}

export function toPluginMessageSentEvent() {}
