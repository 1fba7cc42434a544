//! Placeholders in the texts that an operator writes. A user's text has none.

use crate::time::Timestamp;

const WEEKDAYS: [&str; 7] = ["四", "五", "六", "日", "一", "二", "三"];

/// What the placeholders stand for.
#[derive(Debug, Clone, Copy)]
pub struct Placeholders<'a> {
    /// `{{model}}`
    pub model: &'a str,
    /// `{{account}}`
    pub account: &'a str,
    /// Of which `{{date}}` is the day in Beijing, such as `2025年11月22日星期六`.
    pub now: Timestamp,
}

impl Placeholders<'_> {
    /// The text with its placeholders replaced, each once; what is not known remains.
    #[must_use]
    pub fn replace_in(&self, text: &str) -> String {
        let (mut replaced, mut rest) = (String::with_capacity(text.len()), text);
        while let Some((before, after)) = rest.split_once("{{") {
            replaced.push_str(before);
            let known =
                after.split_once("}}").and_then(|(name, after)| Some((self.value(name.trim())?, after)));
            rest = if let Some((value, after)) = known {
                replaced.push_str(&value);
                after
            } else {
                replaced.push_str("{{");
                after
            };
        }
        replaced.push_str(rest);
        replaced
    }

    fn value(&self, name: &str) -> Option<String> {
        match name {
            "model" => Some(self.model.to_owned()),
            "account" => Some(self.account.to_owned()),
            "date" => Some(date(self.now)),
            _ => None,
        }
    }
}

/// The day in Beijing.
fn date(now: Timestamp) -> String {
    let local = now.in_beijing();
    let mut parts = local.split([' ', '-']).map(|part| part.trim_start_matches('0'));
    let mut next = || parts.next().unwrap_or_default();
    let (year, month, day) = (next(), next(), next());
    // 1970-01-01 was a Thursday.
    let weekday = usize::try_from(now.day_in_beijing().rem_euclid(7)).ok().and_then(|day| WEEKDAYS.get(day));
    format!("{year}年{month}月{day}日星期{}", weekday.unwrap_or(&""))
}
