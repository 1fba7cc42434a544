import type { Module } from '@/app/modules'

export const stats: Module = {
  screen: 'stats',
  label: 'stats.title',
  icon: 'stats',
  scopes: ['stats:read'],
  letter: 's',
  separate: true,
  page: () => import('./Page.vue'),
}
