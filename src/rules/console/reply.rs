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
            self.note(what, "has no type");
            return None;
        };
        if kind == "news" {
            return self.news(answer, trigger, what);
        }
        let Some(content) = ["content", "value"].into_iter().find_map(|field| text(answer, field)) else {
            self.note(what, format!("is of type {kind} and empty"));
            return None;
        };
        match kind {
            "text" => Some(json!({ "msgtype": "text", "text": { "content": content } })),
            "img" | "image" | "photo" => Some(self.media("image", content, what)),
            "voice" => Some(self.media("voice", content, what)),
            // The manual says media_id; its example has a link that expires.
            "video" if http_url("", content).is_ok() => {
                self.note(
                    what,
                    "is a video with a link instead of a media_id: upload it as permanent material and add it again",
                );
                None
            }
            "video" => Some(self.media("video", content, what)),
            _ => {
                self.note(what, format!("is of type {kind}, which is not supported"));
                None
            }
        }
    }

    fn media(&mut self, kind: &str, media_id: &str, what: &str) -> Value {
        let why = "has the media_id of temporary material, which expires after three days: download it, \
                   upload it as permanent material, and put the new id into the rule";
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
            let what = format!("{what}, article {}", place(index));
            match article(listed) {
                Ok(article) if articles.len() < most => articles.push(article),
                Ok(_) => {
                    self.note(
                        what,
                        format!("is not imported: WeChat accepts at most {most} in such a reply"),
                    );
                }
                Err(why) => self.note(what, why),
            }
        }
        if articles.is_empty() {
            self.note(what, "has no article that could be imported");
            return None;
        }
        Some(json!({ "msgtype": "news", "news": { "articles": articles } }))
    }
}

/// An article; without a digest, the title is also the description, which WeChat requires.
fn article(listed: &Value) -> Result<Value, &'static str> {
    let link = |field: &str| text(listed, field).filter(|url| http_url(field, url).is_ok());
    let title = text(listed, "title").ok_or("has no title")?;
    let url = link("content_url").ok_or("has no content_url")?;
    let cover = link("cover_url").ok_or("has no cover_url, and WeChat requires a picture")?;
    let digest = text(listed, "digest").unwrap_or(title);
    Ok(json!({ "title": title, "description": digest, "url": url, "picurl": cover }))
}
