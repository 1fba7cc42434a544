//! Lists of OpenIDs in pages, as 获取用户列表 and its kin answer them.

use serde_json::{Map, Value, json};

use super::refusal::{Answer, Refusal};

/// One page of the OpenIDs that follow `after`; with `total` where the call says it.
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
