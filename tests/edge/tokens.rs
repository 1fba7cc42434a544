//! The access token under load and faults, and what callers see of a failing WeChat.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use sandbox::api::Fault;
use serde_json::json;

use crate::world::{RELAY_SECRET, World};

const TOKEN: &str = "/cgi-bin/stable_token";
const MENU: &str = "/cgi-bin/menu/get";

pub(crate) async fn two_hundred_callers_on_a_cold_worker_cost_one_renewal(world: Arc<World>) {
    // They came before any other test, right after the worker had started.
    assert_eq!(world.cold_renewals, 1);
}

pub(crate) async fn a_token_that_expires_in_mid_flight_is_renewed_once_unseen(world: Arc<World>) {
    let faulty = world.faulty().await;
    faulty.wechat.expire_tokens();
    let body = json!({});
    let calls = (0..100).map(|_| faulty.api(&world.client, "menu/list", &body));
    let statuses: Vec<u16> = join_all(calls).await.into_iter().map(|(status, _)| status).collect();
    assert_eq!(statuses, [200; 100]);
    assert_eq!(faulty.wechat.count(TOKEN), 1);
}

pub(crate) async fn a_token_replaced_elsewhere_is_renewed_unseen(world: Arc<World>) {
    let faulty = world.faulty().await;
    faulty.wechat.replace_tokens();
    assert_eq!(faulty.api(&world.client, "menu/list", &json!({})).await.0, 200);
    assert_eq!((faulty.wechat.count(TOKEN), faulty.wechat.count(MENU)), (1, 2));
}

pub(crate) async fn a_token_refused_for_ever_is_given_up_after_one_more_try(world: Arc<World>) {
    let faulty = world.faulty().await;
    let refused =
        Fault::Errcode(40001, "invalid credential, access_token is invalid or not latest".to_owned());
    faulty.wechat.fail_next(refused, 100, Some(MENU));
    let (status, answer) = faulty.api(&world.client, "menu/list", &json!({})).await;
    assert_eq!((status, &answer["error"]["errcode"]), (502, &json!(40001)), "{answer}");
    assert_eq!(faulty.wechat.count(MENU), 2);
    assert!(faulty.wechat.count(TOKEN) <= 2, "one renewal, and one by force");
}

pub(crate) async fn a_wrong_secret_names_the_variable(world: Arc<World>) {
    let faulty = world.faulty().await;
    faulty.wechat.expire_tokens();
    faulty.wechat.fail_next(Fault::Errcode(40125, "invalid appsecret".to_owned()), 1, Some(TOKEN));
    let (status, answer) = faulty.api(&world.client, "menu/list", &json!({})).await;
    assert_eq!((status, &answer["error"]["code"]), (502, &json!("wechat_error")));
    assert!(answer["error"]["message"].as_str().unwrap().contains("Check WECHAT_APP_SECRET"), "{answer}");

    // What only an operator can mend is not asked again at once.
    let (status, again) = faulty.api(&world.client, "menu/list", &json!({})).await;
    assert_eq!((status, &again["error"]["errcode"]), (502, &json!(40125)), "{again}");
    assert_eq!(faulty.wechat.count(TOKEN), 1);
}

pub(crate) async fn a_token_endpoint_that_fails_is_no_token_and_is_asked_again_later(world: Arc<World>) {
    for fault in [Fault::Drop, Fault::Half, Fault::Html] {
        let faulty = world.faulty().await;
        let name = format!("{fault:?}");
        faulty.wechat.expire_tokens();
        faulty.wechat.fail_next(fault, 1, Some(TOKEN));
        let (status, answer) = faulty.api(&world.client, "menu/list", &json!({})).await;
        assert_eq!((status, &answer["error"]["code"]), (502, &json!("request_failed")), "{name}: {answer}");
        assert_eq!(faulty.wechat.count(TOKEN), 1, "{name}");
        // `World::faulty` waits until a token can be had again.
    }
}

