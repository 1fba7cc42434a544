import type { Rule } from '@/api/types'

/** Rules to begin with, in the words of those who will change them. */
export const examples: Rule[] = [
  { name: '欢迎语', when: { follow: {} }, reply: { msgtype: 'text', text: { content: '欢迎关注！\n回复「帮助」，看看我能做什么。' } } },
  { name: '帮助', when: { keyword: { exact: ['帮助', 'help', '?'], fold: true } }, reply: { msgtype: 'text', text: { content: '可以这样问我：\n营业时间\n地址\n人工' } } },
  { name: '营业时间', when: { keyword: { contains: ['营业时间', '几点'], fold: true } }, reply: { msgtype: 'text', text: { content: '每天 9:00–21:00，节假日不休。' } } },
  { name: '人工', when: { keyword: { exact: ['人工', '客服'], fold: true } }, reply: { msgtype: 'transfer_customer_service' } },
]
