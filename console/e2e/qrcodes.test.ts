// S11: named scenes, drawn in the browser, printed, scanned, and the rules that answer.
import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { accessible, answers, api, eventually, HOSTILE, open, somebody, tabTo, user, wechatCalls, world } from './desk.ts'

const A = 'qrcodes'
interface Code { scene: string; name?: string; url?: string; expires_at?: number; scans: number; followed: number }
const listed = async (): Promise<Code[]> => (await api<{ codes: Code[] }>('qrcode/list', {}, { account: A })).codes

// The figures of the open hours are counted once in five minutes, so this is the first look at them.
test('how many people scanned a code, and how many of them followed', async () => {
  await api('qrcode/create', { scene_str: 'canting', name: '餐厅' }, { account: A })
  await user(A, somebody(), 'event', 'SCAN', '--key', 'canting')
  await user(A, somebody(), 'event', 'subscribe', '--key', 'qrscene_canting')
  const page = await open(`${A}/qrcodes`)
  await page.locator('main li', { hasText: '餐厅' }).getByText('扫码 2 · 新关注 1').waitFor()
  expect((await listed()).find(({ scene }) => scene === 'canting')).toMatchObject({ scans: 2, followed: 1 })
})

test('a code is made, drawn, saved as a file, and scanned', async () => {
  const page = await open(`${A}/qrcodes`)
  await page.locator('main li', { hasText: '餐厅' }).waitFor()
  await accessible(page)
  await page.getByRole('button', { name: '新建' }).first().click()
  await page.getByRole('dialog').getByRole('button', { name: '新建' }).click()
  await page.getByRole('dialog').getByText('不能为空').waitFor()
  await page.getByLabel('名称').fill('西湖店')
  await page.getByLabel('场景值').fill('xihu')
  await accessible(page)
  await page.getByRole('dialog').getByRole('button', { name: '新建' }).click()
  const dialog = page.getByRole('dialog', { name: '西湖店' })
  await dialog.getByRole('img', { name: '「西湖店」的二维码' }).waitFor()
  await accessible(page)
  expect((await wechatCalls('/cgi-bin/qrcode/create')).at(-1)?.body).toContain('"scene_str":"xihu"')
  const downloading = page.waitForEvent('download')
  await dialog.getByRole('button', { name: '下载 SVG' }).click()
  const file = await downloading
  expect(file.suggestedFilename()).toBe('西湖店.svg')
  expect(await readFile(await file.path(), 'utf8')).toMatch(/^<svg /)
  await dialog.getByRole('link', { name: '添加规则' }).first().click()
  await page.getByLabel('场景值').waitFor()
  expect(await page.getByLabel('场景值').inputValue()).toBe('xihu')
  expect(await page.getByLabel('名称').inputValue()).toBe('西湖店')
  await page.getByLabel('文字', { exact: true }).fill('西湖店欢迎你')
  await page.keyboard.press('Control+s')
  await page.getByText('已保存').waitFor()
  await eventually(() => user(A, somebody(), 'event', 'SCAN', '--key', 'xihu'), 70_000).toContain('西湖店欢迎你')
  await page.goto(`${world.url}/console/#/${A}/qrcodes`)
  await page.locator('main li', { hasText: '西湖店' }).waitFor()
}, 120_000)

test('the reply to those who follow by a code goes before the reply to all who follow', async () => {
  const reply = { msgtype: 'text', text: { content: '谢谢关注' } }
  await api('rule/import', { append: false, rules: [{ name: '关注回复', when: { follow: {} }, reply }] }, { account: A })
  await api('qrcode/create', { scene_str: 'haibao', name: '海报' }, { account: A })
  const page = await open(`${A}/qrcodes/haibao`)
  await page.getByRole('dialog').getByRole('link', { name: '添加规则' }).last().click()
  await page.getByLabel('文字', { exact: true }).fill('从海报来的')
  await page.keyboard.press('Control+s')
  await page.getByText('已保存', { exact: true }).waitFor()
  expect((await api<{ rules: { name: string }[] }>('rule/list', {}, { account: A })).rules.map(({ name }) => name)).toEqual(['海报', '关注回复'])
})

