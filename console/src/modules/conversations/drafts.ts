import { inTab } from '@/app/storage'

const PREFIX = 'mp-worker.draft.'

/** What was typed for a user and not sent: kept while the tab is open, also over a reload. */
export const drafts = {
  of: (openid: string): string => inTab.getItem(PREFIX + openid) ?? '',
  keep(openid: string, text: string): void {
    if (text === '') inTab.removeItem(PREFIX + openid)
    else inTab.setItem(PREFIX + openid, text)
  },
}
