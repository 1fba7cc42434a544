//! The auto-replies that were created in the account's console: 获取自动回复规则.

use serde_json::{Value, json};

use super::ask::Ask;
use super::refusal::Answer;
use super::route::{Route, get};
use super::state::State;

pub(super) const CALLS: &[Route] = &[get("/cgi-bin/get_current_autoreply_info", 10_000, show)];

/// The picture gets a new temporary media_id on each call.
fn show(state: &mut State, _: &Ask<'_>) -> Answer {
    let picture = state.media.keep_picture();
    Ok(json!({
        "is_add_friend_reply_open": 1,
        "is_autoreply_open": 1,
        "add_friend_autoreply_info": text("谢谢关注！回复“价格”看看。"),
        "message_default_autoreply_info": text("收到，我们会尽快回复。"),
        // Newest first.
        "keyword_autoreply_info": { "list": [
            rule("地址", 1_704_211_200, "random_one", &[("equal", "地址")], &[
                json!({ "type": "img", "content": picture }),
            ]),
            rule("笑话", 1_704_124_800, "random_one", &[("contain", "笑话")], &[
                text("从前有一个按钮。"), text("后来它被点了。"),
            ]),
            rule("价格", 1_704_038_400, "reply_all", &[("equal", "价格"), ("contain", "多少钱")], &[
                text("一杯二十元。"), text("两杯三十五元。"),
            ]),
        ] },
    }))
}

fn rule(name: &str, create_time: u64, mode: &str, keywords: &[(&str, &str)], replies: &[Value]) -> Value {
    let keyword =
        |(mode, content): &(&str, &str)| json!({ "type": "text", "match_mode": mode, "content": content });
    json!({
        "rule_name": name,
        "create_time": create_time,
        "reply_mode": mode,
        "keyword_list_info": keywords.iter().map(keyword).collect::<Vec<_>>(),
        "reply_list_info": replies,
    })
}

fn text(content: &str) -> Value {
    json!({ "type": "text", "content": content })
}
