//! Replies as the XML that answers a callback.

use wechat_xml::Writer;

use super::{Content, Media, Music, News, Reply, Video};
use crate::callback::message::Message;
use crate::time::Timestamp;

/// The plaintext reply to `message`: sender and receiver are swapped.
pub(in crate::callback) fn passive_xml(reply: &Reply, message: &Message, now: Timestamp) -> String {
    Writer::document(|xml| {
        xml.text("ToUserName", &message.from_user_name);
        xml.text("FromUserName", &message.to_user_name);
        xml.number("CreateTime", now);
        xml.text("MsgType", reply.msg_type());
        match &reply.0 {
            Content::Text(text) => xml.text("Content", &text.content),
            Content::Image(image) => xml.element("Image", |xml| write_media(xml, image)),
            Content::Voice(voice) => xml.element("Voice", |xml| write_media(xml, voice)),
            Content::Video(video) => xml.element("Video", |xml| write_video(xml, video)),
            Content::Music(music) => xml.element("Music", |xml| write_music(xml, music)),
            Content::News(news) => write_news(xml, news),
            Content::TransferCustomerService(transfer) => {
                if let Some(account) = &transfer.kf_account {
                    xml.element("TransInfo", |xml| xml.text("KfAccount", account));
                }
            }
            Content::TransferBizAiIvr => {}
        }
    })
}

fn write_media(xml: &mut Writer, media: &Media) {
    xml.text("MediaId", &media.media_id);
}

fn write_video(xml: &mut Writer, video: &Video) {
    xml.text("MediaId", &video.media_id);
    write_optional(xml, "Title", video.title.as_deref());
    write_optional(xml, "Description", video.description.as_deref());
}

fn write_music(xml: &mut Writer, music: &Music) {
    write_optional(xml, "Title", music.title.as_deref());
    write_optional(xml, "Description", music.description.as_deref());
    write_optional(xml, "MusicUrl", music.musicurl.as_deref());
    write_optional(xml, "HQMusicUrl", music.hqmusicurl.as_deref());
    xml.text("ThumbMediaId", &music.thumb_media_id);
}

fn write_news(xml: &mut Writer, News { articles }: &News) {
    xml.number("ArticleCount", articles.len());
    xml.element("Articles", |xml| {
        for article in articles {
            xml.element("item", |xml| {
                xml.text("Title", &article.title);
                write_optional(xml, "Description", article.description.as_deref());
                write_optional(xml, "PicUrl", article.picurl.as_deref());
                xml.text("Url", &article.url);
            });
        }
    });
}

fn write_optional(xml: &mut Writer, name: &str, text: Option<&str>) {
    if let Some(text) = text {
        xml.text(name, text);
    }
}
