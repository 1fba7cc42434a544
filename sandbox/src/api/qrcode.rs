//! Parametric QR codes: 生成带参数的二维码.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::chance::random_digits;

use super::ask::Ask;
use super::refusal::{Answer, Refusal};
use super::route::{Route, post};
use super::state::State;

pub(super) const CALLS: &[Route] = &[post("/cgi-bin/qrcode/create", 100_000, create)];

const MOST_PERMANENT: usize = 100_000;
const LAST_PERMANENT_ID: u64 = 100_000;
const LONGEST_SCENE: usize = 64;
/// Thirty days.
const LONGEST_LIFE: u64 = 2_592_000;
/// The manual says 60 on one page and 30 on another.
const USUAL_LIFE: u64 = 60;

/// The permanent codes by scene. The same scene always returns the same code.
#[derive(Debug, Default)]
pub(super) struct QrCodes(BTreeMap<String, Code>);

#[derive(Debug, Clone)]
struct Code {
    ticket: String,
    url: String,
}

#[derive(Debug, Deserialize)]
struct Wanted {
    expire_seconds: Option<u64>,
    #[serde(default)]
    action_name: String,
    #[serde(default)]
    action_info: Value,
}

fn create(state: &mut State, ask: &Ask<'_>) -> Answer {
    let wanted: Wanted = ask.read()?;
    let scene = wanted.action_info.get("scene").unwrap_or(&Value::Null);
    let id = scene.get("scene_id").and_then(Value::as_u64).filter(|id| *id > 0);
    let id_up_to = |last| id.filter(|id| *id <= last).map(|id| id.to_string());
    let text = scene.get("scene_str").and_then(Value::as_str);
    let text = || text.filter(|text| (1..=LONGEST_SCENE).contains(&text.chars().count()));
    let (key, is_permanent) = match wanted.action_name.as_str() {
        "QR_SCENE" => (id_up_to(u32::MAX.into()), false),
        "QR_STR_SCENE" => (text().map(ToOwned::to_owned), false),
        "QR_LIMIT_SCENE" => (id_up_to(LAST_PERMANENT_ID), true),
        "QR_LIMIT_STR_SCENE" => (text().map(|text| format!("\"{text}\"")), true),
        _ => return Err(Refusal::INVALID_ACTION_NAME),
    };
    let key = key.ok_or(Refusal::INVALID_ACTION_INFO)?;
    if is_permanent {
        let code = state.qrcodes.permanent(key)?;
        return Ok(json!({ "ticket": code.ticket, "url": code.url }));
    }
    let (code, life) = (Code::new(), wanted.expire_seconds.unwrap_or(USUAL_LIFE).min(LONGEST_LIFE));
    Ok(json!({ "ticket": code.ticket, "expire_seconds": life, "url": code.url }))
}

impl QrCodes {
    fn permanent(&mut self, scene: String) -> Result<Code, Refusal> {
        if self.0.len() >= MOST_PERMANENT && !self.0.contains_key(&scene) {
            return Err(Refusal::TOO_MANY_QRCODES);
        }
        Ok(self.0.entry(scene).or_insert_with(Code::new).clone())
    }
}

impl Code {
    fn new() -> Self {
        Self {
            ticket: format!("gQH{}==", random_digits::<40>()),
            url: format!("http://weixin.qq.com/q/{}", random_digits::<16>()),
        }
    }
}
