//! The answers to questions.

use hyper::Response;
use hyper::header::{CONTENT_TYPE, HeaderValue, LOCATION, RETRY_AFTER};
use serde_json::{Value, json};

use super::body::Pieces;
use super::fault::{ERRORS, Quirk};
use super::question::{Form, Question};

const JSON: &str = "application/json";
const EVENTS: &str = "text/event-stream; charset=utf-8";
const PAGE: &str = "<!doctype html>\n<html><head><title>Sandbox</title></head><body>Sandbox</body></html>";
const CONVERSATION: &str = "5ab0c2d1-0000-4000-8000-000000000000";
const MARKDOWN: &str = include_str!("markdown.md");
/// The seconds of `retry-after`.
const RETRY_AFTER_SECONDS: &str = "1";
/// Characters of three bytes: a megabyte.
const HUGE: usize = 350_000;

/// A page, as providers answer where `/v1` is missing.
pub(super) fn page() -> Response<Pieces> {
    respond(200, "text/html; charset=utf-8", Pieces::new([PAGE]))
}

pub(super) fn json(value: &Value) -> Response<Pieces> {
    respond(200, JSON, Pieces::new([value.to_string()]))
}

/// An error of [`ERRORS`].
pub(super) fn error(index: usize) -> Response<Pieces> {
    let (name, status, body) = ERRORS.get(index).copied().unwrap_or(("500", 500, ""));
    let content_type = match body.chars().next() {
        Some('{') => JSON,
        Some('<') => "text/html",
        _ => "text/plain",
    };
    let mut response = respond(status, content_type, Pieces::new([body]));
    if name == "429" {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static(RETRY_AFTER_SECONDS));
    }
    if name == "redirect" {
        response.headers_mut().insert(LOCATION, HeaderValue::from_static("/v1/redirected"));
    }
    response
}

fn respond(status: u16, content_type: &'static str, pieces: Pieces) -> Response<Pieces> {
    let mut response = Response::new(pieces);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    *response.status_mut() = status.try_into().unwrap_or_default();
    response
}

/// Answers a question, with a quirk if one is ordered.
pub(super) fn answer(question: &Question, quirk: Option<Quirk>) -> Response<Pieces> {
    match quirk {
        Some(Quirk::Html) => return page(),
        Some(Quirk::Empty) => return respond(200, JSON, Pieces::new([""; 0])),
        _ => {}
    }
    let text = text(question, quirk);
    let is_streamed =
        question.is_streamed && !matches!(quirk, Some(Quirk::BlankLines | Quirk::PlainJson | Quirk::CutJson));
    if is_streamed { stream(question, &text, quirk) } else { plain(question, &text, quirk) }
}

fn text(question: &Question, quirk: Option<Quirk>) -> String {
    let text = question.answer();
    match quirk {
        Some(Quirk::ThinkClosed) => format!("<think>\n先想一想\n</think>\n\n{text}"),
        Some(Quirk::ThinkUnclosed) => "<think>\n想了又想，没有结束".to_owned(),
        Some(Quirk::ThinkMiddle) => format!("好的。<think>再想一想</think>{text}"),
        Some(Quirk::ContentNull | Quirk::ContentEmpty | Quirk::ThoughtsOnly) => String::new(),
        Some(Quirk::Huge) => "字".repeat(HUGE),
        Some(Quirk::Markdown) => MARKDOWN.to_owned(),
        _ => text,
    }
}

/// What a message has as its content.
fn content(text: &str, quirk: Option<Quirk>) -> Value {
    match quirk {
        Some(Quirk::ContentNull | Quirk::ThoughtsOnly) => Value::Null,
        Some(Quirk::ContentParts) => json!([{ "type": "text", "text": text }]),
        _ => json!(text),
    }
}

const fn finish_reason(quirk: Option<Quirk>) -> &'static str {
    match quirk {
        Some(Quirk::RefusedFinish) => "content_filter",
        Some(Quirk::Length | Quirk::ThoughtsOnly) => "length",
        _ => "stop",
    }
}

/// About a token for each character.
fn usage(question: &Question, text: &str) -> Value {
    let (asked, answered) = (question.messages.to_string().chars().count(), text.chars().count());
    json!({ "prompt_tokens": asked, "completion_tokens": answered, "total_tokens": asked.saturating_add(answered) })
}

