import type { Module } from '@/app/modules'

export const setup: Module = {
  screen: 'setup',
  label: 'setup.title',
  icon: 'setup',
  scopes: ['account:read'],
  letter: 'd',
  page: () => import('./Page.vue'),
}
