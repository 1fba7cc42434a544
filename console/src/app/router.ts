import { reactive, readonly } from 'vue'

/** Where the page is: `#/{account}/{screen}[/{id}[/{sub}]][?filters]`. */
export interface Place {
  account: string
  screen: string
  id: string
  query: Record<string, string>
}

const SIGN_IN = 'sign-in'
const current = reactive<Place>({ account: '', screen: '', id: '', query: {} })
export const place = readonly(current)

/** Asks whether the page may be left; set by forms with unsaved changes. */
let guard: (() => Promise<boolean>) | undefined
let shown = ''

export function parsePlace(hash: string): Place {
  const [path = '', search = ''] = hash.replace(/^#?\/?/, '').split('?')
  const [account = '', screen = '', ...rest] = path.split('/').map(decode)
  const query = Object.fromEntries(new URLSearchParams(search))
  return account === SIGN_IN ? { account: '', screen: SIGN_IN, id: '', query } : { account, screen, id: rest.join('/'), query }
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

export function hashOf(to: Partial<Place>): string {
  const { account, screen, id, query } = { account: current.account, id: '', query: {}, screen: current.screen, ...to }
  const path = screen === SIGN_IN ? [SIGN_IN] : [account, screen, ...(id === '' ? [] : id.split('/'))]
  const search = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== '')).toString()
  return `#/${path.map(encodeURIComponent).join('/')}${search && `?${search}`}`
}

/** Goes to a place of the same account; with `replace`, Back skips the present one. */
export function go(to: Partial<Place>, replace = false): void {
  const hash = hashOf(to)
  if (hash === location.hash) return
  if (replace) {
    history.replaceState(null, '', hash)
    follow()
  } else {
    location.hash = hash
  }
}

/** While a form has unsaved changes, `mayLeave` is asked before another place is shown. */
export function guardLeaving(mayLeave: (() => Promise<boolean>) | undefined): void {
  guard = mayLeave
}

export const hasGuard = (): boolean => guard !== undefined

function follow(): void {
  if (location.hash === shown) return
  if (guard) {
    const wanted = location.hash
    history.pushState(null, '', shown)
    void guard().then((leaves) => {
      if (!leaves) return
      guard = undefined
      location.hash = wanted
    })
    return
  }
  shown = location.hash
  Object.assign(current, parsePlace(location.hash))
}

export function startRouter(): void {
  addEventListener('hashchange', follow)
  addEventListener('popstate', follow)
  addEventListener('beforeunload', (event) => {
    if (guard) event.preventDefault()
  })
  follow()
}
