import { afterEach, describe, expect, test, vi } from 'vitest'
import { ArgumentError, ProtocolError } from '../../errors.js'
import { hostsAfterLogin, hostsBeforeLogin, loginOrigin } from './hosts.js'

const REAL = 'https://login.weixin.qq.com'
const PATH = '/cgi-bin/mmwebwx-bin/webwxnewloginpage?ticket=x'

describe('with the real service', () => {
  // The rows of docs/protocol.md §2.2, with examples for each "any other" row.
  test.each([
    ['wx2.qq.com', 'wx2.qq.com'],
    ['wx8.qq.com', 'wx8.qq.com'],
    ['wx.qq.com', 'wx.qq.com'],
    ['wx7.qq.com', 'wx.qq.com'],
    ['qq.com', 'wx.qq.com'],
    ['a.b.qq.com', 'wx.qq.com'],
    ['web2.wechat.com', 'web2.wechat.com'],
    ['web.wechat.com', 'web.wechat.com'],
    ['web9.wechat.com', 'web.wechat.com'],
  ])('derives the hosts for %s from %s', (base, others) => {
    expect(hostsAfterLogin(REAL, new URL(`https://${base}${PATH}`))).toEqual({
      base: `https://${base}`,
      file: `https://file.${others}`,
      push: `https://webpush.${others}`,
      login: `https://login.${others}`,
    })
  })

  test.each([
    'https://evilqq.com',
    'https://qq.com.evil.com',
    'https://evilwechat.com',
    'https://web.wechat.com.evil.com',
    'https://wx.qq.com@evil.com',
    'https://evil.com/wx.qq.com',
    'https://127.0.0.1',
    'http://wx.qq.com',
    'ftp://wx.qq.com',
    'https://wx.qq.com:8443',
    'https://wx.qq.com:80',
  ])('rejects %s', (origin) => {
    const redirect = new URL(origin)
    redirect.pathname += PATH
    expect(() => hostsAfterLogin(REAL, redirect)).toThrow(ProtocolError)
    expect(() => hostsAfterLogin(REAL, redirect)).toThrow('No request was sent to that host')
  })

  test('accepts an explicit default port', () => {
    expect(hostsAfterLogin(REAL, new URL(`https://wx.qq.com:443${PATH}`)).base).toBe('https://wx.qq.com')
  })
})

describe('with a configured server', () => {
  test('uses its own origin for every role', () => {
    const own = 'http://127.0.0.1:8078'
    const hosts = { login: own, base: own, file: own, push: own }
    expect(hostsBeforeLogin(own)).toEqual(hosts)
    expect(hostsAfterLogin(own, new URL(own + PATH))).toEqual(hosts)
    // Behind a TLS-terminating proxy, the server redirects to http.
    const tls = 'https://bots.example:8443'
    expect(hostsAfterLogin(tls, new URL(`http://bots.example:8443${PATH}`))).toEqual(hostsBeforeLogin(tls))
  })

  test.each([
    'http://127.0.0.1:8079',
    'http://127.0.0.1',
    'http://localhost:8078',
    'https://wx.qq.com',
    'http://127.0.0.1.evil.com:8078',
  ])('rejects %s', (origin) => {
    expect(() => hostsAfterLogin('http://127.0.0.1:8078', new URL(origin + PATH))).toThrow(ProtocolError)
  })

  test('does not treat a look-alike domain as a WeChat host', () => {
    const own = 'http://evilqq.com'
    expect(hostsAfterLogin(own, new URL(own + PATH))).toEqual(hostsBeforeLogin(own))
    expect(() => hostsAfterLogin(own, new URL(`https://wx.qq.com${PATH}`))).toThrow(ProtocolError)
  })
})

describe('loginOrigin', () => {
  afterEach(() => vi.unstubAllEnvs())

  test('prefers the option, then the environment variable, then the real service', () => {
    vi.stubEnv('ITCHAT_BASE_URL', '')
    expect(loginOrigin(undefined)).toBe('https://login.weixin.qq.com')
    vi.stubEnv('ITCHAT_BASE_URL', 'http://127.0.0.1:1')
    expect(loginOrigin(undefined)).toBe('http://127.0.0.1:1')
    expect(loginOrigin('http://127.0.0.1:2/any/path?x')).toBe('http://127.0.0.1:2')
  })

  test.each(['', ' ', 'ftp://127.0.0.1', '127.0.0.1:8078', '//x'])('rejects baseUrl %j', (baseUrl) => {
    vi.stubEnv('ITCHAT_BASE_URL', 'http://127.0.0.1:1')
    expect(() => loginOrigin(baseUrl)).toThrow(ArgumentError)
  })
})
