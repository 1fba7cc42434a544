//! Parametric QR codes.

use serde_json::{Value, json};

use crate::{Wechat, errcode};

async fn create(wechat: &Wechat, action: &str, scene: Value, life: Option<u64>) -> Value {
    let mut body = json!({ "action_name": action, "action_info": { "scene": scene } });
    if let Some(life) = life {
        body["expire_seconds"] = json!(life);
    }
    wechat.post("/cgi-bin/qrcode/create", body).await
}

#[tokio::test]
async fn a_temporary_code_expires_after_at_most_thirty_days() {
    let wechat = Wechat::start().await;
    let code = create(&wechat, "QR_SCENE", json!({ "scene_id": 4_294_967_295_u32 }), Some(604_800)).await;
    assert_eq!(code["expire_seconds"], 604_800);
    assert!(code["ticket"].is_string());
    assert!(code["url"].as_str().unwrap().starts_with("http://weixin.qq.com/q/"));
    let text = create(&wechat, "QR_STR_SCENE", json!({ "scene_str": "门店" }), None).await;
    assert_eq!(text["expire_seconds"], 60);
    let long = create(&wechat, "QR_STR_SCENE", json!({ "scene_str": "门店" }), Some(9_999_999)).await;
    assert_eq!(long["expire_seconds"], 2_592_000);
}

#[tokio::test]
async fn the_same_scene_returns_the_same_permanent_code() {
    let wechat = Wechat::start().await;
    let number = json!({ "scene_id": 1 });
    let code = create(&wechat, "QR_LIMIT_SCENE", number.clone(), None).await;
    assert!(code.get("expire_seconds").is_none());
    assert_eq!(create(&wechat, "QR_LIMIT_SCENE", number, None).await, code);
    let text = create(&wechat, "QR_LIMIT_STR_SCENE", json!({ "scene_str": "1" }), None).await;
    assert_ne!(text["ticket"], code["ticket"]);
}

#[tokio::test]
async fn invalid_actions_and_scenes_are_rejected() {
    let wechat = Wechat::start().await;
    let bad = async |action: &str, scene: Value| errcode(&create(&wechat, action, scene, None).await);
    assert_eq!(bad("QR_CARD", json!({ "scene_id": 1 })).await, 40052);
    assert_eq!(bad("QR_SCENE", json!({ "scene_id": 0 })).await, 40053);
    assert_eq!(bad("QR_SCENE", json!({ "scene_str": "1" })).await, 40053);
    assert_eq!(bad("QR_SCENE", json!({ "scene_id": 4_294_967_296_u64 })).await, 40053);
    assert_eq!(bad("QR_LIMIT_SCENE", json!({ "scene_id": 100_001 })).await, 40053);
    assert_eq!(bad("QR_LIMIT_STR_SCENE", json!({ "scene_str": "" })).await, 40053);
    assert_eq!(bad("QR_STR_SCENE", json!({ "scene_str": "长".repeat(65) })).await, 40053);
}
