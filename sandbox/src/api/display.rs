//! What a user sees of a message that the worker sent over the API (客服消息, 模板消息), for a terminal.

use std::fmt;

use serde_json::Value;

/// A message to a user, as it was in the call.
#[derive(Debug)]
pub(super) struct Displayed<'m> {
    pub openid: &'m str,
    pub message: &'m Value,
}

impl Displayed<'_> {
    fn text(&self, pointer: &str) -> Option<&str> {
        self.message.pointer(pointer).and_then(Value::as_str)
    }
}

impl fmt::Display for Displayed<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(template) = self.text("/template_id") {
            write!(formatter, "← to {}: template message {template}", self.openid)?;
            let fields = self.message.get("data").and_then(Value::as_object);
            return fields.into_iter().flatten().try_for_each(|(name, field)| {
                let value = field.get("value").unwrap_or(field);
                match value.as_str() {
                    Some(text) => write!(formatter, "\n  {name}: {text}"),
                    None => write!(formatter, "\n  {name}: {value}"),
                }
            });
        }
        let kind = self.text("/msgtype").unwrap_or_default();
        write!(formatter, "← to {}: {kind}, customer-service message", self.openid)?;
        match self.text("/text/content") {
            Some(content) => content.lines().try_for_each(|line| write!(formatter, "\n  {line}")),
            None => write!(formatter, "\n  {}", self.message.get(kind).unwrap_or(&Value::Null)),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Displayed;

    #[test]
    fn a_message_is_displayed_as_the_user_sees_it() {
        let check = |message: serde_json::Value, expected: &str| {
            assert_eq!(Displayed { openid: "o1", message: &message }.to_string(), expected);
        };
        check(
            json!({ "touser": "o1", "msgtype": "text", "text": { "content": "第一行\n第二行" } }),
            "← to o1: text, customer-service message\n  第一行\n  第二行",
        );
        check(
            json!({ "touser": "o1", "msgtype": "image", "image": { "media_id": "M1" } }),
            "← to o1: image, customer-service message\n  {\"media_id\":\"M1\"}",
        );
        check(
            json!({ "touser": "o1", "template_id": "T1", "data": { "thing1": { "value": "茶" } } }),
            "← to o1: template message T1\n  thing1: 茶",
        );
    }
}
