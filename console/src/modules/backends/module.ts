import type { Module } from '@/app/modules'

export const backends: Module = {
  screen: 'backends',
  label: 'backends.title',
  icon: 'backend',
  scopes: ['webhook:read'],
  letter: 'b',
  separate: true,
  immersive: true,
  page: () => import('./Page.vue'),
}
