/** Runs a second account in the same program. */
import itchat, { TEXT } from 'itchat/compat'

const newInstance = itchat.new_instance()
await newInstance.auto_login({ hotReload: true, statusStorageDir: 'newInstance.pkl' })

newInstance.msg_register(TEXT, (msg) => {
  return msg.text
})

await newInstance.run()
