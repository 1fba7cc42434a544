//! Finds the rules whose condition a message fulfils without trying every rule.

use std::collections::BTreeMap;

use aho_corasick::Input;
use aho_corasick::automaton::{Automaton as _, OverlappingState};
use aho_corasick::nfa::contiguous::NFA;
use regex_lite::Regex;

use crate::callback::event::{Event, FollowSource};
use crate::callback::{Body, Content, Message};

use super::condition::{Condition, Key, Keyword, Place, fold};

/// Rules by key, and by keyword.
#[derive(Debug, Default)]
pub(super) struct Index {
    by_key: BTreeMap<Key<'static>, Vec<usize>>,
    as_sent: Texts,
    folded: Texts,
}

/// Rules by keyword.
#[derive(Debug, Default)]
struct Texts {
    whole: BTreeMap<String, Vec<usize>>,
    /// Finds all patterns in one pass over the text.
    automaton: Option<NFA>,
    /// The rules of each pattern, and where it has to be.
    patterns: Vec<Vec<(usize, Place)>>,
    expressions: Vec<(Regex, usize)>,
}

/// The keywords exceed what the automaton can hold.
pub(super) struct TooManyKeywords;

impl Index {
    pub(super) fn of<'r>(conditions: impl Iterator<Item = &'r Condition>) -> Result<Self, TooManyKeywords> {
        let mut index = Self::default();
        let mut patterns = [BTreeMap::new(), BTreeMap::new()];
        for (rule, condition) in conditions.enumerate() {
            match condition {
                Condition::Keyword(keyword) => {
                    let [as_sent, folded] = &mut patterns;
                    let (texts, patterns) = if keyword.folds {
                        (&mut index.folded, folded)
                    } else {
                        (&mut index.as_sent, as_sent)
                    };
                    texts.insert(rule, keyword, patterns);
                }
                other => {
                    for key in other.keys() {
                        index.by_key.entry(key).or_default().push(rule);
                    }
                }
            }
        }
        let [as_sent, folded] = patterns;
        index.as_sent.build(as_sent)?;
        index.folded.build(folded)?;
        Ok(index)
    }

    /// The rules whose condition a message fulfils, in their order.
    pub(super) fn matching(&self, message: &Message) -> Vec<usize> {
        let mut found: Vec<usize> = keys_of(message)
            .iter()
            .flatten()
            .filter_map(|key| self.by_key.get(key))
            .flatten()
            .copied()
            .collect();
        if let Body::User(user) = &message.body
            && let Content::Text(text) = &user.content
        {
            self.as_sent.find(&text.content, &mut found);
            if !self.folded.is_empty() {
                self.folded.find(&fold(&text.content), &mut found);
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }
}

impl Texts {
    fn insert<'k>(
        &mut self,
        rule: usize,
        keyword: &'k Keyword,
        patterns: &mut BTreeMap<&'k str, Vec<(usize, Place)>>,
    ) {
        if let Some(expression) = &keyword.expression {
            self.expressions.push((expression.clone(), rule));
        }
        for text in &keyword.texts {
            match keyword.place {
                Place::Whole => self.whole.entry(text.clone()).or_default().push(rule),
                place => patterns.entry(text).or_default().push((rule, place)),
            }
        }
    }

    fn build(&mut self, patterns: BTreeMap<&str, Vec<(usize, Place)>>) -> Result<(), TooManyKeywords> {
        if !patterns.is_empty() {
            self.automaton = Some(NFA::new(patterns.keys()).map_err(|_| TooManyKeywords)?);
            self.patterns = patterns.into_values().collect();
        }
        Ok(())
    }

    fn is_empty(&self) -> bool {
        self.whole.is_empty() && self.automaton.is_none() && self.expressions.is_empty()
    }

    fn find(&self, text: &str, found: &mut Vec<usize>) {
        found.extend(self.whole.get(text).into_iter().flatten());
        let matching = self.expressions.iter().filter(|(expression, _)| expression.is_match(text));
        found.extend(matching.map(|(_, rule)| *rule));
        if let Some(automaton) = &self.automaton {
            self.search(automaton, text, found);
        }
    }

    fn search(&self, automaton: &NFA, text: &str, found: &mut Vec<usize>) {
        let (input, mut state) = (Input::new(text), OverlappingState::start());
        // An overlapping, unanchored search of this automaton does not fail.
        while automaton.try_find_overlapping(&input, &mut state).is_ok() {
            let Some(hit) = state.get_match() else { break };
            let rules = self.patterns.get(hit.pattern().as_usize()).into_iter().flatten();
            let is_here = |place: Place| place == Place::Anywhere || hit.start() == 0;
            found.extend(rules.filter(|(_, place)| is_here(*place)).map(|(rule, _)| *rule));
        }
    }
}

/// The keys of a message: a condition with any of them applies to it.
fn keys_of(message: &Message) -> [Option<Key<'_>>; 3] {
    match &message.body {
        Body::User(user) => {
            let msg_type = Key::Message(user.content.msg_type().into());
            [Some(msg_type), message.trigger().map(|_| Key::Default), None]
        }
        Body::Event(event) => {
            let (any, scene) = match event {
                Event::Subscribe(subscribe) => {
                    let scene = match &subscribe.source {
                        Some(FollowSource::QrCode(scene)) => Some(Key::FollowBy(scene.into())),
                        _ => None,
                    };
                    (Some(Key::Follow), scene)
                }
                Event::Scan(scan) => (Some(Key::Scan), Some(Key::ScanOf((&scan.scene).into()))),
                Event::Click(click) => (Some(Key::Click((&click.key).into())), None),
                _ => (None, None),
            };
            [Some(Key::Event(event.name().into())), any, scene]
        }
    }
}
