// Constants and steps that the Node.js clients share.

import assert from 'node:assert/strict';

export const { BASE, SANDBOX, APPID, SECRET, OPENID, TEMPLATE, FILE } = process.env;

export const MENU = { button: [{ type: 'click', name: '帮助', key: 'HELP' }] };

export const TEMPLATE_DATA = {
  character_string1: { value: 'A1' },
  thing2: { value: '茶' },
  amount3: { value: '￥12' },
  time4: { value: '2026年11月22日 10:00' },
};

/** Replaces the real token, as if it had been renewed elsewhere. */
export async function replaceTokens() {
  const response = await fetch(`${SANDBOX}/sandbox/replace-tokens`, { method: 'POST' });
  assert.equal(response.status, 200);
}

/** Makes a stale gateway credential. */
export function wornOut(token) {
  return token.slice(0, -1) + (token.endsWith('A') ? 'B' : 'A');
}