fn plain(question: &Question, text: &str, quirk: Option<Quirk>) -> Response<Pieces> {
    let usage = if quirk == Some(Quirk::NoUsage) { Value::Null } else { usage(question, text) };
    let body = match question.form {
        Form::OpenAi => {
            let mut message = json!({ "role": "assistant", "content": content(text, quirk) });
            if let (Some(Quirk::Thoughts | Quirk::ThoughtsOnly), Some(message)) =
                (quirk, message.as_object_mut())
            {
                message.insert("reasoning_content".to_owned(), json!("先想一想"));
            }
            let choice = json!({ "index": 0, "message": message, "finish_reason": finish_reason(quirk) });
            json!({
                "id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": question.model,
                "choices": [choice], "usage": usage
            })
        }
        Form::Dify => json!({
            "event": "message", "mode": "chat", "conversation_id": conversation(question), "answer": text,
            "metadata": { "usage": usage }
        }),
    };
    let body = body.to_string();
    let (half, _) = body.split_at(body.floor_char_boundary(body.len() / 2));
    respond(
        200,
        JSON,
        match quirk {
            Some(Quirk::BlankLines) => Pieces::new(["\n".to_owned(), "\n\n".to_owned(), body]),
            Some(Quirk::CutJson) => Pieces::new([half.to_owned()]).torn(),
            Some(Quirk::SplitUtf8) => bytes(&body),
            _ => Pieces::new([body]),
        },
    )
}

fn conversation(question: &Question) -> &str {
    if question.conversation.is_empty() { CONVERSATION } else { &question.conversation }
}

/// A piece for each byte.
fn bytes(text: &str) -> Pieces {
    Pieces::new(text.bytes().map(|byte| vec![byte]))
}

fn stream(question: &Question, text: &str, quirk: Option<Quirk>) -> Response<Pieces> {
    let mut events = match question.form {
        Form::OpenAi => completion_events(question, text, quirk),
        Form::Dify => message_events(question, text, quirk),
    };
    let half = events.len().div_ceil(2);
    match quirk {
        Some(Quirk::CutSse | Quirk::HalfSse) => events.truncate(half),
        Some(Quirk::LateError) => {
            events.truncate(half);
            events.push(json!({ "error": { "code": 502, "message": "Provider returned error" } }));
        }
        _ => {}
    }
    let mut texts: Vec<String> = events.iter().map(|event| format!("data: {event}\n\n")).collect();
    let is_ended = !matches!(quirk, Some(Quirk::NoDone | Quirk::CutSse | Quirk::HalfSse | Quirk::LateError));
    if is_ended && question.form == Form::OpenAi {
        texts.push("data: [DONE]\n\n".to_owned());
    }
    match quirk {
        Some(Quirk::Comments) => {
            texts = texts.iter().map(|event| format!(": keep-alive\n\n\n{event}")).collect();
        }
        Some(Quirk::Crlf) => texts = texts.iter().map(|event| event.replace('\n', "\r\n")).collect(),
        Some(Quirk::Dense) => texts = texts.iter().map(|event| event.replace("\n\n", "\n")).collect(),
        Some(Quirk::CutSse) => texts.push("data: {\"id\":\"chatcmpl-1\",\"choi".to_owned()),
        _ => {}
    }
    respond(
        200,
        EVENTS,
        match quirk {
            Some(Quirk::SplitUtf8) => bytes(&texts.concat()),
            Some(Quirk::CutSse) => Pieces::new(texts).torn(),
            Some(Quirk::Open) => Pieces::new(texts).left_open(),
            _ => Pieces::new(texts),
        },
    )
}

/// The text in pieces of some characters, as models send it.
fn pieces(text: &str) -> Vec<String> {
    let characters: Vec<char> = text.chars().collect();
    let size = if characters.len() > 10_000 { 1000 } else { 3 };
    characters.chunks(size).map(|piece| piece.iter().collect()).collect()
}

fn completion_events(question: &Question, text: &str, quirk: Option<Quirk>) -> Vec<Value> {
    let event = |delta: Value, reason: Value| {
        json!({
            "id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": question.model,
            "choices": [{ "index": 0, "delta": delta, "finish_reason": reason }]
        })
    };
    let mut events = vec![event(json!({ "role": "assistant", "content": content("", quirk) }), Value::Null)];
    if let Some(Quirk::Thoughts | Quirk::ThoughtsOnly) = quirk {
        let thought =
            |thought: &str| event(json!({ "reasoning_content": thought, "content": null }), Value::Null);
        events.extend(["先想", "一想"].map(thought));
    }
    let mut pieces = pieces(text);
    if quirk == Some(Quirk::RefusedFinish) {
        pieces.truncate(pieces.len() / 2);
    }
    events.extend(pieces.iter().map(|piece| event(json!({ "content": content(piece, quirk) }), Value::Null)));
    events.push(event(json!({}), json!(finish_reason(quirk))));
    if question.wants_usage && quirk != Some(Quirk::NoUsage) {
        events.push(json!({ "id": "chatcmpl-1", "choices": [], "usage": usage(question, text) }));
    }
    events
}

fn message_events(question: &Question, text: &str, quirk: Option<Quirk>) -> Vec<Value> {
    let event = |name: &str, answer: &str| json!({ "event": name, "task_id": "t", "conversation_id": conversation(question), "answer": answer });
    let mut events: Vec<Value> = pieces(text).iter().map(|piece| event("message", piece)).collect();
    let usage = if quirk == Some(Quirk::NoUsage) { Value::Null } else { usage(question, text) };
    events.push(json!({
        "event": "message_end", "conversation_id": conversation(question), "metadata": { "usage": usage }
    }));
    events
}
