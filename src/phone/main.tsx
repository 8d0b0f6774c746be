import { render } from 'preact'
import { App } from './app.js'
import { startClient } from './client.js'
import { RetryContext } from './frame/retry-context.js'
import { blockStrayDrops } from './frame/stray-files.js'
import './css/tokens.css'
import './css/base.css'
import './css/controls.css'
import './css/avatar.css'
import './css/frame.css'
import './css/login.css'
import './css/phone.css'
import './css/login-narrow.css'
import './css/list.css'
import './css/chat.css'
import './css/compose.css'
import './css/message.css'
import './css/kinds.css'
import './css/cards.css'
import './css/viewer.css'
import './css/kind-menu.css'
import './css/people.css'
import './css/faults.css'
import './css/halves.css'
import './css/clawbot.css'

const connection = startClient()
blockStrayDrops()

render(
  <RetryContext.Provider value={connection.retryNow}>
    <App />
  </RetryContext.Provider>,
  document.getElementById('page') ?? document.body,
)
