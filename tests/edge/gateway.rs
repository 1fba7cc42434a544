//! WeChat's own paths through us: what an SDK sees, and what WeChat sees.

use std::time::Duration;

use mp_worker::gateway::Query;
use reqwest::{Method, Response};
use sandbox::api::world::FOLLOWERS;
use sandbox::api::{Fault, Trigger};
use sandbox::sender::now_in_seconds;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::accounts::{APP_ID, APP_SECRET, RELAY_SECRET, ROOT};
use crate::machine::{Machine, Setup, body_of};
use crate::receiver::{Receiver, Said};
use crate::until::until;

tests![
    large_files_do_not_sit_in_memory,
    a_key_in_the_place_of_the_secret_gets_a_credential_of_ours,
    wechat_sees_the_real_token_and_every_other_byte_as_it_was_sent,
    headers_pass_only_where_they_have_business,
    a_key_calls_what_its_scopes_allow,
    a_credential_ends_with_its_key,
    a_stale_real_token_is_renewed_unseen_where_the_body_can_be_sent_twice,
    a_failing_wechat_is_told_in_wechats_shape,
    files_of_any_size_pass_both_ways,
    the_ticket_is_ours_and_pictures_and_users_tokens_pass,
    a_send_with_a_key_of_its_own_happens_once,
    a_send_whose_fate_is_unknown_is_not_sent_again,
    a_caller_that_hangs_up_ends_nothing_half_way,
    odd_requests_are_handed_on_or_refused,
    an_answer_without_a_length_passes_whole,
    a_path_leads_to_wechat_alone,
    every_call_is_in_the_log_without_its_query,
    a_connection_that_breaks_half_way_is_no_call_and_harms_no_other,
];

/// The lengths of random bytes that come back to the byte.
const SIZES: [usize; 3] = [1, 100_000, 20 * 1024 * 1024];

async fn make_key(machine: &Machine, scopes: &[&str]) -> (String, String) {
    let made = machine.ok("key/create", json!({ "name": "gateway", "scopes": scopes })).await;
    (made["key"].as_str().expect("a key").to_owned(), made["id"].as_str().expect("an id").to_owned())
}

async fn get(machine: &Machine, path_and_query: &str) -> Value {
    json_of(machine.get(path_and_query).await).await
}

async fn post(machine: &Machine, path_and_query: &str, body: impl Into<reqwest::Body>) -> Value {
    json_of(machine.client.post(machine.url(path_and_query)).body(body).send().await.expect("an answer"))
        .await
}

async fn json_of(response: Response) -> Value {
    assert_eq!(response.status(), 200, "as WeChat, with status 200");
    body_of(response).await
}

/// Bytes that look like no text.
fn bytes(length: usize) -> Vec<u8> {
    (0..251).cycle().take(length).collect()
}

