//! A reply of the console: `type`, and `content` (`value` in a button) or `news_info`.
//!
//! WeChat returns new temporary ids for pictures, voices and videos on each call; they expire after three days. They
//! are imported anyway: the rule works at once, and with the id the operator can download the file to upload it as
//! permanent material. Articles do not expire.

use serde_json::{Value, json};

use crate::callback::Trigger;
use crate::url::http_url;

use super::{ConsoleImport, place, text};

/// Maximum number of articles in a reply to an event.
const MAX_ARTICLES: usize = 8;

impl ConsoleImport {
    /// The reply as JSON; what is wrong with it is noted.
    pub(super) fn reply(&mut self, answer: &Value, trigger: Trigger, what: &str) -> Option<Value> {
        let Some(kind) = text(answer, "type") else {
            let why = self.say(["has no type", "没有类型"], &[]);
            self.note(what, why);
            return None;
        };
        if kind == "news" {
            return self.news(answer, trigger, what);
        }
        let Some(content) = ["content", "value"].into_iter().find_map(|field| text(answer, field)) else {
            let why = self.say(["is of type {} and empty", "的类型是 {}，内容为空"], &[kind]);
            self.note(what, why);
            return None;
        };
        match kind {
            "text" => Some(json!({ "msgtype": "text", "text": { "content": content } })),
            "img" | "image" | "photo" => Some(self.media("image", content, what)),
            "voice" => Some(self.media("voice", content, what)),
            // The manual says media_id; its example has a link that expires.
            "video" if http_url("", content).is_ok() => {
                let why = self.say(
                    [
                        "is a video with a link instead of a media_id: upload it as permanent material and add it \
                         again",
                        "是视频，只有链接而没有 media_id：上传为永久素材后重新添加",
                    ],
                    &[],
                );
                self.note(what, why);
                None
            }
            "video" => Some(self.media("video", content, what)),
            _ => {
                let why = self.say(["is of type {}, which is not supported", "的类型是 {}，不支持"], &[kind]);
                self.note(what, why);
                None
            }
        }
    }

    fn media(&mut self, kind: &str, media_id: &str, what: &str) -> Value {
        let why = self.say(
            [
                "has the media_id of temporary material, which expires after three days: download it, upload it as \
                 permanent material, and put the new id into the rule",
                "的 media_id 是临时素材，三天后失效：下载后上传为永久素材，再把新的 media_id 填入规则",
            ],
            &[],
        );
        self.note(what, why);
        json!({ "msgtype": kind, kind: { "media_id": media_id } })
    }

    fn news(&mut self, answer: &Value, trigger: Trigger, what: &str) -> Option<Value> {
        let most = match trigger {
            Trigger::Message => 1,
            Trigger::Event => MAX_ARTICLES,
        };
        let listed = self.list(answer, "news_info", what);
        let mut articles = Vec::new();
        for (index, listed) in listed.iter().enumerate() {
            let what = self.say(["{}, article {}", "{}，第 {} 篇图文"], &[what, &place(index).to_string()]);
            match self.article(listed) {
                Ok(article) if articles.len() < most => articles.push(article),
                Ok(_) => {
                    let why = self.say(
                        [
                            "is not imported: WeChat accepts at most {} in such a reply",
                            "没有导入：微信在这种回复中最多接受 {} 篇",
                        ],
                        &[&most.to_string()],
                    );
                    self.note(what, why);
                }
                Err(why) => self.note(what, why),
            }
        }
        if articles.is_empty() {
            let why = self.say(["has no article that could be imported", "没有可以导入的图文"], &[]);
            self.note(what, why);
            return None;
        }
        Some(json!({ "msgtype": "news", "news": { "articles": articles } }))
    }

    /// An article; without a digest, the title is also the description, which WeChat requires.
    fn article(&self, listed: &Value) -> Result<Value, String> {
        let lacks = |field: &str| self.say(["has no {}", "没有 {}"], &[field]);
        let link = |field: &str| text(listed, field).filter(|url| http_url(field, url).is_ok());
        let title = text(listed, "title").ok_or_else(|| lacks("title"))?;
        let url = link("content_url").ok_or_else(|| lacks("content_url"))?;
        let cover = link("cover_url").ok_or_else(|| {
            self.say(
                ["has no cover_url, and WeChat requires a picture", "没有 cover_url，而微信要求有图片"],
                &[],
            )
        })?;
        let digest = text(listed, "digest").unwrap_or(title);
        Ok(json!({ "title": title, "description": digest, "url": url, "picurl": cover }))
    }
}
