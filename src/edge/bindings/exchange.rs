//! The functions of `exchange.js`.

use js_sys::{JsOption, Promise, Uint8Array};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::{ReadableStream, Response};

#[wasm_bindgen(module = "/src/edge/bindings/exchange.js")]
extern "C" {
    /// The answer to [`pass`].
    pub(super) type Passed;

    #[wasm_bindgen(method, getter)]
    pub(super) fn response(this: &Passed) -> Response;

    #[wasm_bindgen(method, getter)]
    pub(super) fn status(this: &Passed) -> u16;

    #[wasm_bindgen(method, getter, js_name = contentType)]
    pub(super) fn content_type(this: &Passed) -> Option<String>;

    #[wasm_bindgen(method, getter)]
    pub(super) fn length(this: &Passed) -> Option<String>;

    /// The body, if it was short enough to be read.
    #[wasm_bindgen(method, getter)]
    pub(super) fn bytes(this: &Passed) -> Option<Uint8Array>;

    /// The answer to [`ask`].
    pub(super) type Asked;

    #[wasm_bindgen(method, getter)]
    pub(super) fn status(this: &Asked) -> u16;

    #[wasm_bindgen(method, getter, js_name = retryAfter)]
    pub(super) fn retry_after(this: &Asked) -> Option<String>;

    /// `None` if there were more than `limit`.
    #[wasm_bindgen(method, getter)]
    pub(super) fn bytes(this: &Asked) -> Option<Vec<u8>>;

    /// The answer to [`download`].
    pub(super) type Downloaded;

    #[wasm_bindgen(method, getter)]
    pub(super) fn status(this: &Downloaded) -> u16;

    /// The first bytes, or all if `rest` is `None`.
    #[wasm_bindgen(method, getter)]
    pub(super) fn bytes(this: &Downloaded) -> Vec<u8>;

    /// The whole body.
    #[wasm_bindgen(method, getter)]
    pub(super) fn rest(this: &Downloaded) -> Option<ReadableStream>;

    pub(super) fn download(
        url: &str,
        headers: &str,
        timeout: u32,
        look: usize,
        limit: usize,
    ) -> Promise<Downloaded>;

    /// The answer to [`read_form`].
    pub(super) type Form;

    /// Its texts as a query.
    #[wasm_bindgen(method, getter)]
    pub(super) fn query(this: &Form) -> String;

    /// Its file, or undefined.
    #[wasm_bindgen(method, getter)]
    pub(super) fn file(this: &Form) -> JsValue;

    /// The size of the file in bytes.
    #[wasm_bindgen(method, getter)]
    pub(super) fn size(this: &Form) -> usize;

    /// The first bytes of the file.
    #[wasm_bindgen(method, getter)]
    pub(super) fn head(this: &Form) -> Vec<u8>;

    /// The name of the file.
    #[wasm_bindgen(method, getter)]
    pub(super) fn name(this: &Form) -> String;

    #[wasm_bindgen(js_name = readForm)]
    pub(super) fn read_form(body: &Uint8Array, content_type: &str) -> Promise<Form>;

    pub(super) fn upload(
        url: &str,
        headers: &str,
        file: &JsValue,
        name: &str,
        content_type: &str,
        description: &str,
        timeout: u32,
        limit: usize,
    ) -> Promise<Asked>;

    pub(super) fn pass(
        method: &str,
        url: &str,
        headers: &str,
        body: &JsValue,
        timeout: u32,
        look: usize,
    ) -> Promise<Passed>;

    pub(super) fn ask(
        method: &str,
        url: &str,
        headers: &str,
        body: &JsValue,
        timeout: u32,
        limit: usize,
    ) -> Promise<Asked>;

    /// The bytes of a stream of at most `limit` bytes; a longer one is returned as a stream with the same content.
    #[wasm_bindgen(js_name = readShort)]
    pub(super) fn read_short(stream: &ReadableStream, limit: usize) -> Promise;

    /// A stream with asterisks in the place of secrets, which are lines; `length` is the length of the body, or empty.
    pub(super) fn concealing(stream: &ReadableStream, secrets: &str, length: &str) -> ReadableStream;

    #[wasm_bindgen(js_name = readAtMost)]
    fn begin_reading(stream: &ReadableStream, limit: usize, spare: usize) -> Promise<JsOption<Uint8Array>>;

    #[wasm_bindgen(catch)]
    pub(super) fn respond(status: u16, headers: &str, body: &JsValue) -> Result<Response, JsValue>;
}

/// Reads a whole stream; `None` if it has more than `limit` bytes, of which up to `spare` more are read and discarded.
pub(in crate::edge) async fn read_at_most(
    stream: &ReadableStream,
    limit: usize,
    spare: usize,
) -> worker::Result<Option<Uint8Array>> {
    Ok(begin_reading(stream, limit, spare).await?.into_option())
}

/// Headers in the format of `exchange.js`; no value contains a line break.
pub(super) fn lines<'a>(headers: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut lines = String::new();
    for (name, value) in headers {
        lines.extend([name, "\n", value, "\n"]);
    }
    lines
}