pub(crate) async fn a_failing_wechat_is_request_failed_and_never_asked_twice(world: Arc<World>) {
    let faulty = world.faulty().await;
    let failures = [
        (Fault::Status(500, "oops".to_owned()), 502),
        (Fault::Status(302, String::new()), 502),
        (Fault::Html, 502),
        (Fault::Drop, 502),
        (Fault::Half, 502),
        (Fault::Delay(Duration::from_secs(12)), 504),
    ];
    for (fault, expected) in failures {
        faulty.wechat.forget_calls();
        let name = format!("{fault:?}");
        faulty.wechat.fail_next(fault, 1, Some("/cgi-bin/tags"));
        let (status, answer) =
            faulty.api(&world.client, "tag/create", &json!({ "name": name.len().to_string() })).await;
        assert_eq!(
            (status, &answer["error"]["code"]),
            (expected, &json!("request_failed")),
            "{name}: {answer}"
        );
        assert_eq!(faulty.wechat.count("/cgi-bin/tags/create"), 1, "{name}: it may have taken effect");
    }
}

pub(crate) async fn what_wechat_refuses_is_passed_on_with_what_to_do(world: Arc<World>) {
    let faulty = world.faulty().await;
    let check = async |errcode: i64, errmsg: &str, status: u16, code: &str, advice: &str| {
        faulty.wechat.fail_next(Fault::Errcode(errcode, errmsg.to_owned()), 1, Some(MENU));
        let (actual, answer) = faulty.api(&world.client, "menu/list", &json!({})).await;
        let error = &answer["error"];
        assert_eq!(
            (actual, &error["code"], &error["errcode"]),
            (status, &json!(code), &json!(errcode)),
            "{answer}"
        );
        assert!(error["message"].as_str().unwrap().contains(advice), "{answer}");
        assert!(error["rid"].is_string() && error["request_id"].is_string(), "{answer}");
    };
    check(45009, "reach max api daily quota limit", 429, "rate_limited", "midnight in Beijing").await;
    check(45011, "api minute-quota reach limit", 429, "rate_limited", "in a minute").await;
    check(48001, "api unauthorized", 502, "wechat_error", "接口权限").await;
    check(-1, "system error", 502, "wechat_error", "try again in a moment").await;
    let whitelist = "invalid ip 203.0.113.7 ipv6 ::ffff:203.0.113.7, not in whitelist";
    check(40164, whitelist, 502, "wechat_error", "Add 203.0.113.7 to API IP 白名单").await;
}

pub(crate) async fn the_cron_trigger_keeps_the_token_warm(world: Arc<World>) {
    let faulty = world.faulty().await;
    let trigger = async || {
        let url = faulty.url("/cdn-cgi/handler/scheduled?format=json");
        assert_eq!(world.client.get(url).send().await.unwrap().status(), 200);
    };
    trigger().await;
    assert_eq!(faulty.wechat.count(TOKEN), 0, "a fresh token is left alone");

    faulty.wechat.set_token_lifetime(Duration::from_secs(5));
    faulty.wechat.expire_tokens();
    assert_eq!(faulty.api(&world.client, "menu/list", &json!({})).await.0, 200);
    faulty.wechat.forget_calls();
    faulty.wechat.set_token_lifetime(Duration::from_hours(2));
    trigger().await;
    assert_eq!(faulty.wechat.count(TOKEN), 1, "one about to expire is renewed");
}

pub(crate) async fn a_relay_knows_us_by_its_secret_in_every_call(world: Arc<World>) {
    let faulty = world.faulty().await;
    faulty.wechat.expire_tokens();
    assert_eq!(faulty.api(&world.client, "menu/list", &json!({})).await.0, 200);
    let calls = faulty.wechat.calls();
    assert_eq!(calls.len(), 3, "the menu, the token, and the menu again");
    assert!(calls.iter().all(|call| call.header("x-relay-secret") == Some(RELAY_SECRET)));
}
