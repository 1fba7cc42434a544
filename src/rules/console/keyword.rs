//! The console's keyword rules (关键词回复).
//!
//! - The manual calls `equal` "strictly the same" and does not explain `contain`: both are case-sensitive here.
//! - The manual does not say which of several matching rules answers. Here the first does, so rules with exact
//!   keywords come first: after a `contain` that also matches they would never be tried. Otherwise the order is
//!   WeChat's, the newest first. A keyword that can never be reached is imported, with a note.
//! - A rule with keywords of both modes becomes two rules.

use serde_json::{Value, json};

use crate::callback::Trigger;

use super::{ConsoleImport, DEFAULT, KEYWORDS, is_off, place, text};

/// Maximum number of replies of a rule, in the console as well.
const MAX_REPLIES: usize = 5;

/// How a keyword is compared.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Exact,
    Contains,
}

/// A console rule's keywords of one mode.
struct Keywords {
    mode: Mode,
    what: String,
    texts: Vec<String>,
    rule: Value,
}

impl ConsoleImport {
    pub(super) fn keywords(&mut self, autoreplies: &Value) {
        let what = self.say(["keyword rules", "关键词规则"], &[]);
        let listed = self.list(autoreplies, KEYWORDS, &what);
        let mut found = Vec::new();
        for (index, rule) in listed.iter().enumerate() {
            found.extend(self.keyword_rule(rule, index));
        }
        let (mut found, others): (Vec<_>, Vec<_>) =
            found.into_iter().partition(|keywords| keywords.mode == Mode::Exact);
        found.extend(others);
        self.note_unreachable(&found);
        if !found.is_empty() && is_off(autoreplies, DEFAULT.switch) {
            let why = self.say(
                [
                    "are imported although the console's default reply is switched off: WeChat does not say whether \
                     keyword rules are on",
                    "已导入，但公众平台的默认回复是关闭的：微信没有说明关键词回复是否开启",
                ],
                &[],
            );
            self.note(what, why);
        }
        self.rules.extend(found.into_iter().map(|keywords| keywords.rule));
    }

    fn keyword_rule(&mut self, rule: &Value, index: usize) -> Vec<Keywords> {
        let name = text(rule, "rule_name");
        let what = match name {
            Some(name) => self.say(["keyword rule \"{}\"", "关键词规则「{}」"], &[name]),
            None => self.say(["keyword rule {}", "第 {} 条关键词规则"], &[&place(index).to_string()]),
        };
        let [exact, contains] = self.keywords_by_mode(rule, &what);
        if exact.is_empty() && contains.is_empty() {
            let why = self.say(["has no keyword that could be imported", "没有可以导入的关键词"], &[]);
            self.note(what, why);
            return Vec::new();
        }
        let Some((field, answer)) = self.answers(rule, &what) else { return Vec::new() };
        let is_split = !exact.is_empty() && !contains.is_empty();
        let contains_suffix = self.say([" (contains)", "（包含）"], &[]);
        let made = |(mode, texts): (Mode, Vec<String>)| {
            let mut made = json!({ "when": { "keyword": { mode.field(): texts } }, field: answer });
            let suffix = if is_split && mode == Mode::Contains { contains_suffix.as_str() } else { "" };
            if let (Some(name), Some(made)) = (name, made.as_object_mut()) {
                made.insert("name".to_owned(), format!("{name}{suffix}").into());
            }
            Keywords { mode, what: what.clone(), texts, rule: made }
        };
        let modes = [(Mode::Exact, exact), (Mode::Contains, contains)];
        modes.into_iter().filter(|(_, texts)| !texts.is_empty()).map(made).collect()
    }

