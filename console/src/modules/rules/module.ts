import type { Module } from '@/app/modules'

export const rules: Module = {
  screen: 'rules',
  label: 'rules.title',
  icon: 'rules',
  scopes: ['rule:read'],
  letter: 'r',
  immersive: true,
  page: () => import('./Page.vue'),
}
