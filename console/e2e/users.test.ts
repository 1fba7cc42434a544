// S12: followers that are synchronised in the background, remarks, tags, and who can be answered.
import { expect, test } from 'vitest'
import { accessible, answers, api, cron, eventually, HOSTILE, open, somebody, tabTo, user, wechatCalls, world } from './desk.ts'

const A = 'users'
interface Found { users: { openid: string; remark?: string; tags: number[] }[]; sync: { state: string; done: number; of: number } }
const found = (body: object = {}): Promise<Found> => api<Found>('user/search', { limit: 100, ...body }, { account: A })
const ALICE = 'oSANDBOX000000000000000alice'
async function synced(): Promise<void> {
  await api('user/sync', {}, { account: A })
  await eventually(async () => (await cron(), (await found()).sync.state), 60_000).toBe('done')
}

test('followers are synchronised in the background, and listed', async () => {
  const page = await open(`${A}/users`)
  await page.getByText(/还没有同步|还没有关注者/).first().waitFor()
  await accessible(page)
  await page.locator('.page-header').getByRole('button', { name: '同步' }).click()
  await eventually(async () => (await cron(), (await found()).sync.state), 60_000).toBe('done')
  await page.reload()
  await page.locator('main li', { hasText: 'lice' }).waitFor()
  expect((await found()).users.map(({ openid }) => openid)).toContain(ALICE)
  await accessible(page)
}, 90_000)

test('found by remark, tag and open window; a hostile remark is text', async () => {
  await synced()
  const openid = somebody()
  await user(A, openid, 'event', 'subscribe')
  await user(A, openid, 'say', '在吗')
  await api('user/remark', { openid, remark: HOSTILE.slice(0, 28) }, { account: A })
  const page = await open(`${A}/users`)
  await page.getByLabel('可回复时间').selectOption('open')
  await eventually(() => page.locator('main li').count()).toBeGreaterThan(0)
  await eventually(() => page.locator('main li', { hasText: 'lice' }).count()).toBe(0)
  await page.getByLabel('可回复时间').selectOption('')
  await page.getByLabel('标签', { exact: true }).selectOption({ label: '老顾客' })
  await page.locator('main li', { hasText: 'lice' }).waitFor()
  await page.getByLabel('标签', { exact: true }).selectOption('')
  await page.getByPlaceholder('搜索备注、OpenID').fill('<img')
  await page.keyboard.press('Enter')
  await page.locator('main li b', { hasText: '<img' }).waitFor()
  expect(await page.locator('main img').count()).toBe(0)
  await page.getByPlaceholder('搜索备注、OpenID').fill('没有这个人')
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: '清除筛选' }).click()
  await page.locator('main li', { hasText: 'lice' }).waitFor()
}, 90_000)

test('a remark and tags of one user, and of several', async () => {
  await synced()
  const page = await open(`${A}/users`)
  await page.locator('main li', { hasText: 'lice' }).locator('.name').click()
  await page.getByLabel('备注', { exact: true }).fill('王女士')
  await page.getByRole('dialog').getByRole('button', { name: '保存' }).click()
  await page.getByText('已保存').waitFor()
  expect((await wechatCalls('/cgi-bin/user/info/updateremark')).at(-1)?.body).toContain('王女士')
  await accessible(page)
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: '标签管理' }).click()
  await page.getByLabel('新标签').fill('会员')
  await page.getByRole('dialog').getByRole('button', { name: '添加' }).click()
  await page.getByRole('dialog').locator('li', { hasText: '会员' }).waitFor()
  await accessible(page)
  await page.keyboard.press('Escape')
  const boxes = page.locator('main .choose')
  await boxes.nth(0).check()
  await boxes.nth(1).check()
  await page.getByRole('button', { name: '给 2 人打标签' }).click()
  await page.getByRole('dialog').getByLabel('标签').selectOption({ label: '会员' })
  await page.getByRole('dialog').getByRole('button', { name: '打标签' }).click()
  await page.getByText('已给 2 人打上「会员」').waitFor()
  const { tags } = await api<{ tags: { name: string; count: number }[] }>('tag/list', {}, { account: A })
  expect(tags.find(({ name }) => name === '会员')?.count).toBe(2)
  await page.getByRole('button', { name: '标签管理' }).click()
  const row = page.getByRole('dialog').locator('li', { hasText: '会员' })
  await row.getByRole('button', { name: '编辑' }).click()
  await page.getByRole('dialog').getByLabel('名称').fill('老会员')
  await page.keyboard.press('Enter')
  const renamed = page.getByRole('dialog').locator('li', { hasText: '老会员' })
  await renamed.getByRole('button', { name: '删除' }).click()
  await page.getByText('删除「老会员」？2 人会失去它').waitFor()
  await page.getByRole('dialog').getByRole('button', { name: '删除', exact: true }).last().click()
  await eventually(async () => (await api<{ tags: { name: string }[] }>('tag/list', {}, { account: A })).tags.map(({ name }) => name)).not.toContain('老会员')
}, 90_000)

