//! Paginated lists of OpenIDs, in the format of 获取用户列表 and similar calls.

use serde_json::{Map, Value, json};

use super::refusal::{Answer, Refusal};

/// Returns a page of the OpenIDs after `after`. `says_total` adds the field `total`.
pub(super) fn page(openids: &[&str], after: &str, size: usize, says_total: bool) -> Answer {
    let start = match openids.iter().position(|openid| *openid == after) {
        Some(position) => position.saturating_add(1),
        None if after.is_empty() => 0,
        None => return Err(Refusal::INVALID_OPENID),
    };
    let page: Vec<_> = openids.iter().skip(start).take(size).collect();
    let mut answer = Map::new();
    if says_total {
        answer.insert("total".to_owned(), json!(openids.len()));
    }
    answer.insert("count".to_owned(), json!(page.len()));
    if !page.is_empty() {
        answer.insert("data".to_owned(), json!({ "openid": page }));
    }
    answer.insert("next_openid".to_owned(), json!(page.last().copied().unwrap_or(&"")));
    Ok(Value::Object(answer))
}
