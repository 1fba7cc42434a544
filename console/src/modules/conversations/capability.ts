import { computed, ref } from 'vue'
import { perAccount } from '@/api/call'
import type { Failure } from '@/api/failure'
import { overview } from '@/app/overview'

const UNAUTHORIZED_API = 48001
/** What this page has seen since the worker said how it is. */
const seen = ref<'refused' | 'to try'>()
perAccount(() => (seen.value = undefined))

/** Whether WeChat lets the account send customer-service messages, as its answers have shown. */
export const maySend = computed(() => (seen.value === undefined ? overview.value?.capabilities.customer_service.state !== 'no' : seen.value === 'to try'))

/** Learns from a send that failed. */
export function learn(failure: Failure): void {
  if (failure.errcode === UNAUTHORIZED_API) seen.value = 'refused'
}

/** Lets the next send find out: the account may have been verified since. */
export function tryAgain(): void {
  seen.value = 'to try'
}
