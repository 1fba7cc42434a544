import { addressOf, post } from './call'

/** A kind of material that WeChat stores; `thumb` is the cover of a video or of music. */
export type MediaKind = 'image' | 'voice' | 'video' | 'thumb'
export interface Uploaded { media_id: string; url?: string | null; expires_at?: number | null }

const UPLOAD_TIMEOUT_MS = 120_000

interface Limit { bytes: number; types: readonly string[] }
/** What WeChat takes of each kind. */
export const MEDIA_LIMITS: Record<MediaKind, Limit> = {
  image: { bytes: 10 << 20, types: ['image/jpeg', 'image/png', 'image/gif', 'image/bmp'] },
  voice: { bytes: 2 << 20, types: ['audio/mpeg', 'audio/amr', 'audio/wav', 'audio/x-ms-wma'] },
  video: { bytes: 10 << 20, types: ['video/mp4'] },
  thumb: { bytes: 64 << 10, types: ['image/jpeg'] },
}

/** Uploads a file to WeChat. Temporary material lasts three days. */
export async function upload(file: File, kind: MediaKind, permanent: boolean): Promise<Uploaded> {
  const form = new FormData()
  form.set('type', kind)
  form.set('permanent', String(permanent))
  form.set('file', file)
  // A form could be sent by any page; the header cannot.
  return (await post(addressOf('media/upload'), { body: form, headers: { 'X-Requested-With': 'mp-worker-console' } }, UPLOAD_TIMEOUT_MS)) as Uploaded
}
/** The address of what a user sent, as bytes. */
export function mediaAddress(msgId: string, part?: 'thumb'): string {
  return `${addressOf('media/get')}&msg_id=${encodeURIComponent(msgId)}${part === undefined ? '' : `&part=${part}`}`
}
