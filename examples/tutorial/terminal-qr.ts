/** Shows the QR code in the terminal: with half blocks, with two columns per module, and inverted for light backgrounds. */
import itchat from 'itchat/compat'

for (const enableCmdQR of [true, 2, -1]) {
  await itchat.auto_login({ enableCmdQR })
  await itchat.logout()
}
