use mp_worker::assistants::Completion;
use mp_worker::assistants::text::{Unusable, plain, without_thoughts};
use proptest::prelude::{ProptestConfig, any, proptest};
use proptest::{prop_assert, prop_assert_eq};
use serde_json::{Value, json};

use super::assistant;

/// Text that resembles Markdown.
const MARKDOWNISH: &str = r"(\*{1,3}|_{1,2}|~~|`{1,3}|#{1,3} |> |- |\||---|\n|\n\n|\[|\]|\(|\)|!\[|\]\(https://a.b/c_d\)|<br>|<https://a.b>|https://a.b/_x_|<think>|</think>|<thinking>|[a-c0-2 ]{0,3}|[你好，。：]{0,2}){0,40}";

fn clean_with(fields: &Value, text: &str, finish_reason: &str) -> Result<String, Unusable> {
    let finish_reason = Some(finish_reason.to_owned());
    assistant(fields).clean(&Completion {
        text: text.to_owned(),
        usage: None,
        finish_reason,
        conversation: None,
    })
}

fn clean(fields: &Value, text: &str) -> Result<String, Unusable> {
    clean_with(fields, text, "stop")
}

#[test]
fn thoughts_are_removed_in_every_form() {
    for text in [
        "<think>想一想</think>好的",
        "<think>\n想一想\n</think>\n\n好的",
        "\n <THINK>想</Think> 好的",
        "<thinking>想</thinking>好的",
        "<thought>想</thought>好的",
        "<reasoning effort=\"high\">想</reasoning>好的",
        "<seed:think>想</seed:think>好的",
        "◁think▷想◁/think▷好的",
        "<思考>想</思考>好的",
        "想一想</think>好的",
        "好<think>想</think>的",
        "好的<think>想一想没有结束",
        "<think>一</think>好<think>二</think>的",
        "<think>一<think>二</think>三</think>好的",
        "<think></think>好的",
        "<details style=\"color:gray\" open> <summary> Thinking... </summary>\n想\n</details>\n好的",
        "<thi<think>x</think>nk>想</think>好的",
        "想</think><details><summary>Thinking</summary>想</details>好的",
    ] {
        assert_eq!(without_thoughts(text), "好的", "{text}");
    }
    for text in ["<think>没有结束", "<think>想</think>", "想</think>\n", "<think>"] {
        assert_eq!(without_thoughts(text), "", "{text}");
        assert_eq!(clean(&json!({}), text), Err(Unusable::Empty), "{text}");
    }
    for text in [
        "a < b, think > c",
        "I think <b>so</b>",
        "<details><summary>详情</summary>内容</details>",
        "思考：好",
    ] {
        assert_eq!(without_thoughts(text), text);
    }
}

#[test]
fn markdown_becomes_text_that_reads_well() {
    for (markdown, text) in [
        ("# 标题\n正文", "标题\n正文"),
        ("### 标题 ###\n\n正文", "标题\n\n正文"),
        ("#话题 不是标题", "#话题 不是标题"),
        ("**重点**：内容", "重点：内容"),
        ("这是**重点**内容", "这是重点内容"),
        ("**价格：**100元，共**100**元", "价格：100元，共100元"),
        ("他说**“好”**吗", "他说“好”吗"),
        ("**Price:**100 and ***both***", "Price:100 and both"),
        ("*a* _b_ ~~c~~ __d e__", "a b c d e"),
        ("**a *b* c**", "a b c"),
        ("2*3*4 = 24，2**3**4，a_b_c，长*宽*高", "2*3*4 = 24，2**3**4，a_b_c，长*宽*高"),
        ("f(a)*(b+c)*(d) = x * y * z", "f(a)*(b+c)*(d) = x * y * z"),
        ("$a_1 + b_2$，10~20元，3~~5", "$a_1 + b_2$，10~20元，3~~5"),
        ("没有成对**的", "没有成对**的"),
        ("__init__ 和 `__main__`", "__init__ 和 __main__"),
        ("- 一\n- 二\n  - 三\n* 四\n1. 五", "· 一\n· 二\n  · 三\n· 四\n1. 五"),
        ("> 引用\n> > 再引用", "引用\n再引用"),
        ("上\n\n---\n\n下", "上\n\n下"),
        ("标题\n===\n正文", "标题\n正文"),
        ("[官网](https://a.b/c)。", "官网 https://a.b/c。"),
        (
            "见[官网](https://a.b \"标题\")和[价格](https://a.b/p)页",
            "见官网 https://a.b 和价格 https://a.b/p 页",
        ),
        ("[https://a.b](https://a.b) <https://a.b>", "https://a.b https://a.b"),
        ("![图](https://a.b/c.png)", "https://a.b/c.png"),
        ("[![图](https://a.b/c.png)](https://a.b)", "https://a.b/c.png https://a.b"),
        ("[目录](#a) f[i](x) [1] [x] 完成", "目录 f[i](x) [1] [x] 完成"),
        ("**[官网](https://a.b/_c_)**", "官网 https://a.b/_c_"),
        ("https://a.b/_c_d_ 和 https://a.b/*c*", "https://a.b/_c_d_ 和 https://a.b/c"),
        ("| 名称 | 价格 |\n|---|--:|\n| **茶** | 5元<br>起 |", "名称 | 价格\n茶 | 5元 起"),
        ("a | b\n---|---\n1 | 2", "a | b\n1 | 2"),
        ("|a|b|c|", "a|b|c"),
        ("一<br>二<br/>三", "一\n二\n三"),
        ("用 `ls -l` 和 `a*b*c`", "用 ls -l 和 a*b*c"),
        ("用 `**kwargs` 和 ``a`b``", "用 **kwargs 和 ``a`b``"),
        ("```sh\nls -l\n```\n好", "ls -l\n好"),
        ("```python\n# 注释\nprint(1)\n```", "```python\n# 注释\nprint(1)\n```"),
        ("```\n没有结束", "没有结束"),
        ("一\n\n\n\n二  \n", "一\n\n二"),
    ] {
        assert_eq!(plain(markdown), text, "{markdown}");
        assert_eq!(plain(text), text, "again: {markdown}");
    }
}