    fn keywords_by_mode(&mut self, rule: &Value, what: &str) -> [Vec<String>; 2] {
        let (mut exact, mut contains) = (Vec::new(), Vec::new());
        for (index, keyword) in self.list(rule, "keyword_list_info", what).iter().enumerate() {
            let what = self.say(["{}, keyword {}", "{}，第 {} 个关键词"], &[what, &place(index).to_string()]);
            let is_text = text(keyword, "type").is_none_or(|kind| kind == "text");
            match (text(keyword, "content").filter(|_| is_text), text(keyword, "match_mode")) {
                (Some(content), Some("equal")) => exact.push(content.to_owned()),
                (Some(content), Some("contain")) => contains.push(content.to_owned()),
                (Some(_), _) => {
                    let why = self.say(["has an unknown match_mode", "的 match_mode 未知"], &[]);
                    self.note(what, why);
                }
                (None, _) => {
                    let why = self.say(["is not a text", "不是文字"], &[]);
                    self.note(what, why);
                }
            }
        }
        [exact, contains]
    }

    /// The field that holds a rule's replies, and its value.
    fn answers(&mut self, rule: &Value, what: &str) -> Option<(&'static str, Value)> {
        let mut replies = Vec::new();
        for (index, reply) in self.list(rule, "reply_list_info", what).iter().enumerate() {
            let what = self.say(["{}, reply {}", "{}，第 {} 条回复"], &[what, &place(index).to_string()]);
            replies.extend(self.reply(reply, Trigger::Message, &what));
        }
        let mode = text(rule, "reply_mode");
        if mode != Some("random_one") {
            self.drop_later_videos(&mut replies, what);
        }
        match (replies.len(), mode) {
            (0, _) => {
                let why = self.say(["has no reply that could be imported", "没有可以导入的回复"], &[]);
                self.note(what, why);
                None
            }
            (1, _) => replies.pop().map(|reply| ("reply", reply)),
            (_, Some("random_one")) => Some(("one_of", replies.into())),
            (count, _) => {
                if mode != Some("reply_all") {
                    let why = self.say(
                        [
                            "has an unknown reply_mode: all replies are sent",
                            "的 reply_mode 未知：发送全部回复",
                        ],
                        &[],
                    );
                    self.note(what, why);
                }
                if count > MAX_REPLIES {
                    let why = self.say(
                        ["has {} replies: only the first {} are imported", "有 {} 条回复：只导入前 {} 条"],
                        &[&count.to_string(), &MAX_REPLIES.to_string()],
                    );
                    self.note(what, why);
                    replies.truncate(MAX_REPLIES);
                }
                Some(("replies", replies.into()))
            }
        }
    }

    /// A video after the first reply would be a customer-service message, which needs a cover that is not known here.
    fn drop_later_videos(&mut self, replies: &mut Vec<Value>, what: &str) {
        let mut is_first = true;
        let before = replies.len();
        replies.retain(|reply| std::mem::take(&mut is_first) || text(reply, "msgtype") != Some("video"));
        if replies.len() < before {
            let why = self.say(
                [
                    "has a video after its first reply, which would need a cover: the video is not imported",
                    "第一条回复之后有视频，需要封面，没有导入该视频",
                ],
                &[],
            );
            self.note(what, why);
        }
    }

    fn note_unreachable(&mut self, found: &[Keywords]) {
        for (index, later) in found.iter().enumerate() {
            for keyword in &later.texts {
                let earlier = found.iter().take(index).find(|earlier| earlier.takes(later.mode, keyword));
                if let Some(earlier) = earlier {
                    let (by, of) = (&earlier.what, &later.what);
                    let why = self.say(["is answered by {}, which comes first", "由排在前面的{}回复"], &[by]);
                    let what = self.say(["{}, keyword \"{}\"", "{}，关键词「{}」"], &[of, keyword]);
                    self.note(what, why);
                }
            }
        }
    }
}

impl Mode {
    const fn field(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Contains => "contains",
        }
    }
}

impl Keywords {
    /// Whether these keywords match every text that `keyword` matches.
    fn takes(&self, mode: Mode, keyword: &str) -> bool {
        self.mode == mode
            && self.texts.iter().any(|own| match mode {
                Mode::Exact => own == keyword,
                Mode::Contains => keyword.contains(own),
            })
    }
}
