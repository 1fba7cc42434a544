import type { Component } from 'vue'
import type { AccountOverview } from '@/api/types'
import type { Key } from '@/locales'
import type { IconName } from '@/ui/icons'

/** A screen: its place in the navigation, the scope it takes, and its page. */
export interface Module {
  screen: string
  label: Key
  /** What the bottom bar of a phone calls it. */
  short?: Key
  icon: IconName
  /** The key needs one of these. */
  scopes: readonly string[]
  /** The letter that opens it after `g`. */
  letter: string
  /** Whether a line is drawn above it. */
  separate?: boolean
  /** Whether what an id opens has the whole screen of a phone; its back link leads out. */
  immersive?: boolean
  /** What WeChat must let the account do. */
  capability?: keyof AccountOverview['capabilities']
  page: () => Promise<{ default: Component }>
}
