import { describe, expect, test, vi } from 'vitest'
import { ArgumentError, ProtocolError } from '../../errors.js'
import { hostsOf, trustedUrl } from './hosts.js'

const REAL = { login: 'https://ilinkai.weixin.qq.com' }
const LOCAL = { login: 'http://127.0.0.1:8078' }

test('without a configured server, the hosts are those of the real service', () => {
  vi.stubEnv('ITCHAT_BASE_URL', '')
  expect(hostsOf(undefined)).toEqual({
    login: 'https://ilinkai.weixin.qq.com',
    cdn: 'https://novac2c.cdn.weixin.qq.com/c2c',
  })
})

test('a configured server serves media as well', () => {
  expect(hostsOf('http://127.0.0.1:8078/')).toEqual({ login: LOCAL.login, cdn: 'http://127.0.0.1:8078/c2c' })
})

test.each(['', 'ftp://127.0.0.1', 'ilink'])('the base URL %j is an ArgumentError', (baseUrl) => {
  expect(() => hostsOf(baseUrl)).toThrow(ArgumentError)
})

describe('addresses named by the real service', () => {
  test.each([
    ['https://ilinkai.wechat.com', 'https://ilinkai.wechat.com'],
    ['ilinkai2.weixin.qq.com', 'https://ilinkai2.weixin.qq.com'],
    ['https://novac2c.cdn.weixin.qq.com/c2c/download?taskid=1', 'https://novac2c.cdn.weixin.qq.com'],
  ])('%s is trusted', (address, origin) => {
    expect(trustedUrl(REAL, address, 'getupdates').origin).toBe(origin)
  })

  test.each([
    'http://ilinkai.weixin.qq.com',
    'https://ilinkai.weixin.qq.com:8443',
    'https://weixin.qq.com.evil.example',
    'https://evilqq.com',
    'evilwechat.com',
    'https://user:secret@ilinkai.weixin.qq.com',
    'https://169.254.169.254/latest',
    'file:///etc/passwd',
    'javascript://ilinkai.weixin.qq.com/%0aalert(1)',
    '//evil.example',
    '',
    ' ',
  ])('%j is refused', (address) => {
    expect(() => trustedUrl(REAL, address, 'getupdates')).toThrow(ProtocolError)
  })
})

describe('addresses named by a configured server', () => {
  test.each([
    ['127.0.0.1:9000', 'http://127.0.0.1:9000'],
    ['http://127.0.0.1:9000/c2c', 'http://127.0.0.1:9000'],
  ])('%s is trusted: its host name with any port', (address, origin) => {
    expect(trustedUrl(LOCAL, address, 'getupdates').origin).toBe(origin)
  })

  test.each(['https://127.0.0.1:9000', 'http://localhost:8078', 'https://ilinkai.weixin.qq.com'])(
    '%s is refused',
    (address) => {
      expect(() => trustedUrl(LOCAL, address, 'getupdates')).toThrow(ProtocolError)
    },
  )
})
