//! Results of the account's own jobs: template messages, mass sends, publishing.
//!
//! Manual: 模板消息, 群发接口和原创校验, 发布能力.

use serde_json::Value;

use crate::callback::field::{Field, Item, record};

/// `TEMPLATESENDJOBFINISH`: a template message was delivered, or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateSendJobFinish {
    /// `MsgID`
    pub msg_id: String,
    /// `Status`
    pub status: TemplateStatus,
}

/// What became of a template message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TemplateStatus {
    /// `success`
    Success,
    /// `failed:user block`: the user refuses the account's messages.
    UserBlocked,
    /// `failed: system failed`, or any other status.
    Failed(String),
}

impl Item for TemplateSendJobFinish {
    const PATHS: &'static [&'static str] = &["MsgID", "Status"];

    fn from_fields(fields: &Value) -> Self {
        let status: String = Field::read(fields, "Status");
        // WeChat puts a space after the colon, or does not.
        let status = match status.replace(' ', "").as_str() {
            "success" => TemplateStatus::Success,
            "failed:userblock" => TemplateStatus::UserBlocked,
            _ => TemplateStatus::Failed(status),
        };
        Self { msg_id: Field::read(fields, "MsgID"), status }
    }
}

record! {
    /// `MASSSENDJOBFINISH`: a mass send ended.
    MassSendJobFinish {
        msg_id: String = "MsgID",
        /// `send success`, `send fail` or `err(n)`.
        status: String = "Status",
        total_count: Option<u64> = "TotalCount",
        /// Recipients left after filtering.
        filter_count: Option<u64> = "FilterCount",
        sent_count: Option<u64> = "SentCount",
        error_count: Option<u64> = "ErrorCount",
        /// 1 not a reprint, 2 a reprint that may be sent, 3 a reprint that may not.
        check_state: Option<u64> = "CopyrightCheckResult/CheckState",
        copyright_checks: Vec<CopyrightCheck> = "CopyrightCheckResult/ResultList/item",
        article_urls: Vec<ArticleUrl> = "ArticleUrlResult/ResultList/item",
    }
}

record! {
    /// What the originality check says of one article.
    CopyrightCheck {
        /// From 1.
        article_idx: Option<u64> = "ArticleIdx",
        user_declare_state: Option<u64> = "UserDeclareState",
        audit_state: Option<u64> = "AuditState",
        original_article_url: Option<String> = "OriginalArticleUrl",
        original_article_type: Option<u64> = "OriginalArticleType",
        can_reprint: Option<u64> = "CanReprint",
        need_replace_content: Option<u64> = "NeedReplaceContent",
        need_show_reprint_source: Option<u64> = "NeedShowReprintSource",
    }
}

record! {
    /// Where one article of a mass send can be read.
    ArticleUrl {
        /// From 1.
        article_idx: Option<u64> = "ArticleIdx",
        article_url: String = "ArticleUrl",
    }
}

record! {
    /// `PUBLISHJOBFINISH`: publishing a draft ended.
    PublishJobFinish {
        publish_id: String = "PublishEventInfo/publish_id",
        /// 0 published, 1 publishing, 2 not original, 3 failed, 4 refused by the platform,
        /// 5 deleted by the user afterwards, 6 banned afterwards.
        publish_status: Option<u64> = "PublishEventInfo/publish_status",
        article_id: Option<String> = "PublishEventInfo/article_id",
        articles: Vec<PublishedArticle> = "PublishEventInfo/article_detail/item",
        /// Articles that failed, from 1.
        fail_idx: Vec<String> = "PublishEventInfo/fail_idx",
    }
}

record! {
    /// One article of a [`PublishJobFinish`].
    PublishedArticle {
        /// From 1.
        idx: Option<u64> = "idx",
        article_url: String = "article_url",
    }
}
