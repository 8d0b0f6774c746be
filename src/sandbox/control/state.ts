import type { Core } from '../core.js'
import { clawbotView } from '../ilink/view.js'
import { chatViews, loginView, personView } from '../views/views.js'
import type { StateView } from './view.js'

/** The state that the page loads first. */
export function stateView(core: Core): StateView {
  return {
    worldId: core.worldId,
    eventId: core.feed.lastId,
    accounts: core.shared.views,
    owner: core.world.owner.id,
    clawbot: clawbotView(core.ilink, core.url),
    login: loginView(core.logins, core.sessions, core.url),
    people: [...core.world.people.values()].map(personView),
    chats: chatViews(core.world),
    requests: core.traffic.requests.slice(-50).map((request) => ({ ...request })),
    warnings: core.conformance.warnings,
    refused: core.refused.views,
    faults: core.faults.views,
    recording: core.recordings.view,
  }
}
