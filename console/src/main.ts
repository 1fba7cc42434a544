import { createApp } from 'vue'
import App from './app/App.vue'
import { startClock } from './app/clock'
import { startPolling } from './app/polling'
import { countRequests } from './app/requests'
import { startRouter } from './app/router'
import { startTheme } from './app/theme'
import { startLanguage } from './locales'
import './ui/tokens.css'
import './ui/base.css'

startTheme()
startClock()
countRequests()
startPolling()
await startLanguage()
startRouter()
createApp(App).mount('#app')
