import type { Module } from '@/app/modules'

export const conversations: Module = {
  screen: 'conversations',
  label: 'conversations.title',
  icon: 'conversations',
  scopes: ['message:read'],
  letter: 'c',
  immersive: true,
  page: () => import('./Page.vue'),
}
