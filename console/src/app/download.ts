import { t } from '@/locales'
import { notify } from './notices'

/** WeChat's own browser does not save files that a page makes. */
const inWechat = (): boolean => /MicroMessenger/i.test(navigator.userAgent)

/** Saves a file. Where the browser cannot, text is copied, and a picture is for the caller to show. */
export async function download(name: string, content: Blob | string, type = 'text/csv'): Promise<void> {
  if (inWechat() && typeof content === 'string') {
    await navigator.clipboard.writeText(content).then(() => notify(t('download.copied')), () => notify(t('download.elsewhere')))
    return
  }
  const link = document.createElement('a')
  link.href = URL.createObjectURL(typeof content === 'string' ? new Blob([content], { type }) : content)
  link.download = name
  link.click()
  // Safari begins to read it only after the click.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}
