import { expect, test } from 'vitest'

test('the public exports of each door', async () => {
  expect(Object.keys(await import('itchat')).sort()).toEqual([
    'ATTACHMENT',
    'ArgumentError',
    'CARD',
    'Chatroom',
    'ChatroomMember',
    'DirectiveError',
    'FRIENDS',
    'FileError',
    'INCOME_MSG',
    'Itchat',
    'ItchatError',
    'LoggedOutError',
    'LoginError',
    'MAP',
    'MassivePlatform',
    'NOTE',
    'NetworkError',
    'PICTURE',
    'ProtocolError',
    'RECORDING',
    'SHARING',
    'SYSTEM',
    'ServerError',
    'StateError',
    'TEXT',
    'UNKNOWN',
    'UnsupportedError',
    'User',
    'VIDEO',
    'VOICE',
    'default',
  ])
  expect(Object.keys(await import('itchat/sandbox')).sort()).toEqual([
    'DEFAULT_PORT',
    'DEFAULT_WORLD',
    'PortInUseError',
    'SandboxError',
    'startSandbox',
  ])
})
