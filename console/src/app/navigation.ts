import { computed } from 'vue'
import { assistants } from '@/modules/assistants/module'
import { backends } from '@/modules/backends/module'
import { conversations } from '@/modules/conversations/module'
import { keys } from '@/modules/keys/module'
import { menu } from '@/modules/menu/module'
import { overview } from '@/modules/overview/module'
import { phone } from '@/modules/phone/module'
import { qrcodes } from '@/modules/qrcodes/module'
import { rules } from '@/modules/rules/module'
import { settings } from '@/modules/settings/module'
import { setup } from '@/modules/setup/module'
import { stats } from '@/modules/stats/module'
import { templates } from '@/modules/templates/module'
import { users } from '@/modules/users/module'
import type { Module } from './modules'
import { may } from './session'

export const modules: readonly Module[] = [overview, conversations, rules, menu, assistants, phone, users, qrcodes, templates, stats, backends, keys, setup, settings]

export const mayOpen = (module: Module): boolean => module.scopes.some(may)
/** The screens that the key may open. */
export const open = computed(() => modules.filter(mayOpen))
