/** The QR in the terminal: half-blocks, two columns a module, and inverted for terminals with a light background. */
import itchat from 'itchat/compat'

for (const enableCmdQR of [true, 2, -1]) {
  await itchat.auto_login({ enableCmdQR })
  await itchat.logout()
}
