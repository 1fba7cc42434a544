import assert from 'node:assert/strict'
import { test } from 'node:test'

import { parseAppId, parseAppSecret, parseDomain, parseName, parsePlan, variablesOf } from '../src/answers.js'

test('a domain may be pasted with its scheme, a path, capitals or Chinese letters', () => {
  assert.equal(parseDomain(' https://WX.Example.com/callback '), 'wx.example.com')
  assert.equal(parseDomain('wx.例子.中国'), 'wx.xn--fsqu00a.xn--fiqs8s')
  assert.equal(parseDomain('wx.example.com.'), 'wx.example.com')
})

test('what is no domain of the operator is invalid', () => {
  const invalid = [
    '', 'localhost', '192.0.2.1', '[::1]', 'mp.workers.dev', 'workers.dev', 'a..example.com', '-a.example.com',
    'user@example.com', 'example.com:8443', 'ex"ample.com', 'example.com", "x": "', 'a b.example.com', '../../etc.passwd',
    'wx.example.com\nevil.example.com', 'wx.\u0000example.com', `${'a'.repeat(64)}.example.com`, `${'a.'.repeat(130)}com`,
    '*.example.com', '$(id).example.com', '127.1',
  ]
  for (const text of invalid) assert.equal(parseDomain(text), undefined, JSON.stringify(text))
})

test('a name is a label of a host name', () => {
  assert.equal(parseName(' MP-Worker '), 'mp-worker')
  for (const text of ['', '-a', 'a-', 'a_b', 'a.b', '../a', 'a b', '公众号', 'a'.repeat(55)]) {
    assert.equal(parseName(text), undefined, text)
  }
})

test('credentials have the form of WeChat', () => {
  assert.equal(parseAppId(' wx0123456789abcdef\n'), 'wx0123456789abcdef')
  assert.equal(parseAppId('wx0123'), undefined)
  assert.equal(parseAppId('gh_0123456789abcdef'), undefined)
  assert.equal(parseAppSecret(' 0123456789abcdef0123456789abcdef '), '0123456789abcdef0123456789abcdef')
  assert.equal(parseAppSecret('0123456789abcdef0123456789abcde$'), undefined)
})

test("the plan decides the worker's limits", () => {
  assert.deepEqual(variablesOf('free'), { PLAN: 'free', DATABASE_LIMIT_MB: '500' })
  assert.deepEqual(variablesOf('paid'), { PLAN: 'paid', DATABASE_LIMIT_MB: '10000' })
  assert.equal(parsePlan(' Paid '), 'paid')
  assert.equal(parsePlan('enterprise'), undefined)
})
