//! The sandbox's command line.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use sandbox::account::{Account, Mode, variables_file};
use sandbox::api::{self, FaultOrder, Platform};
use sandbox::dev::{self, Dev};
use sandbox::document::Document;
use sandbox::publish::Publish;
use sandbox::sample;
use sandbox::sender::Sender;
use sandbox::verdict::Verdict;

/// A pretend WeChat platform: sends callbacks as WeChat does, and shows what the user would see.
#[derive(Debug, Parser)]
struct CommandLine {
    /// The server URL of the account, as it stands in WeChat's console
    #[arg(long, global = true, default_value = "http://127.0.0.1:8787/callback")]
    to: String,
    /// How messages are encrypted; by default secure if the account has a key, else plain
    #[arg(long, global = true)]
    mode: Option<Mode>,
    /// Who is talking
    #[arg(long, global = true, default_value = "oSANDBOX0000000000000000user")]
    openid: String,
    /// The file with the account's variables; by default .dev.vars, else .dev.vars.example
    #[arg(long, global = true)]
    vars: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Verify the server address, as the console does on 提交
    Verify,
    /// Say something to the account
    Say {
        /// The text
        text: String,
    },
    /// Send a message of another type, such as image or location
    Message {
        /// A name that `list` shows
        name: String,
        /// Set a field, such as Content=你好
        #[arg(long = "set", value_name = "FIELD=VALUE", value_parser = parse_field)]
        fields: Vec<(String, String)>,
    },
    /// Send an event, such as subscribe or CLICK
    Event {
        /// A name that `list` shows, or any other
        name: String,
        /// Its EventKey
        #[arg(long)]
        key: Option<String>,
        /// Set a field, such as Ticket=T
        #[arg(long = "set", value_name = "FIELD=VALUE", value_parser = parse_field)]
        fields: Vec<(String, String)>,
    },
    /// Show the names of all messages and events there are samples of
    List,
    /// Check a rules document before it is published
    CheckRules {
        /// The JSON file
        file: PathBuf,
    },
    /// Check a rules document, and give a worker its rules
    PublishRules {
        /// The JSON file
        file: PathBuf,
        #[command(flatten)]
        publish: Publish,
    },
    /// Serve api.weixin.qq.com alone
    Serve {
        /// Where to listen
        #[arg(long, default_value_t = 8788)]
        port: u16,
    },
    /// Let the next calls to the running sandbox fail
    Fail {
        #[command(flatten)]
        order: FaultOrder,
        /// The port of the sandbox's api.weixin.qq.com
        #[arg(long, env = "SANDBOX_PORT", default_value_t = 8788)]
        sandbox_port: u16,
    },
    /// Run the worker and the sandbox together, until Ctrl-C
    Dev(Dev),
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(CommandLine::parse()).await {
        Ok(exit) => exit,
        Err(complaint) => {
            eprintln!("{complaint}");
            ExitCode::FAILURE
        }
    }
}

async fn run(line: CommandLine) -> Result<ExitCode, String> {
    match &line.command {
        Command::Dev(dev) => dev::run(dev).await.map(|()| ExitCode::SUCCESS),
        Command::List => {
            println!("messages: {}", sample::message_names().join(" "));
            println!("events:   {}", sample::event_names().join(" "));
            Ok(ExitCode::SUCCESS)
        }
        Command::CheckRules { file } => {
            dev::read_rules(file)?;
            println!("{} is accepted.", file.display());
            Ok(ExitCode::SUCCESS)
        }
        Command::PublishRules { file, publish } => {
            let version = publish.rules(file).await?;
            println!("Version {version} is published; every location has it within two minutes.");
            Ok(ExitCode::SUCCESS)
        }
        Command::Serve { port } => {
            let account = line.account()?;
            let listener = api::listen(*port).await?;
            println!("api.weixin.qq.com for {} at http://127.0.0.1:{port}", account.app_id.as_str());
            match api::serve(listener, Platform::new(account)).await {}
        }
        Command::Fail { order, sandbox_port } => {
            api::order_fault(*sandbox_port, order).await?;
            println!("Ordered, for the next {} call(s).", order.calls);
            Ok(ExitCode::SUCCESS)
        }
        Command::Verify => {
            line.sender()?.verify().await?;
            println!("The server address is verified.");
            Ok(ExitCode::SUCCESS)
        }
        Command::Say { text } => {
            let message = sample::message("text").ok_or("there is no sample of a text")?;
            line.deliver(&format!("say {text}"), message.with("Content", text)).await
        }
        Command::Message { name, fields } => {
            let message =
                sample::message(name).ok_or_else(|| format!("there is no message {name}; see `list`"))?;
            line.deliver(name, set(message, fields)).await
        }
        Command::Event { name, key, fields } => {
            let event = sample::event(name).ok_or("there is no sample of an event")?;
            let event = match key {
                Some(key) => event.with("EventKey", key),
                None => event,
            };
            line.deliver(name, set(event, fields)).await
        }
    }
}

impl CommandLine {
    fn account(&self) -> Result<Account, String> {
        Account::read(&self.vars.clone().unwrap_or_else(variables_file))
    }

    fn sender(&self) -> Result<Sender, String> {
        let account = self.account()?;
        let mode = self.mode.unwrap_or(match account.encoding_aes_key {
            Some(_) => Mode::Secure,
            None => Mode::Plain,
        });
        Sender::new(account, mode, self.to.clone())
    }

    async fn deliver(&self, title: &str, message: Document) -> Result<ExitCode, String> {
        let sender = self.sender()?;
        println!("→ {title}");
        let outcome = sender.deliver(&sender.address(message, &self.openid)).await;
        println!("{outcome}");
        Ok(match outcome.verdict {
            Verdict::FailureNotice(_) => ExitCode::FAILURE,
            Verdict::Nothing | Verdict::Reply(_) => ExitCode::SUCCESS,
        })
    }
}

fn set(document: Document, fields: &[(String, String)]) -> Document {
    fields.iter().fold(document, |document, (name, value)| document.with(name, value))
}

fn parse_field(text: &str) -> Result<(String, String), String> {
    text.split_once('=')
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .ok_or_else(|| "a field is FIELD=VALUE".to_owned())
}
