import type { Module } from '@/app/modules'

export const phone: Module = {
  screen: 'phone',
  label: 'simulator.title',
  icon: 'phone',
  scopes: ['rule:read'],
  letter: 'p',
  page: () => import('./Page.vue'),
}
