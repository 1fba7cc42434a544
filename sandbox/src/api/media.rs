//! Calls with requests or responses that are not JSON: 新增临时素材, 新增永久素材, 获取临时素材, QR code pictures. Also 网页授权.

use std::collections::BTreeMap;

use hyper::Response;
use serde_json::{Value, json};

use crate::chance::random_number;

use super::record::Call;
use super::refusal::Refusal;
use super::reply::{Reply, bytes, json as json_reply, other};
use super::state::State;

/// A minimal JPEG: start and end markers without an image.
const PICTURE: &[u8] = &[0xff, 0xd8, 0xff, 0xd9];
/// What the users of the sandbox's sample messages sent, by media_id: content type, name and bytes. The voice is two
/// seconds of silence; nothing plays the video.
const SAMPLES: [(&str, &str, &str, &[u8]); 5] = [
    ("MEDIA_ID_IMAGE", "image/png", "picture.png", SAMPLE_PICTURE),
    ("THUMB_MEDIA_ID", "image/png", "cover.png", SAMPLE_PICTURE),
    ("MEDIA_ID_VOICE", "audio/amr", "voice.amr", SAMPLE_VOICE),
    ("MEDIA_ID_VIDEO", "video/mp4", "video.mp4", SAMPLE_VIDEO),
    ("MEDIA_ID_SHORT", "video/mp4", "video.mp4", SAMPLE_VIDEO),
];
const SAMPLE_PICTURE: &[u8] = include_bytes!("../../media/picture.png");
const SAMPLE_VIDEO: &[u8] = b"\0\0\0\x14ftypisom\0\0\0\0isom\0\0\0\x08mdat";
/// Frames without data, of 20 ms each, after the mark of AMR.
const SAMPLE_VOICE: &[u8] =
    b"#!AMR\n||||||||||||||||||||||||||||||||||||||||||||||||||||||||||||||||||||||||||||||||||||||||||||||||||||";
/// Where users' files can be seen without a token, as on WeChat's own servers: PicUrl and video_url.
const PUBLIC: &str = "/sandbox/media/";
/// The prefix of web authorization tokens.
const USER_TOKEN: &str = "SNS_";

/// Files by media_id: content type, name and bytes.
#[derive(Debug, Default)]
pub(super) struct Media(BTreeMap<String, (String, String, Vec<u8>)>);

impl Media {
    /// Stores a file as temporary material with a new media_id.
    pub(super) fn keep(&mut self, content_type: String, name: String, file: Vec<u8>) -> String {
        let media_id = format!("MEDIA_{}", random_number());
        self.0.insert(media_id.clone(), (content_type, name, file));
        media_id
    }

    /// The content type, the name and the bytes of a file: one that was stored, or a sample.
    fn find(&self, media_id: &str) -> Option<(&str, &str, &[u8])> {
        let stored =
            self.0.get(media_id).map(|(kind, name, file)| (kind.as_str(), name.as_str(), file.as_slice()));
        let mut samples = SAMPLES.into_iter().filter(|(id, ..)| *id == media_id);
        stored.or_else(|| samples.next().map(|(_, kind, name, file)| (kind, name, file)))
    }

    /// Stores a picture from the console as temporary material. The API returns such pictures with temporary ids.
    pub(super) fn keep_picture(&mut self) -> String {
        self.keep("image/jpeg".to_owned(), "picture.jpg".to_owned(), PICTURE.to_vec())
    }
}

/// Responds to a call of this chapter. Returns `None` for calls of other chapters.
pub(super) fn answer(state: &mut State, call: &Call) -> Option<Response<Reply>> {
    if let Some(media_id) = call.path.strip_prefix(PUBLIC) {
        return Some(seen(state, media_id));
    }
    let answer = match call.path.as_str() {
        "/cgi-bin/media/upload" => upload(state, call).map(|answer| json_reply(&answer)),
        "/cgi-bin/material/add_material" => add_material(state, call).map(|answer| json_reply(&answer)),
        "/cgi-bin/media/get" => download(state, call),
        "/cgi-bin/showqrcode" => return Some(picture(call)),
        "/sns/oauth2/access_token" => authorize(state, call).map(|answer| json_reply(&answer)),
        "/sns/userinfo" => user(call).map(|answer| json_reply(&answer)),
        _ => return None,
    };
    Some(answer.unwrap_or_else(|refusal| json_reply(&refusal.to_json())))
}

