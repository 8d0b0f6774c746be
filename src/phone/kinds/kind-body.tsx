import { CLAWBOT, type MessageView } from '../../sandbox/control/view.js'
import { RichText } from '../parts/rich-text.js'
import { ChannelBody } from './channel-body.js'
import { FileBody } from './file-body.js'
import { HistoryBody } from './history-body.js'
import { LinkBody } from './link-body.js'
import { LocationBody } from './location-body.js'
import { MiniBody } from './mini-body.js'
import { PacketBody, TransferBody } from './money-body.js'
import { MusicBody } from './music-body.js'
import { CardBody, RequestBody } from './person-body.js'
import { PictureBody } from './picture-body.js'
import { QuoteBody } from './quote-body.js'
import { RawBody } from './raw-body.js'
import { StickerBody } from './sticker-body.js'
import { VoiceBody } from './voice-body.js'

interface Props {
  message: MessageView
  own: boolean
  /** Names that can be mentioned in the chat. */
  names: readonly string[]
  /** The speaker's name. */
  name: string
  /** Whether this is a voice message that has not been played on this page. */
  unplayed: boolean
}

/** The body of a message of any kind. */
export function KindBody({ message, own, names, name, unplayed }: Props) {
  switch (message.kind) {
    case 'text':
    case 'note':
      return (
        <div class="bubble">
          <RichText text={message.content.text} names={names} />
        </div>
      )
    case 'image':
    case 'video':
      return (
        <PictureBody
          kind={message.kind}
          media={message.content.media}
          title={name}
          isBroken={message.isBroken === true}
        />
      )
    case 'voice':
      return <VoiceBody id={message.id} content={message.content} fresh={unplayed} />
    case 'sticker':
      return <StickerBody content={message.content} />
    case 'file':
      return <FileBody media={message.content.media} isBroken={message.isBroken === true} />
    case 'location':
      return <LocationBody content={message.content} />
    case 'card':
      return <CardBody content={message.content} />
    case 'link':
      return <LinkBody content={message.content} />
    case 'music':
      return <MusicBody content={message.content} />
    case 'miniProgram':
      return <MiniBody content={message.content} />
    case 'redPacket':
      return <PacketBody content={message.content} />
    case 'transfer':
      return <TransferBody content={message.content} own={own} />
    case 'quote':
      return <QuoteBody chatId={message.chatId} content={message.content} names={names} />
    case 'friendRequest':
      return <RequestBody speaker={message.speaker} content={message.content} />
    case 'chatHistory':
      return <HistoryBody content={message.content} />
    case 'channelVideo':
      return <ChannelBody content={message.content} />
    case 'unknown':
      return <RawBody content={message.content} isItem={message.chatId === CLAWBOT} />
  }
}
