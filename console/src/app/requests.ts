import { ref } from 'vue'
import { whenSent } from '@/api/call'
import { inBrowser } from './storage'

const NAME = 'requests'
/** Cloudflare counts by days of UTC. */
const today = (): string => new Date().toISOString().slice(0, 10)

function counted(): number {
  const [day, count] = (inBrowser.getItem(NAME) ?? '').split(' ')
  return day === today() ? Number(count) || 0 : 0
}

/** Number of requests that this browser has sent to the worker today. */
export const requestsToday = ref(counted())

export function countRequests(): void {
  whenSent(() => {
    // Other tabs count too.
    requestsToday.value = counted() + 1
    inBrowser.setItem(NAME, `${today()} ${requestsToday.value}`)
  })
}
