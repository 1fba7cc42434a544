//! A minimal HTTP/1.1 client that keeps its connection and sends prepared requests, so that it costs little.

use std::io::{self, BufRead as _, BufReader, Error, ErrorKind, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpStream};
use std::time::Duration;

/// Longer than any response takes, even on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);
const BUFFER: usize = 64 * 1024;

/// A connection to a port of this machine.
pub(crate) struct Connection {
    port: u16,
    stream: Option<BufReader<TcpStream>>,
}

/// A complete response.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
}

#[derive(Default)]
struct Head {
    status: u16,
    length: Option<usize>,
    is_chunked: bool,
    closes: bool,
}

impl Connection {
    /// A client for this port. The first exchange opens the connection.
    pub(crate) const fn to(port: u16) -> Self {
        Self { port, stream: None }
    }

    /// Sends a request and reads the response.
    pub(crate) fn exchange(&mut self, request: &[u8]) -> io::Result<Answer> {
        let mut stream = match self.stream.take() {
            Some(stream) => stream,
            None => connect(self.port)?,
        };
        stream.get_mut().write_all(request)?;
        let head = read_head(&mut stream)?;
        let body = read_body(&mut stream, &head)?;
        if !head.closes {
            self.stream = Some(stream);
        }
        Ok(Answer { status: head.status, body })
    }
}

fn connect(port: u16) -> io::Result<BufReader<TcpStream>> {
    let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    Ok(BufReader::with_capacity(BUFFER, stream))
}

fn read_head(stream: &mut BufReader<TcpStream>) -> io::Result<Head> {
    let mut line = line(stream)?;
    let status = line.split(' ').nth(1).and_then(|status| status.parse().ok()).ok_or_else(no_http)?;
    let mut head = Head { status, ..Head::default() };
    loop {
        line = self::line(stream)?;
        if line.is_empty() {
            return Ok(head);
        }
        let (name, value) = line.split_once(':').ok_or_else(no_http)?;
        let value = value.trim();
        match name.to_ascii_lowercase().as_str() {
            "content-length" => head.length = value.parse().ok(),
            "transfer-encoding" => head.is_chunked = value.eq_ignore_ascii_case("chunked"),
            "connection" => head.closes = value.eq_ignore_ascii_case("close"),
            _ => {}
        }
    }
}

fn read_body(stream: &mut BufReader<TcpStream>, head: &Head) -> io::Result<Vec<u8>> {
    if !head.is_chunked {
        return exactly(stream, head.length.unwrap_or_default());
    }
    let mut body = Vec::new();
    loop {
        let length = usize::from_str_radix(&line(stream)?, 16).map_err(|_| no_http())?;
        body.append(&mut exactly(stream, length)?);
        line(stream)?;
        if length == 0 {
            return Ok(body);
        }
    }
}

fn exactly(stream: &mut BufReader<TcpStream>, length: usize) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; length];
    stream.read_exact(&mut bytes)?;
    Ok(bytes)
}

fn line(stream: &mut BufReader<TcpStream>) -> io::Result<String> {
    let mut line = String::new();
    if stream.read_line(&mut line)? == 0 {
        return Err(Error::new(ErrorKind::UnexpectedEof, "the connection was closed"));
    }
    line.truncate(line.trim_end().len());
    Ok(line)
}

fn no_http() -> Error {
    Error::new(ErrorKind::InvalidData, "the answer is no HTTP")
}
