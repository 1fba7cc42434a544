import type { Module } from '@/app/modules'

export const templates: Module = {
  screen: 'templates',
  label: 'templates.title',
  icon: 'template',
  scopes: ['template:read'],
  letter: 't',
  capability: 'template',
  page: () => import('./Page.vue'),
}
