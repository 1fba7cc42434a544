const PREFIX = 'mp-worker.draft.'

/** What was typed for a user and not sent: kept while the tab is open, also over a reload. */
export const drafts = {
  of: (openid: string): string => sessionStorage.getItem(PREFIX + openid) ?? '',
  keep(openid: string, text: string): void {
    if (text === '') sessionStorage.removeItem(PREFIX + openid)
    else sessionStorage.setItem(PREFIX + openid, text)
  },
}
