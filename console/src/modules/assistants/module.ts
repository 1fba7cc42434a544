import type { Module } from '@/app/modules'

export const assistants: Module = {
  screen: 'assistants',
  label: 'assistants.title',
  icon: 'assistant',
  scopes: ['assistant:read'],
  letter: 'a',
  immersive: true,
  page: () => import('./Page.vue'),
}
