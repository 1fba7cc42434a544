import { ref } from 'vue'

/** Whether WeChat lets the account send customer-service messages, learned from its answers (48001). */
export const maySend = ref(true)
