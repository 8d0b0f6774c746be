/** Shows the QR code in the terminal: half blocks, two columns per module, and inverted for a light background. */
import itchat from 'itchat/compat'

for (const enableCmdQR of [true, 2, -1]) {
  await itchat.auto_login({ enableCmdQR })
  await itchat.logout()
}
