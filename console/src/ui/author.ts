import { t } from '@/locales'

/** Who made a version, as the worker names them: a key's name, or `root`. */
export const authorOf = (author: string): string => (author === 'root' ? t('root_key') : author)