#[test]
fn an_answer_is_cleaned_in_order() {
    let text = "<think>秘密</think>**你好**";
    assert_eq!(clean(&json!({ "blocked": { "out": ["秘密"] } }), text), Ok("你好".to_owned()));
    assert_eq!(clean(&json!({ "blocked": { "out": ["你好"] } }), text), Err(Unusable::Blocked));
    assert_eq!(clean(&json!({ "blocked": { "out": ["秘密"] } }), "秘**密**"), Err(Unusable::Blocked));
    assert_eq!(clean(&json!({ "plain_text": false }), text), Ok("**你好**".to_owned()));
    assert_eq!(clean(&json!({}), "<think>x</think>\u{200b}\u{feff}\u{2060}"), Err(Unusable::Empty));
    assert_eq!(clean_with(&json!({}), "说到一半", "length"), Ok("说到一半……".to_owned()));
}

#[test]
fn links_remain_where_the_operator_wants_them() {
    let text = "看[官网](https://www.example.com/a)或 HTTPS://Evil.test/x?y，www.evil.test、www.example.com 和<a href=\"https://evil.test\">这里</a>，<A HREF='https://example.com/'>那里</A>";
    let links = |links: Value| clean(&json!({ "links": links }), text).unwrap();
    assert!(links(json!("keep")).contains("HTTPS://Evil.test/x?y"));
    assert_eq!(links(json!("remove")), "看官网 或，、 和这里，那里");
    assert_eq!(
        links(json!(["Example.com"])),
        "看官网 https://www.example.com/a 或，、www.example.com 和这里，<A HREF='https://example.com/'>那里</A>"
    );
    // WeChat opens what `href` says, and a mini program before that.
    for tag in [
        "<a data-x=\"https://b.com\" href=\"https://evil.test\">",
        "<a title='https://b.com' href='https://evil.test'>",
        "<a href=\"https://b.com\" data-miniprogram-appid=\"wx1\" data-miniprogram-path=\"x\">",
        "<a href=https://evil.test>",
    ] {
        assert_eq!(
            clean(&json!({ "links": ["b.com"] }), &format!("{tag}这里</a>")).unwrap(),
            "这里",
            "{tag}"
        );
    }
    let kept = "<a\nhref = \"https://b.com/x\" target=\"_blank\">这里</a>";
    assert_eq!(clean(&json!({ "links": ["b.com"] }), kept).unwrap(), kept);
    assert_eq!(
        clean(&json!({ "links": ["b.com"] }), "https://ab.com https://b.com.evil.test"),
        Err(Unusable::Empty)
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn plain_text_stays_as_it_is(text in MARKDOWNISH) {
        let once = plain(&text);
        prop_assert_eq!(plain(&once), once.clone(), "of {:?}", text);
        prop_assert!(once.chars().count() <= text.chars().count(), "{:?} of {:?}", once, text);
    }

    #[test]
    fn no_thought_is_left(text in MARKDOWNISH) {
        let once = without_thoughts(&text);
        let lower = once.to_ascii_lowercase();
        prop_assert!(!["<think>", "</think>", "<thinking>"].iter().any(|tag| lower.contains(tag)), "{:?} of {:?}", once, text);
        prop_assert_eq!(without_thoughts(&once), once.clone(), "of {:?}", text);
    }

    #[test]
    fn any_text_is_cleaned_once(text in any::<String>()) {
        let once = plain(&without_thoughts(&text));
        prop_assert_eq!(plain(&without_thoughts(&once)), once.clone());
        prop_assert!(once.chars().count() <= text.chars().count());
    }

    #[test]
    fn text_without_marks_remains(text in "[a-z0-9 ，。！？你好]{1,60}") {
        let text = text.trim();
        prop_assert_eq!(plain(text), text);
    }

    #[test]
    fn formulas_and_names_remain(a in "[a-z0-9]{1,4}", b in "[a-z0-9]{1,4}", c in "[a-z0-9]{1,4}") {
        for mark in ["*", "**", "_", "~"] {
            let text = format!("结果是 {a}{mark}{b}{mark}{c} 吧");
            prop_assert_eq!(plain(&text), text);
        }
    }
}

#[test]
fn the_time_is_proportional_to_the_length() {
    // If it grew with the square of the length, this would take minutes.
    for mark in [
        "*",
        "* ",
        "*a",
        "**a ",
        "_",
        "`",
        "` ",
        "`a``",
        "[",
        "[a](",
        "[](https://a)",
        "<",
        "<think>",
        "</think>",
        "<a ",
        "~~",
        "# ",
        "> ",
        "- ",
        "|",
        "```\n",
        "\n",
        "(",
        "https://",
    ] {
        let text = mark.repeat(256 * 1024 / mark.len());
        let _ = clean(&json!({ "links": "remove" }), &text);
        let _ = without_thoughts(&text);
    }
}