test('403, 500, 48001, and a viewer only looks', async () => {
  const page = await open(`${A}/users`)
  await page.locator('main li').first().waitFor()
  for (const [status, code, words, more] of [[403, 'forbidden', '当前密钥没有这项权限', {}], [500, 'internal', '服务出错，已记录', {}], [403, 'wechat_error', '48001', { errcode: 48001 }]] as const) {
    await page.unroute('**/api/user/sync?*')
    await answers(page, 'user/sync', status, code, more)
    await page.locator('.page-header').getByRole('button', { name: /同步/ }).click()
    await page.getByRole('alert').getByText(words).waitFor()
  }
  const { key } = await api<{ key: string }>('key/create', { name: '只读', scopes: ['user:read'] }, { account: A })
  const viewer = await open(`${A}/users`, { key })
  await viewer.locator('main li').first().waitFor()
  expect(await viewer.locator('.choose').count()).toBe(0)
  expect(await viewer.getByRole('button', { name: /同步/ }).count()).toBe(0)
})

test('by keyboard, and on a phone in English and dark', async () => {
  const page = await open(`${A}/users`)
  await page.locator('main li').first().waitFor()
  await tabTo(page, 'main li .name')
  await page.keyboard.press('Enter')
  await page.getByRole('dialog').waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  const phone = await open(`${A}/users`, { width: 390, locale: 'en-GB', colorScheme: 'dark' })
  for (const place of ['users', `users/${ALICE}`]) {
    await phone.goto(`${world.url}/console/#/${A}/${place}`)
    await phone.locator(place === 'users' ? 'main li' : 'dialog .person-pane').first().waitFor()
    expect(await phone.evaluate(() => document.documentElement.scrollWidth), place).toBe(390)
    await accessible(phone)
  }
})

test('a page that arrives after another filter was chosen is not added to its list', async () => {
  const page = await open(`${A}/users`)
  await page.route('**/api/user/search?*', async (route) => {
    const { cursor, query } = route.request().postDataJSON() as { cursor?: string; query?: string }
    const one = (openid: string, more: object = {}): object => ({ users: [{ openid, remark: openid, tags: [] }], sync: { state: 'done', done: 1, of: 1 }, ...more })
    if (cursor) await new Promise((resolve) => setTimeout(resolve, 1500))
    await route.fulfill({ json: cursor ? one('late') : query ? one('found') : one('first', { next_cursor: 'more' }) }).catch(() => undefined)
  })
  await page.reload()
  await page.getByRole('button', { name: '加载更多' }).click()
  await page.getByPlaceholder('搜索备注、OpenID').fill('found')
  await page.keyboard.press('Enter')
  await page.locator('main li', { hasText: 'found' }).waitFor()
  await page.waitForResponse(async (response) => (await response.text().catch(() => '')).includes('late'))
  await page.waitForTimeout(200)
  expect(await page.locator('main li').count()).toBe(1)
})
