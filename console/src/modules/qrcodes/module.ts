import type { Module } from '@/app/modules'

export const qrcodes: Module = {
  screen: 'qrcodes',
  label: 'qrcodes.title',
  icon: 'qrcode',
  scopes: ['qrcode:read'],
  letter: 'q',
  capability: 'qrcode',
  page: () => import('./Page.vue'),
}
