import { ref, watch } from 'vue'
import { inBrowser } from './storage'

const STORED = 'mp-worker.single_keys'
/** Whether single letters are shortcuts, in this browser. */
export const singleKeys = ref(inBrowser.getItem(STORED) !== 'off')
watch(singleKeys, (on) => (on ? inBrowser.removeItem(STORED) : inBrowser.setItem(STORED, 'off')))
