import type { Module } from '@/app/modules'

export const menu: Module = {
  screen: 'menu',
  label: 'menu.title',
  short: 'menu.short',
  icon: 'menu',
  scopes: ['menu:read'],
  letter: 'm',
  capability: 'menu',
  page: () => import('./Page.vue'),
}
