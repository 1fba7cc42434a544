import type { Module } from '@/app/modules'

export const keys: Module = {
  screen: 'keys',
  label: 'keys.title',
  icon: 'keys',
  scopes: ['key:read'],
  letter: 'k',
  page: () => import('./Page.vue'),
}
