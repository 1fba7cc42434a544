//! Temporary and permanent media, and the files of the sample messages.

use serde_json::{Value, json};

use crate::Wechat;

/// A form with a part `media`, as WeChat's manual shows it.
fn form(file: &str) -> (&'static str, String) {
    let head =
        "Content-Disposition: form-data; name=\"media\"; filename=\"a.png\"\r\nContent-Type: image/png";
    ("multipart/form-data; boundary=B", format!("--B\r\n{head}\r\n\r\n{file}\r\n--B--\r\n"))
}

async fn upload(wechat: &Wechat, path: &str, file: &str) -> Value {
    let (content_type, body) = form(file);
    let request = wechat.client.post(wechat.url(path)).header("content-type", content_type).body(body);
    serde_json::from_str(&request.send().await.unwrap().text().await.unwrap()).unwrap()
}

#[tokio::test]
async fn an_uploaded_file_can_be_fetched_and_seen() {
    let wechat = Wechat::start().await;
    let temporary = upload(&wechat, "/cgi-bin/media/upload?type=image", "one").await;
    assert!(temporary["created_at"].is_i64() && temporary.get("url").is_none(), "{temporary}");
    let media_id = temporary["media_id"].as_str().unwrap();
    let fetched = wechat.client.get(wechat.url(&format!("/cgi-bin/media/get?media_id={media_id}")));
    assert_eq!(fetched.send().await.unwrap().text().await.unwrap(), "one");

    let permanent = upload(&wechat, "/cgi-bin/material/add_material?type=image", "two").await;
    // Users see it without a token.
    let seen = wechat.client.get(permanent["url"].as_str().unwrap()).send().await.unwrap();
    assert_eq!(seen.headers()["content-type"], "image/png");
    assert_eq!(seen.text().await.unwrap(), "two");
    let none = wechat.client.get(format!("{}/sandbox/media/none", wechat.base)).send().await.unwrap();
    assert_eq!(none.status(), 404);
}

#[tokio::test]
async fn the_files_of_the_sample_messages_exist() {
    let wechat = Wechat::start().await;
    for (media_id, start) in [
        ("MEDIA_ID_IMAGE", b"\x89PNG\r\n".as_slice()),
        ("THUMB_MEDIA_ID", b"\x89PNG\r\n"),
        ("MEDIA_ID_VOICE", b"#!AMR\n"),
    ] {
        let answer = wechat.client.get(wechat.url(&format!("/cgi-bin/media/get?media_id={media_id}")));
        assert!(answer.send().await.unwrap().bytes().await.unwrap().starts_with(start), "{media_id}");
    }
    let video = wechat.get("/cgi-bin/media/get?media_id=MEDIA_ID_VIDEO").await;
    let url = video["video_url"].as_str().unwrap();
    let video = wechat.client.get(url).send().await.unwrap();
    assert_eq!(video.headers()["content-type"], "video/mp4");
    assert_eq!(&video.bytes().await.unwrap()[4..8], b"ftyp");
    assert_eq!(wechat.get("/cgi-bin/media/get?media_id=none").await["errcode"], json!(40007));
}
