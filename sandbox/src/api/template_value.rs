//! The limits of template field values: 模板消息参数值内容限制说明.

/// Whether WeChat accepts this value for a field such as `thing1`.
pub(super) fn is_acceptable(field: &str, value: &str) -> bool {
    let length = value.chars().count();
    if length == 0 {
        return false;
    }
    match field.trim_end_matches(|letter: char| letter.is_ascii_digit()) {
        "thing" | "const" => length <= 20,
        "character_string" => length <= 32 && value.is_ascii(),
        "time" | "date" => is_time(value),
        "amount" => is_amount(value),
        "phone_number" => length <= 17 && value.chars().all(|letter| "0123456789+- ()".contains(letter)),
        "car_number" => length <= 8,
        "phrase" => length <= 5 && value.chars().all(is_chinese),
        _ => true,
    }
}

/// Accepts times such as `2019年10月1日 15:01`, `2019-10-01 15:01:00` or `15:01`, and ranges of two times with `~`.
fn is_time(value: &str) -> bool {
    let is_allowed = |letter: char| letter.is_ascii_digit() || "年月日时分秒:：-/~ ".contains(letter);
    value.chars().all(is_allowed) && value.contains(|letter: char| letter.is_ascii_digit())
}

/// Accepts an optional currency symbol, at most ten digits with a decimal point, and an optional 元.
fn is_amount(value: &str) -> bool {
    let number = value.trim_start_matches(['¥', '￥', '$', '€', '£']).trim_end_matches('元');
    let symbols = value.chars().take_while(|letter| "¥￥$€£".contains(*letter)).count();
    let digits = number.chars().filter(char::is_ascii_digit).count();
    symbols <= 1 && (1..=10).contains(&digits) && number.parse::<f64>().is_ok()
}

fn is_chinese(letter: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&letter)
}
