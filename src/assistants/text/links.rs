//! Which links of an answer remain.

use crate::assistants::assistant::Links;
use crate::url::{WebUrl, is_within};

/// The text without the links that the operator does not want: a URL is removed, and of a tag its text remains.
pub(super) fn limit(text: &str, links: &Links) -> String {
    let Links::Only(hosts) = links else { return text.to_owned() };
    // As long as the text, so that both have the same places.
    let lowercase = text.to_ascii_lowercase();
    let (mut kept, mut end, mut is_in_kept_tag) = (String::with_capacity(text.len()), 0, false);
    for (at, _) in lowercase.match_indices(['h', 'w', '<']) {
        let rest = lowercase.get(at..).unwrap_or_default();
        // What is within a link that was read is none.
        let Some(link) = (at >= end).then(|| link(rest)).flatten() else { continue };
        kept.push_str(text.get(end..at).unwrap_or_default());
        end = at.saturating_add(link.len());
        let is_tag = link.starts_with('<');
        let is_kept = match link.as_bytes() {
            [b'<', b'/', ..] => is_in_kept_tag,
            [b'<', ..] => target(link).is_some_and(|url| is_allowed(url, hosts)),
            [b'w', ..] => is_allowed(&format!("https://{link}"), hosts),
            _ => is_allowed(link, hosts),
        };
        if is_tag {
            is_in_kept_tag = is_kept && !link.starts_with("</");
        }
        if is_kept {
            kept.push_str(text.get(at..end).unwrap_or_default());
        } else if !is_tag && kept.ends_with(' ') {
            kept.pop();
        }
    }
    kept.push_str(text.get(end..).unwrap_or_default());
    kept
}

/// The URL or the tag at the start of a text in lowercase: what WeChat makes a link.
fn link(text: &str) -> Option<&str> {
    let is_url = ["https://", "http://", "www."].into_iter().any(|start| text.starts_with(start));
    let name = text.strip_prefix("<a").or_else(|| text.strip_prefix("</a"));
    let length = if is_url {
        let is_end = |character: char| !character.is_ascii_graphic() || "<>\"".contains(character);
        text.find(is_end).unwrap_or(text.len())
    } else if name.is_some_and(|rest| rest.starts_with(|next: char| next == '>' || next.is_whitespace())) {
        text.find('>').map_or(text.len(), |end| end.saturating_add(1))
    } else {
        return None;
    };
    text.get(..length)
}

/// Where a tag leads, if that is its first attribute, and it opens no mini program instead.
fn target(tag: &str) -> Option<&str> {
    let (before, rest) = tag.split_once(['"', '\''])?;
    let is_target =
        before.replace(char::is_whitespace, "") == "<ahref=" && !rest.contains("data-miniprogram");
    rest.split(['"', '\'']).next().filter(|_| is_target)
}

/// Whether a URL leads to one of the hosts, or to a subdomain of one.
fn is_allowed(url: &str, hosts: &[String]) -> bool {
    let host = WebUrl::parse(url).map(|url| url.host).unwrap_or_default();
    hosts.iter().any(|wanted| is_within(host, wanted))
}
