import { render } from 'preact'
import { App } from './app.js'
import { startClient } from './client.js'
import { RetryContext } from './frame/retry-context.js'
import { blockStrayDrops } from './frame/stray-files.js'
import { restoreInspector } from './inspector/remembered.js'
import { restoreWidth } from './inspector/resize-handle.js'
import './css/tokens.css'
import './css/base.css'
import './css/controls.css'
import './css/avatar.css'
import './css/copy.css'
import './css/frame.css'
import './css/accounts.css'
import './css/login.css'
import './css/phone.css'
import './css/login-narrow.css'
import './css/list.css'
import './css/chat.css'
import './css/search.css'
import './css/compose.css'
import './css/message.css'
import './css/kinds.css'
import './css/cards.css'
import './css/viewer.css'
import './css/kind-menu.css'
import './css/people.css'
import './css/faults.css'
import './css/faults-narrow.css'
import './css/details.css'
import './css/halves.css'
import './css/recording.css'
import './css/clawbot.css'
import './css/inspector.css'
import './css/inspector-filters.css'
import './css/inspector-details.css'

const connection = startClient()
blockStrayDrops()
restoreWidth()
restoreInspector()

render(
  <RetryContext.Provider value={connection.retryNow}>
    <App />
  </RetryContext.Provider>,
  document.getElementById('page') ?? document.body,
)
