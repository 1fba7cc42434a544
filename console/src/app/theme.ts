import { ref, watchEffect } from 'vue'
import { inBrowser } from './storage'

export type Theme = 'system' | 'light' | 'dark'
const STORED = 'mp-worker.theme'
const dark = matchMedia('(prefers-color-scheme: dark)')
const systemIsDark = ref(dark.matches)

function stored(): Theme {
  const value = inBrowser.getItem(STORED)
  return value === 'light' || value === 'dark' ? value : 'system'
}

export const theme = ref<Theme>(stored())

export function startTheme(): void {
  dark.addEventListener('change', () => (systemIsDark.value = dark.matches))
  watchEffect(() => {
    document.documentElement.dataset['theme'] = theme.value === 'system' ? (systemIsDark.value ? 'dark' : 'light') : theme.value
    if (theme.value === 'system') inBrowser.removeItem(STORED)
    else inBrowser.setItem(STORED, theme.value)
  })
}
