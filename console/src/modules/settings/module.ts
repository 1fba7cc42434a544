import type { Module } from '@/app/modules'

export const settings: Module = {
  screen: 'settings',
  label: 'settings.title',
  icon: 'settings',
  scopes: ['account:read', 'privacy:write'],
  letter: ',',
  page: () => import('./Page.vue'),
}