fn upload(state: &mut State, call: &Call) -> Result<Value, Refusal> {
    let now = state.clock.now();
    state.tokens.check(call.parameter("access_token"), now)?;
    let (content_type, name, file) = part(call).ok_or(Refusal::MEDIA_MISSING)?;
    let media_id = state.media.keep(content_type, name, file);
    Ok(json!({
        "type": call.parameter("type").unwrap_or("image"), "media_id": media_id, "created_at": now.as_secs(),
    }))
}

/// Stores permanent material, which never expires here either way.
fn add_material(state: &mut State, call: &Call) -> Result<Value, Refusal> {
    state.tokens.check(call.parameter("access_token"), state.clock.now())?;
    let (content_type, name, file) = part(call).ok_or(Refusal::MEDIA_MISSING)?;
    let is_picture = content_type.starts_with("image/");
    let media_id = state.media.keep(content_type, name, file);
    let host = call.header("host").unwrap_or("127.0.0.1:8788");
    let url = format!("http://{host}{PUBLIC}{media_id}");
    Ok(if is_picture { json!({ "media_id": media_id, "url": url }) } else { json!({ "media_id": media_id }) })
}

fn download(state: &State, call: &Call) -> Result<Response<Reply>, Refusal> {
    state.tokens.check(call.parameter("access_token"), state.clock.now())?;
    let media_id = call.parameter("media_id").unwrap_or_default();
    let (content_type, name, file) = state.media.find(media_id).ok_or(Refusal::INVALID_MEDIA_ID)?;
    if content_type.starts_with("video/") {
        let host = call.header("host").unwrap_or("127.0.0.1:8788");
        return Ok(json_reply(&json!({ "video_url": format!("http://{host}{PUBLIC}{media_id}") })));
    }
    let disposition = format!("attachment; filename=\"{name}\"");
    Ok(bytes(content_type, Some(&disposition), file.to_vec()))
}

/// A file as a user's PicUrl shows it.
fn seen(state: &State, media_id: &str) -> Response<Reply> {
    match state.media.find(media_id) {
        Some((content_type, _, file)) => bytes(content_type, None, file.to_vec()),
        None => other(404, "text/plain", String::new()),
    }
}

/// Returns the content type, the file name and the bytes of the form's `media` part.
fn part(call: &Call) -> Option<(String, String, Vec<u8>)> {
    let (_, boundary) = call.header("content-type")?.split_once("boundary=")?;
    let boundary = format!("--{}", boundary.trim_matches('"')).into_bytes();
    let start = find(&call.body, b"name=\"media\"").or_else(|| find(&call.body, b"name=media"))?;
    let rest = call.body.get(start..)?;
    let head_end = find(rest, b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(rest.get(..head_end)?).into_owned();
    let file = rest.get(head_end.checked_add(4)?..)?;
    let end = find(file, &boundary)?.checked_sub(2)?;
    let after =
        |name: &str| head.split(name).nth(1).map(|rest| rest.split(['\r', ';']).next().unwrap_or(rest));
    let content_type = after("Content-Type: ").or_else(|| after("content-type: ")).unwrap_or("image/jpeg");
    let name = after("filename=").unwrap_or("\"file\"").trim_matches('"');
    Some((content_type.trim().to_owned(), name.to_owned(), file.get(..end)?.to_vec()))
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

fn picture(call: &Call) -> Response<Reply> {
    match call.parameter("ticket") {
        Some(ticket) if !ticket.is_empty() => bytes("image/jpg", None, PICTURE.to_vec()),
        _ => other(404, "text/plain", String::new()),
    }
}

/// Exchanges an authorization code for a user's token. Any code is accepted.
fn authorize(state: &State, call: &Call) -> Result<Value, Refusal> {
    if call.parameter("appid") != Some(state.account.app_id.as_str()) {
        return Err(Refusal::INVALID_APPID);
    }
    if call.parameter("secret") != Some(state.account.app_secret.expose()) {
        return Err(Refusal::INVALID_APPSECRET);
    }
    let code = call.parameter("code").filter(|code| !code.is_empty()).ok_or(Refusal::INVALID_CODE)?;
    Ok(json!({
        "access_token": format!("{USER_TOKEN}{code}"), "expires_in": 7200, "refresh_token": format!("R_{code}"),
        "openid": "oSANDBOX000000000000000alice", "scope": "snsapi_userinfo",
    }))
}

fn user(call: &Call) -> Result<Value, Refusal> {
    match call.parameter("access_token") {
        Some(token) if token.starts_with(USER_TOKEN) => Ok(
            json!({ "openid": call.parameter("openid"), "nickname": "微信用户", "sex": 0, "privilege": [] }),
        ),
        _ => Err(Refusal::INVALID_CREDENTIAL),
    }
}
