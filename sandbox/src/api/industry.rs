//! Industries of template messages: 设置所属行业, 获取设置的行业信息.

use std::time::Duration;

use serde_json::{Value, json};

use super::ask::Ask;
use super::refusal::{Answer, Refusal, ok};
use super::route::{Route, get, post};
use super::state::State;

pub(super) const CALLS: &[Route] = &[
    post("/cgi-bin/template/api_set_industry", 100_000, set),
    get("/cgi-bin/template/get_industry", 100_000, show),
];

/// The industries can be changed once in this time.
const MONTH: Duration = Duration::from_hours(30 * 24);

/// The 主行业 and 副行业 of each industry. The first has number 1.
const NAMES: [(&str, &str); 41] = [
    ("IT科技", "互联网|电子商务"),
    ("IT科技", "IT软件与服务"),
    ("IT科技", "IT硬件与设备"),
    ("IT科技", "电子技术"),
    ("IT科技", "通信与运营商"),
    ("IT科技", "网络游戏"),
    ("金融业", "银行"),
    ("金融业", "基金|理财|信托"),
    ("金融业", "保险"),
    ("餐饮", "餐饮"),
    ("酒店旅游", "酒店"),
    ("酒店旅游", "旅游"),
    ("运输与仓储", "快递"),
    ("运输与仓储", "物流"),
    ("运输与仓储", "仓储"),
    ("教育", "培训"),
    ("教育", "院校"),
    ("政府与公共事业", "学术科研"),
    ("政府与公共事业", "交警"),
    ("政府与公共事业", "博物馆"),
    ("政府与公共事业", "公共事业|非盈利机构"),
    ("医药护理", "医药医疗"),
    ("医药护理", "护理美容"),
    ("医药护理", "保健与卫生"),
    ("交通工具", "汽车相关"),
    ("交通工具", "摩托车相关"),
    ("交通工具", "火车相关"),
    ("交通工具", "飞机相关"),
    ("房地产", "建筑"),
    ("房地产", "物业"),
    ("消费品", "消费品"),
    ("商业服务", "法律"),
    ("商业服务", "会展"),
    ("商业服务", "中介服务"),
    ("商业服务", "认证"),
    ("商业服务", "审计"),
    ("文体娱乐", "传媒"),
    ("文体娱乐", "体育"),
    ("文体娱乐", "娱乐休闲"),
    ("印刷", "印刷"),
    ("其它", "其它"),
];

/// The two industries of the account.
#[derive(Debug)]
pub(super) struct Industries {
    primary: u8,
    secondary: u8,
    changed: Option<Duration>,
}

impl Default for Industries {
    fn default() -> Self {
        Self { primary: 1, secondary: 10, changed: None }
    }
}

/// Returns the names of the industry with this number.
pub(super) fn name(industry: u8) -> Option<(&'static str, &'static str)> {
    NAMES.get(usize::from(industry).checked_sub(1)?).copied()
}

fn set(state: &mut State, ask: &Ask<'_>) -> Answer {
    let (primary, secondary) = (number(ask, "industry_id1")?, number(ask, "industry_id2")?);
    let templates = &mut state.templates;
    if templates.industries.changed.is_some_and(|changed| ask.now.saturating_sub(changed) < MONTH) {
        return Err(Refusal::INDUSTRY_TOO_OFTEN);
    }
    templates.industries = Industries { primary, secondary, changed: Some(ask.now) };
    templates.list.retain(|template| [primary, secondary].contains(&template.industry));
    Ok(ok())
}

/// Accepts strings and numbers: the manual's sample uses strings, but its table says numbers.
fn number(ask: &Ask<'_>, field: &str) -> Result<u8, Refusal> {
    let number = match ask.body.get(field) {
        Some(Value::String(text)) => text.parse().ok(),
        Some(value) => value.as_u64().and_then(|number| number.try_into().ok()),
        None => None,
    };
    number.filter(|number| name(*number).is_some()).ok_or(Refusal::INVALID_INDUSTRY)
}

fn show(state: &mut State, _: &Ask<'_>) -> Answer {
    let classes = |industry| {
        let (first, second) = name(industry).unwrap_or_default();
        json!({ "first_class": first, "second_class": second })
    };
    let industries = &state.templates.industries;
    Ok(json!({
        "primary_industry": classes(industries.primary),
        "secondary_industry": classes(industries.secondary),
    }))
}
