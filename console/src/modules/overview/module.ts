import type { Module } from '@/app/modules'

export const overview: Module = {
  screen: 'overview',
  label: 'overview.title',
  icon: 'overview',
  scopes: ['stats:read', 'message:read', 'account:read'],
  letter: 'o',
  page: () => import('./Page.vue'),
}
