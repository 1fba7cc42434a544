import type { Module } from '@/app/modules'

export const users: Module = {
  screen: 'users',
  label: 'users.title',
  icon: 'users',
  scopes: ['user:read'],
  letter: 'u',
  separate: true,
  capability: 'user',
  page: () => import('./Page.vue'),
}