test('a temporary code, a number, another name, and a hostile one as text', async () => {
  const page = await open(`${A}/qrcodes`)
  await page.getByRole('button', { name: '新建' }).first().click()
  await page.getByLabel('名称').fill(HOSTILE.slice(0, 60))
  await page.getByLabel('场景值').fill('42')
  await page.getByRole('dialog').getByText('临时', { exact: true }).click()
  await page.getByLabel('有效', { exact: true }).fill('3')
  await page.getByRole('dialog').getByRole('button', { name: '新建' }).click()
  await page.getByRole('dialog').getByText('剩 3 天').or(page.getByRole('dialog').getByText('剩 2 天')).first().waitFor()
  expect(JSON.parse((await wechatCalls('/cgi-bin/qrcode/create')).at(-1)?.body ?? '')).toMatchObject({ action_name: 'QR_SCENE', expire_seconds: 259_200, action_info: { scene: { scene_id: 42 } } })
  expect(await page.locator('main li img').count()).toBe(0)
  await page.getByRole('dialog').getByLabel('名称').fill('海报')
  await page.getByRole('dialog').getByRole('button', { name: '保存' }).click()
  await eventually(async () => (await listed()).find(({ scene }) => scene === '42')?.name).toBe('海报')
})

test('a sheet for the printer', async () => {
  for (const n of [1, 2, 3, 4, 5]) await api('qrcode/create', { scene_str: `print${n}`, name: `打印${n}` }, { account: A })
  const page = await open(`${A}/qrcodes`)
  for (const n of [1, 2, 3, 4, 5]) await page.getByRole('checkbox', { name: `选择「打印${n}」` }).check()
  await page.getByRole('button', { name: '打印 5 个' }).click()
  await page.getByText('2 页 A4').waitFor()
  await accessible(page)
  await page.emulateMedia({ media: 'print' })
  expect(await page.locator('.side').isVisible()).toBe(false)
  expect(await page.locator('.sheet').count()).toBe(2)
  await page.emulateMedia({ media: 'screen' })
  await page.locator('.options label', { hasText: '9' }).click()
  await page.getByText('1 页 A4').waitFor()
})

test('403, 500, 48001, read-only', async () => {
  const page = await open(`${A}/qrcodes`)
  await page.getByRole('button', { name: '新建' }).first().click()
  await page.getByLabel('名称').fill('不成')
  await page.getByLabel('场景值').fill('no')
  for (const [status, code, words, more] of [[403, 'forbidden', '当前密钥没有这项权限', {}], [500, 'internal', '服务出错，已记录', {}], [403, 'wechat_error', '48001', { errcode: 48001 }]] as const) {
    await page.unroute('**/api/qrcode/create?*')
    await answers(page, 'qrcode/create', status, code, more)
    await page.getByRole('dialog').getByRole('button', { name: '新建' }).click()
    await page.getByRole('alert').getByText(words).waitFor()
  }
  expect(await page.getByLabel('名称').inputValue()).toBe('不成')
  const { key } = await api<{ key: string }>('key/create', { name: '只读', scopes: ['qrcode:read'] }, { account: A })
  const viewer = await open(`${A}/qrcodes`, { key })
  await viewer.getByText('只读').first().waitFor()
  expect(await viewer.getByRole('button', { name: '新建' }).count()).toBe(0)
})

test('by keyboard, and on a phone in English and dark', async () => {
  await api('qrcode/create', { scene_str: 'keyboard', name: 'keyboard' }, { account: A })
  const page = await open(`${A}/qrcodes`)
  await page.locator('main li').first().waitFor()
  await tabTo(page, 'main li .name')
  await page.keyboard.press('Enter')
  await page.getByRole('dialog').waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  const phone = await open(`${A}/qrcodes`, { width: 390, locale: 'en-GB', colorScheme: 'dark' })
  for (const place of ['qrcodes', 'qrcodes/keyboard']) {
    await phone.goto(`${world.url}/console/#/${A}/${place}`)
    await phone.locator(place === 'qrcodes' ? 'main li' : 'dialog img').first().waitFor()
    expect(await phone.evaluate(() => document.documentElement.scrollWidth), place).toBe(390)
    await accessible(phone)
  }
})

test('a scene that another code has is said before that is replaced; too long a time too', async () => {
  await api('qrcode/create', { scene_str: 'twice', name: '第一个' }, { account: A })
  const page = await open(`${A}/qrcodes`)
  await page.getByRole('button', { name: '新建' }).first().click()
  await page.getByLabel('场景值').fill('twice')
  await page.getByText('「第一个」的场景值相同').waitFor()
  await accessible(page)
  await page.getByLabel('场景值').fill('店'.repeat(65))
  await page.getByLabel('名称').fill('临时')
  await page.getByRole('dialog').getByRole('button', { name: '新建' }).click()
  await page.getByText('最多 64 个字符').waitFor()
  await page.getByLabel('场景值').fill('temporary')
  await page.getByRole('dialog').locator('.segmented label').nth(1).click()
  await page.getByRole('dialog').locator('input[type="number"]').fill('31')
  await page.getByText('要在 1 到 30 之间').waitFor()
})