/// What an SDK does first: a credential for an API key.
async fn credential(machine: &Machine, key: &str) -> String {
    let answer =
        get(machine, &format!("/cgi-bin/token?grant_type=client_credential&appid={APP_ID}&secret={key}"))
            .await;
    answer["access_token"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
}

async fn a_key_in_the_place_of_the_secret_gets_a_credential_of_ours() {
    let machine = Machine::with_accounts().await;
    let (key, _) = make_key(&machine, &["menu:read"]).await;
    let query = format!("/cgi-bin/token?secret={key}&grant_type=client_credential&appid={APP_ID}");
    let answer = get(&machine, &query).await;
    assert!(answer["access_token"].as_str().unwrap().starts_with("mpg."), "{answer}");
    assert!(answer["expires_in"].as_i64().is_some_and(|left| (7190..=7200).contains(&left)), "{answer}");
    let body = json!({ "grant_type": "client_credential", "appid": APP_ID, "secret": key }).to_string();
    for path in ["/cgi-bin/stable_token", "/gw/cgi-bin/stable_token", "/gw/default/cgi-bin/stable_token"] {
        // reqwest sends no content type here, as wechatpy does.
        assert!(post(&machine, path, body.clone()).await["access_token"].is_string(), "{path}");
    }
    let refused = async |appid: &str, secret: &str| {
        get(&machine, &format!("/cgi-bin/token?appid={appid}&secret={secret}")).await["errcode"].clone()
    };
    assert_eq!(refused("wx9999999999999999", &key).await, 40013);
    assert_eq!(refused(APP_ID, "wrong").await, 40125);
    assert_eq!(refused(APP_ID, APP_SECRET).await, 40125, "the real secret opens nothing");
    assert_eq!(refused(APP_ID, &key.replace("mpk_", "mpk_0")).await, 40125);
    assert_eq!(post(&machine, "/cgi-bin/stable_token", "appid").await["errcode"], 47001);
    assert_eq!(
        get(&machine, &format!("/gw/plain/cgi-bin/token?appid={APP_ID}&secret={key}")).await["errcode"],
        40013
    );
}

async fn wechat_sees_the_real_token_and_every_other_byte_as_it_was_sent() {
    let machine = Machine::start().await;
    let token = credential(&machine, ROOT).await;
    let check = async |method: Method, path: &str, query: &str, body: Option<&[u8]>| {
        let url = format!("{}{path}?{}", machine.url(""), query.replace("TOKEN", &token));
        let mut request = machine.client.request(method.clone(), url).header("x-mark", "1");
        if let Some(body) = body {
            request = request.body(body.to_vec());
        }
        request.send().await.expect("an answer");
        let calls = machine.wechat.calls();
        let seen = calls.iter().rev().find(|call| call.path == path).expect("it arrived");
        let real = seen.parameter("access_token").expect("a token");
        assert!(!real.starts_with("mpg.") && real != ROOT, "{real}");
        assert_eq!(seen.query_string, Query::new(query).with("access_token", real), "{path}");
        assert_eq!((seen.method.as_str(), seen.body.as_slice()), (method.as_str(), body.unwrap_or_default()));
    };
    let raw = "{\"menu\": \"\\u4f60 \u{1}你好\",  \"n\": 1.50}\n".as_bytes();
    check(Method::POST, "/cgi-bin/a/one", "access_token=TOKEN", Some(raw)).await;
    check(Method::POST, "/cgi-bin/a/two", "a=%E4%BD%A0+b&access_token=TOKEN&c=%2F&&d", Some(b"\xff\0\xfe"))
        .await;
    check(Method::GET, "/datacube/three", "begin_date=2026-11-01&access_token=TOKEN", None).await;
    check(Method::DELETE, "/wxa/four", "access_token=TOKEN&x=1", None).await;
    check(Method::PUT, "/card/five-5_x.do", "access_token=TOKEN", Some(b"")).await;
    for size in 0..40 {
        let body = bytes(size * 997);
        let query = format!("q{size}={}&access_token=TOKEN&%7e={size}", "%20".repeat(size));
        check(Method::POST, &format!("/cgi-bin/p/{size}"), &query, Some(&body)).await;
    }
}

async fn headers_pass_only_where_they_have_business() {
    let machine = Machine::with_accounts().await;
    let request = machine.client.post(machine.url("/cgi-bin/headers/one")).bearer_auth(ROOT).body("{}");
    let request = request
        .header("content-type", "application/x-www-form-urlencoded")
        .header("cookie", "session=PRIVATE")
        .header("x-relay-secret", "forged")
        .header("idempotency-key", "k")
        .header("x-forwarded-for", "10.0.0.1")
        .header("accept", "*/*");
    let response = request.send().await.expect("an answer");
    assert_eq!(response.headers()["cache-control"], "no-store");
    let calls = machine.wechat.calls();
    let seen = calls.iter().find(|call| call.path == "/cgi-bin/headers/one").expect("it arrived");
    assert_eq!(seen.header("content-type"), Some("application/x-www-form-urlencoded"));
    assert_eq!(seen.header("x-relay-secret"), Some(RELAY_SECRET), "ours, and not the caller's");
    for name in ["authorization", "cookie", "idempotency-key", "x-forwarded-for"] {
        assert_eq!(seen.header(name), None, "{name}");
    }
    assert!(seen.parameter("access_token").is_some(), "a bearer's token stands in the query");
    let all = format!("{:?}", seen.headers);
    assert!(!all.contains("PRIVATE") && !all.contains(ROOT), "{all}");
}

async fn a_key_calls_what_its_scopes_allow() {
    let machine = Machine::with_accounts().await;
    let (key, id) = make_key(&machine, &["menu:read", "tag:write"]).await;
    let token = credential(&machine, &key).await;
    let errcode =
        async |path: &str| get(&machine, &format!("{path}?access_token={token}")).await["errcode"].clone();
    assert_eq!(errcode("/cgi-bin/tags/get").await, Value::Null);
    let refused = get(&machine, &format!("/cgi-bin/user/get?access_token={token}")).await;
    assert_eq!(refused["errcode"], 48001);
    assert!(refused["errmsg"].as_str().unwrap().contains("lacks the scope user:read"), "{refused}");
    assert_eq!(errcode("/cgi-bin/menu/delete").await, 48001);
    let unknown = get(&machine, &format!("/cgi-bin/something/new?access_token={token}")).await;
    assert!(unknown["errmsg"].as_str().unwrap().contains("the scope *"), "{unknown}");
    assert_eq!(machine.wechat.count("/cgi-bin/something/new"), 0, "WeChat was not asked");
    // The key itself serves as well, in either place.
    assert_eq!(get(&machine, &format!("/cgi-bin/tags/get?access_token={key}")).await["errcode"], Value::Null);
    assert_eq!(
        get(&machine, &format!("/gw/second/cgi-bin/tags/get?access_token={token}")).await["errcode"],
        48001
    );
    assert_eq!(get(&machine, "/cgi-bin/tags/get").await["errcode"], 41001);
    assert_eq!(
        get(&machine, "/cgi-bin/tags/get?access_token=61_a-real-token-of-wechat").await["errcode"],
        48001
    );
    let damaged = format!("{}x", &token[..token.len() - 1]);
    assert_eq!(
        get(&machine, &format!("/cgi-bin/tags/get?access_token={damaged}")).await["errcode"],
        42001,
        "a new one helps"
    );

    let (status, _) = machine.api("key/revoke", &json!({ "id": id })).await;
    assert_eq!(status, 200);
    let dead = get(&machine, &format!("/cgi-bin/tags/get?access_token={token}")).await;
    assert_eq!(dead["errcode"], 48001, "a dead key sends no SDK round in circles");
    let again = get(&machine, &format!("/cgi-bin/token?appid={APP_ID}&secret={key}")).await;
    assert_eq!(again["errcode"], 40125);
}

async fn a_credential_ends_with_its_key() {
    let mut machine = Machine::start().await;
    let now: i64 = now_in_seconds().parse().unwrap();
    let body = json!({ "name": "short", "scopes": ["tag:read"], "expires_at": now + 600 });
    let key = machine.ok("key/create", body).await["key"].as_str().unwrap().to_owned();
    let credential = format!("/cgi-bin/token?appid={APP_ID}&secret={key}");
    let answer = get(&machine, &credential).await;
    assert!(answer["expires_in"].as_i64().is_some_and(|left| left <= 600), "{answer}");
    let call = format!("/cgi-bin/tags/get?access_token={}", answer["access_token"].as_str().unwrap());
    assert!(get(&machine, &call).await["tags"].is_array());
    machine.advance(Duration::from_mins(10)).await;
    assert_eq!(get(&machine, &call).await["errcode"], 42001);
    assert_eq!(get(&machine, &credential).await["errcode"], 40125);
}

async fn a_stale_real_token_is_renewed_unseen_where_the_body_can_be_sent_twice() {
    let machine = Machine::start().await;
    let call = async |body: Vec<u8>| {
        let url = machine.url(&format!("/cgi-bin/tags/create?access_token={ROOT}"));
        json_of(machine.client.post(url).body(body).send().await.expect("an answer")).await
    };
    machine.ok("token/get", json!({})).await;
    machine.wechat.replace_tokens();
    let made = call(json!({ "tag": { "name": "一" } }).to_string().into_bytes()).await;
    assert_eq!(made["tag"]["name"], "一", "{made}");
    assert_eq!(machine.wechat.count("/cgi-bin/tags/create"), 2);

    machine.wechat.replace_tokens();
    let mut long = json!({ "tag": { "name": "二" } }).to_string().into_bytes();
    long.resize(2 * 1024 * 1024, b' ');
    let answer = call(long.clone()).await;
    assert_eq!(answer["errcode"], -1, "it has passed, and is not ours to send again: {answer}");
    assert!(answer["errmsg"].as_str().unwrap().contains("send it again"), "{answer}");
    assert_eq!(call(long).await["tag"]["name"], "二", "the token is renewed by then");

    // One that stays refused reaches no SDK as something to renew.
    let refused = Fault::Errcode(40001, "invalid credential".to_owned());
    machine.wechat.fail_next(refused, 10, Some("/cgi-bin/tags/"));
    assert_eq!(call(b"{}".to_vec()).await["errcode"], 40125);
    machine.wechat.heal();
}

async fn a_failing_wechat_is_told_in_wechats_shape() {
    let machine = Machine::start().await;
    let url = machine.url(&format!("/cgi-bin/tags/get?access_token={ROOT}"));
    let call = async || machine.client.get(&url).send().await.expect("an answer");
    for (fault, errcode) in
        [(Fault::Drop, -2), (Fault::Half, -2), (Fault::Errcode(45009, "quota".to_owned()), 45009)]
    {
        // The runtime itself repeats a GET whose connection was closed.
        machine.wechat.fail_next(fault.clone(), 9, Some("/cgi-bin/tags/"));
        assert_eq!(json_of(call().await).await["errcode"], errcode, "{fault:?}");
        machine.wechat.heal();
    }
    machine.wechat.fail_next(Fault::Html, 1, Some("/cgi-bin/tags/"));
    let page = call().await;
    assert_eq!(
        (page.status().as_u16(), page.headers()["content-type"].to_str().unwrap()),
        (502, "text/html")
    );
    assert!(page.text().await.unwrap().contains("Bad Gateway"), "as it came");
}

async fn files_of_any_size_pass_both_ways() {
    let machine = Machine::start().await;
    let token = credential(&machine, ROOT).await;
    for size in SIZES {
        let file = bytes(size);
        let body = form(&file);
        let length = body.len();
        let url = machine.url(&format!("/cgi-bin/media/upload?access_token={token}&type=image"));
        let request =
            machine.client.post(url).header("content-type", "multipart/form-data; boundary=B").body(body);
        let uploaded = json_of(request.send().await.expect("an answer")).await;
        let media_id = uploaded["media_id"].as_str().unwrap_or_else(|| panic!("{uploaded}"));
        let calls = machine.wechat.calls();
        let seen = calls.iter().rev().find(|call| call.path == "/cgi-bin/media/upload").unwrap();
        assert_eq!(
            seen.header("content-length"),
            Some(length.to_string().as_str()),
            "some servers want a length"
        );

        let url = machine.url(&format!("/cgi-bin/media/get?access_token={token}&media_id={media_id}"));
        let download = machine.client.get(url).send().await.expect("an answer");
        assert_eq!(download.headers()["content-type"], "image/png");
        assert_eq!(download.headers()["content-disposition"], "attachment; filename=\"a.png\"");
        assert_eq!(download.headers()["content-length"], size.to_string());
        assert!(download.bytes().await.expect("a body") == file, "{size} bytes");
    }
    let gone = get(&machine, &format!("/cgi-bin/media/get?access_token={token}&media_id=none")).await;
    assert_eq!(gone["errcode"], 40007);
}

async fn the_ticket_is_ours_and_pictures_and_users_tokens_pass() {
    let machine = Machine::start().await;
    let (key, _) = make_key(&machine, &["jssdk:read", "user:read"]).await;
    let token = credential(&machine, &key).await;
    let ticket =
        async || get(&machine, &format!("/cgi-bin/ticket/getticket?access_token={token}&type=jsapi")).await;
    let first = ticket().await;
    assert_eq!((&first["errcode"], first["ticket"].is_string()), (&json!(0), true), "{first}");
    let asked = machine.wechat.count("/cgi-bin/ticket/getticket");
    assert_eq!(ticket().await["ticket"], first["ticket"]);
    assert_eq!(machine.wechat.count("/cgi-bin/ticket/getticket"), asked, "from our store");

    let with_token = machine.url(&format!("/cgi-bin/showqrcode?access_token={token}&ticket=g2&x={key}"));
    machine.client.get(with_token).send().await.unwrap();
    let calls = machine.wechat.calls();
    let seen = calls.iter().rev().find(|call| call.path == "/cgi-bin/showqrcode").expect("it arrived");
    assert_eq!(seen.query_string, "ticket=g2", "another host gets nothing of ours");
    let picture = machine.client.get(machine.url("/cgi-bin/showqrcode?ticket=g%3D%3D")).send().await.unwrap();
    assert_eq!(picture.headers()["content-type"], "image/jpg");
    assert_eq!(picture.bytes().await.unwrap().as_ref(), b"\xff\xd8\xff\xd9");

    let oauth = async |appid: &str, secret: &str| {
        let query = format!("appid={appid}&secret={secret}&code=C1&grant_type=authorization_code");
        get(&machine, &format!("/sns/oauth2/access_token?{query}")).await
    };
    let authorized = oauth(APP_ID, &key).await;
    assert_eq!(authorized["access_token"], "SNS_C1", "the real secret was put in: {authorized}");
    assert_eq!(oauth(APP_ID, "wrong").await["errcode"], 40125);
    assert_eq!(oauth("wx9999999999999999", &key).await["errcode"], 40013);
    let (poor, _) = make_key(&machine, &["menu:read"]).await;
    assert_eq!(oauth(APP_ID, &poor).await["errcode"], 48001);
    let user = get(&machine, "/sns/userinfo?access_token=SNS_C1&openid=o1&lang=zh_CN").await;
    assert_eq!(user["openid"], "o1", "a user's own token passes as it is");

    machine.wechat.forget_calls();
    let refused = async |query: &str| get(&machine, query).await["errcode"].clone();
    assert_eq!(refused(&format!("/sns/userinfo?access_token={token}&openid=o1")).await, 48001);
    assert_eq!(refused(&format!("/sns/userinfo?access_token={ROOT}&openid=o1")).await, 48001);
    assert_eq!(refused("/sns/something/else?access_token=SNS_C1").await, 48001, "no open door");
    let form = format!("appid={APP_ID}&secret={key}&code=C1");
    assert_eq!(post(&machine, "/sns/oauth2/access_token", form).await["errcode"], 43001);
    let body = json!({ "appid": APP_ID, "appsecret": key }).to_string();
    let quota = post(&machine, &format!("/cgi-bin/clear_quota/v2?access_token={ROOT}"), body).await;
    assert_eq!(quota["errcode"], 48001, "a key in a body goes nowhere: {quota}");
    let seen: Vec<String> = machine.wechat.calls().into_iter().map(|call| call.path).collect();
    assert!(!seen.iter().any(|path| path.starts_with("/sns/") || path.contains("clear_quota")), "{seen:?}");
}

async fn a_send_with_a_key_of_its_own_happens_once() {
    let machine = Machine::start().await;
    let openid = FOLLOWERS[3];
    let template = json!({ "touser": openid, "template_id": sandbox::api::world::SHIPPED, "data": {
        "character_string1": { "value": "A1" }, "thing2": { "value": "茶" },
        "amount3": { "value": "￥12" }, "time4": { "value": "2026年11月22日 10:00" } } });
    let send = async |key: &str, body: &Value| {
        let url = machine.url(&format!("/cgi-bin/message/template/send?access_token={ROOT}"));
        let request = machine.client.post(url).header("idempotency-key", key).body(body.to_string());
        json_of(request.send().await.expect("an answer")).await
    };
    let before = machine.wechat.inbox(openid).len();
    let first = send("order-1", &template).await;
    assert_eq!(first["errcode"], 0, "{first}");
    assert_eq!(send("order-1", &template).await, first, "the first answer");
    assert_eq!(machine.wechat.inbox(openid).len(), before + 1, "sent once");
    assert_eq!(send("order-2", &template).await["errcode"], 0);
    assert_eq!(machine.wechat.inbox(openid).len(), before + 2);
    assert_eq!(send("not a key", &template).await["errcode"], 40035);
    let mut another = template.clone();
    another["touser"] = json!(FOLLOWERS[2]);
    let refused = send("order-1", &another).await;
    assert!(refused["errmsg"].as_str().unwrap().contains("another send"), "{refused}");

    // What WeChat refused was not sent, and may be tried again.
    let mut wrong = template.clone();
    wrong["template_id"] = json!("none");
    assert_eq!(send("order-3", &wrong).await["errcode"], 40037);
    assert_eq!(send("order-3", &template).await["errcode"], 0);
}

async fn a_send_whose_fate_is_unknown_is_not_sent_again() {
    let machine = Machine::start().await;
    let openid = FOLLOWERS[4];
    machine.wechat.user_acted(openid, Trigger::Message);
    let message = json!({ "touser": openid, "msgtype": "text", "text": { "content": "您好" } }).to_string();
    let send = async |key: &str| {
        let url = machine.url(&format!("/cgi-bin/message/custom/send?access_token={ROOT}"));
        let request = machine.client.post(url).header("idempotency-key", key).body(message.clone());
        request.send().await.expect("an answer")
    };
    // It is done, and the answer is lost.
    machine.wechat.fail_next(Fault::Drop, 1, Some("/cgi-bin/message/"));
    assert_eq!(json_of(send("lost").await).await["errcode"], -2, "no SDK repeats it by itself");
    assert_eq!(json_of(send("lost").await).await["errcode"], -1);
    assert_eq!(machine.wechat.inbox(openid).len(), 1, "sent once");
    // A broken proxy's page says nothing, and is no answer to keep.
    machine.wechat.fail_next(Fault::Html, 1, Some("/cgi-bin/message/"));
    assert_eq!(send("page").await.status(), 502);
    assert_eq!(json_of(send("page").await).await["errcode"], -1);
    // What was certainly not sent may be sent again.
    machine.wechat.fail_next(Fault::Errcode(45009, "quota".to_owned()), 1, Some("/cgi-bin/message/"));
    assert_eq!(json_of(send("again").await).await["errcode"], 45009);
    assert_eq!(json_of(send("again").await).await["errcode"], 0);
    assert_eq!(machine.wechat.inbox(openid).len(), 2);
}

async fn a_caller_that_hangs_up_ends_nothing_half_way() {
    let machine = Machine::start().await;
    let (openid, path) = (FOLLOWERS[4], "/cgi-bin/message/custom/send");
    machine.wechat.user_acted(openid, Trigger::Message);
    let message = json!({ "touser": openid, "msgtype": "text", "text": { "content": "您好" } }).to_string();
    let send = || {
        let request = machine.client.post(machine.url(&format!("{path}?access_token={ROOT}")));
        request.header("idempotency-key", "hung-up").body(message.clone()).send()
    };
    machine.wechat.fail_next(Fault::Held, 1, Some(path));
    let reaches_wechat = until(async || match machine.wechat.count(path) {
        1 => Ok(()),
        count => Err(format!("{count} calls")),
    });
    tokio::select! {
        answer = send() => panic!("WeChat has not answered: {answer:?}"),
        () = reaches_wechat => {}
    }
    machine.wechat.release();
    machine.until("SELECT COUNT(*) FROM sent_once WHERE answer IS NOT NULL", 1).await;
    assert_eq!(json_of(send().await.expect("an answer")).await["errcode"], 0, "the first answer");
    assert_eq!(machine.wechat.inbox(openid).len(), 1, "sent once");
}

async fn odd_requests_are_handed_on_or_refused() {
    let machine = Machine::start().await;
    let address = machine.address();
    let raw = async |request: String| {
        let mut connection = TcpStream::connect(&address).await.expect("a connection");
        connection.write_all(request.as_bytes()).await.expect("it is sent");
        let mut answer = Vec::new();
        connection.read_to_end(&mut answer).await.expect("an answer");
        String::from_utf8_lossy(&answer).into_owned()
    };
    let head = |method: &str, more: &str| {
        format!(
            "{method} /cgi-bin/tags/get?access_token={ROOT} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n{more}\r\n"
        )
    };
    assert!(raw(head("GET", "Content-Length: 0\r\n")).await.contains("\"tags\""), "a GET with an empty body");
    assert!(raw(head("GET", "Content-Length: 2\r\n") + "{}").await.contains("\"tags\""), "a GET with a body");
    assert!(raw(head("HEAD", "")).await.starts_with("HTTP/1.1 200"));
    assert!(raw(head("PROPFIND", "")).await.contains("43001"));
    let url = machine.url("/cgi-bin/tags/get?access_token=");
    let answer = json_of(machine.client.get(url).bearer_auth(ROOT).send().await.unwrap()).await;
    assert!(answer["tags"].is_array(), "an empty parameter beside a good bearer: {answer}");
}

async fn an_answer_without_a_length_passes_whole() {
    for size in [0, 10, 4096, 4097, 3_000_000] {
        let answer = format!(r#"{{"item":"{}"}}"#, "好".repeat(size / 3));
        let whole = answer.clone();
        // WeChat behind a relay that says no length.
        let relay = Receiver::start(move |_, call| match call.path.as_str() {
            "/cgi-bin/stable_token" => {
                Said::json(&json!({ "access_token": "REAL", "expires_in": 7200 })).chunked()
            }
            _ => Said::status(200).body(answer.clone()).chunked(),
        })
        .await;
        let machine = Machine::with(Setup::new().variable("WECHAT_API_BASE", relay.base())).await;
        let url = machine.url(&format!("/cgi-bin/material/get_material?access_token={ROOT}"));
        let passed = machine.client.post(url).body("{}").send().await.expect("an answer");
        assert!(passed.text().await.expect("a body") == whole, "{size}");
    }
}

async fn a_path_leads_to_wechat_alone() {
    let machine = Machine::start().await;
    machine.ok("token/get", json!({})).await;
    let address = machine.address();
    for target in [
        "/cgi-bin/../api/key/list",
        "/cgi-bin/%2e%2e/%2e%2e/sandbox/calls",
        "/cgi-bin//example.com/x",
        "//example.com/cgi-bin/token",
        "/cgi-bin/..%2f..%2fsandbox/calls",
        "/cgi-bin/\\example.com",
        "/gw/../sandbox/calls",
        "/sandbox/calls",
        "/cgi-bin/a%00b",
        "/cgi-bin/a%0d%0aHost:%20example.com",
        "http://example.com/cgi-bin/tags/get",
    ] {
        let before = machine.wechat.calls().len();
        let mut connection = TcpStream::connect(&address).await.expect("a connection");
        let request = format!(
            "GET {target}?access_token={ROOT} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"
        );
        connection.write_all(request.as_bytes()).await.expect("it is sent");
        let mut answer = Vec::new();
        connection.read_to_end(&mut answer).await.expect("an answer");
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let seen: Vec<String> =
            machine.wechat.calls().into_iter().skip(before).map(|call| call.path).collect();
        assert!(!answer.contains("\"query_string\""), "{target}: {answer}");
        // An absolute target names a host, which is not where anything goes: the path counts.
        let is_call = target.ends_with("/cgi-bin/tags/get");
        assert!(seen.iter().all(|path| is_call && path == "/cgi-bin/tags/get"), "{target}: {seen:?}");
    }
}

async fn every_call_is_in_the_log_without_its_query() {
    let machine = Machine::start().await;
    let (key, id) = make_key(&machine, &["tag:read"]).await;
    let token = credential(&machine, &key).await;
    get(&machine, &format!("/cgi-bin/tags/getidlist?access_token={token}&openid=oPRIVATE")).await;
    let path = "/cgi-bin/tags/getidlist";
    let line = machine.until_logged("request", |line| line["call"] == path).await;
    assert_eq!((&line["key"], &line["account"]), (&json!(id), &json!("default")));
    assert_eq!((&line["route"], &line["status"]), (&json!("gateway"), &json!(200)));
    assert!(line["errcode"].is_i64() && line["ms"].is_i64(), "{line}");
    let log = machine.log();
    assert!(!log.contains(&token) && !log.contains(&key) && !log.contains("oPRIVATE"), "{log}");
}

const MIB: usize = 1024 * 1024;

fn form(file: &[u8]) -> Vec<u8> {
    let head = "--B\r\nContent-Disposition: form-data; name=\"media\"; filename=\"a.png\"\r\nContent-Type: image/png\r\n\r\n";
    [head.as_bytes(), file, b"\r\n--B--\r\n"].concat()
}

async fn large_files_do_not_sit_in_memory() {
    let machine = Machine::start().await;
    let pass = async |size: usize| {
        let url = machine.url(&format!("/cgi-bin/media/upload?access_token={ROOT}&type=image"));
        let request = machine.client.post(url).header("content-type", "multipart/form-data; boundary=B");
        let answer = request.body(form(&vec![7; size])).send().await.expect("an answer");
        let media_id = json_of(answer).await["media_id"].as_str().expect("an id").to_owned();
        let url = machine.url(&format!("/cgi-bin/media/get?access_token={ROOT}&media_id={media_id}"));
        let file = machine.client.get(url).send().await.expect("an answer").bytes().await.expect("a body");
        assert_eq!(file.len(), size);
        machine.wechat.forget_calls();
        machine.resident_kib() / 1024
    };
    let mut resident = Vec::new();
    for size in [20, 80, 80, 160] {
        resident.push(pass(size * MIB).await);
    }
    println!("MiB in memory after files of 20, 80, 80 and 160 MiB, both ways: {resident:?}");
    // What the runtime itself keeps at hand it has taken by then.
    let grown = resident[3].saturating_sub(resident[2]);
    assert!(grown < 40, "a file twice as large takes {grown} MiB more");
}

async fn a_connection_that_breaks_half_way_is_no_call_and_harms_no_other() {
    let machine = Machine::start().await;
    let address = machine.address();
    for length in [1000, 5_000_000] {
        let mut connection = TcpStream::connect(&address).await.expect("a connection");
        let head = format!(
            "POST /cgi-bin/media/upload?access_token={ROOT}&type=image HTTP/1.1\r\nHost: {address}\r\n\
             Content-Type: multipart/form-data; boundary=B\r\nContent-Length: {length}\r\n\r\n"
        );
        connection.write_all(head.as_bytes()).await.expect("it is sent");
        connection.write_all(&form(&vec![7; length])[..length / 2]).await.expect("half of it is sent");
        drop(connection);
    }
    // WeChat breaks off as well, in the middle of its answer.
    let url = machine.url(&format!("/cgi-bin/tags/get?access_token={ROOT}"));
    machine.wechat.fail_next(Fault::Half, 9, Some("/cgi-bin/tags/"));
    assert_eq!(json_of(machine.client.get(&url).send().await.expect("an answer")).await["errcode"], -2);
    machine.wechat.heal();
    for _ in 0..20 {
        assert!(json_of(machine.client.get(&url).send().await.expect("an answer")).await["tags"].is_array());
    }
    assert_eq!(machine.wechat.count("/cgi-bin/media/upload"), 0, "half a file is none");
}
