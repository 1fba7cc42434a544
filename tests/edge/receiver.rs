//! A backend of an operator's, as good or as bad as a test wants it.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::sleep;

/// A request that came.
#[derive(Debug, Clone)]
pub(crate) struct Received {
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

/// What it answers.
#[derive(Debug, Clone)]
pub(crate) struct Said {
    pub(crate) after: Duration,
    pub(crate) status: u16,
    pub(crate) headers: String,
    pub(crate) body: String,
}

type Behaviour = dyn Fn(usize, &Received) -> Said + Send + Sync;

/// A running backend.
#[derive(Clone)]
pub(crate) struct Receiver {
    pub(crate) url: String,
    seen: Arc<Mutex<Vec<Received>>>,
}

impl Received {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).expect("JSON")
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value)
    }
}

impl Said {
    pub(crate) fn status(status: u16) -> Self {
        Self { after: Duration::ZERO, status, headers: String::new(), body: String::new() }
    }

    pub(crate) fn json(body: &Value) -> Self {
        Self { body: body.to_string(), ..Self::status(200) }
    }

    pub(crate) fn reply(content: &str) -> Self {
        Self::json(&json!({ "reply": { "msgtype": "text", "text": { "content": content } } }))
    }

    pub(crate) fn after(self, after: Duration) -> Self {
        Self { after, ..self }
    }
}

impl Receiver {
    /// `behave` gets the number of the request, from 0.
    pub(crate) async fn start(behave: impl Fn(usize, &Received) -> Said + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}/hook", listener.local_addr().expect("an address"));
        let receiver = Self { url, seen: Arc::default() };
        let (seen, behave): (_, Arc<Behaviour>) = (Arc::clone(&receiver.seen), Arc::new(behave));
        tokio::spawn(async move {
            while let Ok((connection, _)) = listener.accept().await {
                tokio::spawn(converse(connection, Arc::clone(&seen), Arc::clone(&behave)));
            }
        });
        receiver
    }

    pub(crate) fn seen(&self) -> Vec<Received> {
        self.seen.lock().expect("no test panicked over it").clone()
    }

    /// What came, once it is so much.
    pub(crate) async fn until(&self, count: usize) -> Vec<Received> {
        for _ in 0..400 {
            let seen = self.seen();
            if seen.len() >= count {
                return seen;
            }
            sleep(Duration::from_millis(50)).await;
        }
        panic!("{count} requests never came: {:?}", self.seen());
    }
}

async fn converse(mut connection: TcpStream, seen: Arc<Mutex<Vec<Received>>>, behave: Arc<Behaviour>) {
    while let Some(request) = read(&mut connection).await {
        let number = {
            let mut seen = seen.lock().expect("no test panicked over it");
            seen.push(request.clone());
            seen.len() - 1
        };
        let said = behave(number, &request);
        sleep(said.after).await;
        let Said { status, headers, body, .. } = said;
        let answer = format!(
            "HTTP/1.1 {status} X\r\ncontent-length: {}\r\ncontent-type: application/json\r\n{headers}\r\n{body}",
            body.len()
        );
        if connection.write_all(answer.as_bytes()).await.is_err() {
            return;
        }
    }
}

async fn read(connection: &mut TcpStream) -> Option<Received> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break end;
        }
        let mut chunk = [0; 4096];
        match connection.read(&mut chunk).await {
            Ok(0) | Err(_) => return None,
            Ok(length) => bytes.extend_from_slice(&chunk[..length]),
        }
    };
    let head = String::from_utf8(bytes[..end].to_vec()).expect("a head");
    let headers: Vec<(String, String)> = head
        .lines()
        .skip(1)
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let length = length.and_then(|(_, length)| length.parse::<usize>().ok()).unwrap_or_default();
    let mut body = bytes.split_off(end + 4);
    while body.len() < length {
        let mut chunk = [0; 4096];
        match connection.read(&mut chunk).await {
            Ok(0) | Err(_) => return None,
            Ok(read) => body.extend_from_slice(&chunk[..read]),
        }
    }
    Some(Received { headers, body: String::from_utf8(body).expect("UTF-8") })
}
