//! A fake WeChat for the gateways, and a fake provider of models for assistants, which cost as little as possible.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;

use crate::traffic::{FILE_BYTES, REPLY};

/// Starts to listen until this process ends, and returns the port.
pub(crate) fn start() -> io::Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let port = listener.local_addr()?.port();
    let file = Arc::new(answer("image/png", &vec![7; FILE_BYTES]));
    let said = Arc::new(answer("text/event-stream", events().as_bytes()));
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let (file, said) = (Arc::clone(&file), Arc::clone(&said));
            // Errors are ignored: the gateway reports a broken connection.
            thread::spawn(move || serve(stream, &file, &said));
        }
    });
    Ok(port)
}

fn serve(stream: TcpStream, file: &[u8], said: &[u8]) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut stream = BufReader::with_capacity(64 * 1024, stream);
    while let Some((path, length)) = read_head(&mut stream)? {
        io::copy(&mut (&mut stream).take(length), &mut io::sink())?;
        let json = |text: &str| answer("application/json; charset=utf-8", text.as_bytes());
        match path.split('?').next().unwrap_or_default() {
            "/v1/chat/completions" => stream.get_mut().write_all(said)?,
            "/cgi-bin/media/get" => stream.get_mut().write_all(file)?,
            "/cgi-bin/media/upload" => {
                let made = json("{\"type\":\"image\",\"media_id\":\"BENCH\",\"created_at\":1700000000}");
                stream.get_mut().write_all(&made)?;
            }
            "/cgi-bin/stable_token" => {
                let token = json("{\"access_token\":\"BENCH_ACCESS_TOKEN\",\"expires_in\":7200}");
                stream.get_mut().write_all(&token)?;
            }
            _ => stream.get_mut().write_all(&json("{\"errcode\":0,\"errmsg\":\"ok\"}"))?,
        }
    }
    Ok(())
}

/// The answer of a model as a stream, an event for each character.
fn events() -> String {
    let delta = |content: char| {
        format!(
            "data: {{\"choices\":[{{\"index\":0,\"delta\":{{\"content\":\"{content}\"}},\"finish_reason\":null}}]}}\n\n"
        )
    };
    let end = "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}],\"usage\":{\"total_tokens\":60}}\n\ndata: [DONE]\n\n";
    REPLY.chars().map(delta).collect::<String>() + end
}

/// Reads the path of a request and the length of its body. Returns `None` at the end of the connection.
fn read_head(stream: &mut BufReader<TcpStream>) -> io::Result<Option<(String, u64)>> {
    let mut line = String::new();
    stream.read_line(&mut line)?;
    let Some(path) = line.split(' ').nth(1).map(ToOwned::to_owned) else { return Ok(None) };
    let mut length = 0;
    loop {
        line.clear();
        stream.read_line(&mut line)?;
        let header = line.trim_end().to_ascii_lowercase();
        if header.is_empty() {
            return Ok(Some((path, length)));
        }
        if let Some(value) = header.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap_or_default();
        }
    }
}

fn answer(content_type: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let head = format!("HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\nContent-Length: {length}\r\n\r\n");
    [head.as_bytes(), body].concat()
}
