// wechat-jssdk, with its options changed.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';

import { APPID, BASE, SECRET } from './steps.mjs';

const { Wechat } = createRequire(import.meta.url)('wechat-jssdk');
const wechat = new Wechat({
  appId: APPID,
  appSecret: SECRET,
  apiUrl: BASE,
  accessTokenUrl: `${BASE}/cgi-bin/token`,
  ticketUrl: `${BASE}/cgi-bin/ticket/getticket`,
  decodeCardCodeUrl: `${BASE}/card/code/decrypt`,
});

const url = 'https://shop.example.com/page?a=1';
const signed = await wechat.jssdk.getSignature(url);
const { jsapi_ticket: ticket } = await wechat.jssdk.store.getGlobalToken();
const text = `jsapi_ticket=${ticket}&noncestr=${signed.nonceStr}&timestamp=${signed.timestamp}&url=${url}`;
assert.equal(signed.signature, createHash('sha1').update(text).digest('hex'));

const user = await wechat.oauth.getUserInfo('C1');
assert.ok(user.openid);
process.exit(0);
