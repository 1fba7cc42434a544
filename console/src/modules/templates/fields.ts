import { t } from '@/locales'

/** A field of a template: `thing2` of `商品名称：{{thing2.DATA}}`. */
export interface TemplateField { name: string; label: string; type: string }

/** The fields of a template's text, in its order, labelled by the text before each on its line. */
export function fieldsOf(content: string): TemplateField[] {
  return content.split('\n').flatMap((line) => [...line.matchAll(/([^{}]*)\{\{\s*(\w+)\.DATA\s*\}\}/g)].map(([, before = '', name = '']) => ({
    name,
    label: before.replace(/[：:\s]+$/, '').trim() || (name === 'first' ? t('template.first') : name === 'remark' ? t('template.remark') : name),
    type: name.replace(/\d+$/, ''),
  })))
}
