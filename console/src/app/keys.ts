import { ref, watch } from 'vue'

const STORED = 'mp-worker.single_keys'
/** Whether single letters are shortcuts, in this browser. */
export const singleKeys = ref(localStorage.getItem(STORED) !== 'off')
watch(singleKeys, (on) => (on ? localStorage.removeItem(STORED) : localStorage.setItem(STORED, 'off')))
