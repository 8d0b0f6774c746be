/** Sends a file. */
import itchat from 'itchat/compat'

await itchat.auto_login()
await itchat.send_file('/tmp/test.txt')
await itchat.close()
