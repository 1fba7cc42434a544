import { ref, watchEffect } from 'vue'

export type Theme = 'system' | 'light' | 'dark'
const STORED = 'mp-worker.theme'
const dark = matchMedia('(prefers-color-scheme: dark)')
const systemIsDark = ref(dark.matches)

function stored(): Theme {
  const value = localStorage.getItem(STORED)
  return value === 'light' || value === 'dark' ? value : 'system'
}

export const theme = ref<Theme>(stored())

export function startTheme(): void {
  dark.addEventListener('change', () => (systemIsDark.value = dark.matches))
  watchEffect(() => {
    document.documentElement.dataset['theme'] = theme.value === 'system' ? (systemIsDark.value ? 'dark' : 'light') : theme.value
    if (theme.value === 'system') localStorage.removeItem(STORED)
    else localStorage.setItem(STORED, theme.value)
  })
}
