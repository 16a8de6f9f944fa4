//! A connector's words, read from its Fluent sources.

use super::{content::argument_is_plain, ensure};
use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};
use pleiade_core::{ConnectorDescriptor, Locale, Message, MessageArg};
use std::collections::{BTreeMap, BTreeSet};

type Variables = BTreeSet<String>;

/// Keys with the variables that their messages use.
#[derive(Debug)]
pub(super) struct Messages {
    by_locale: Vec<(Locale, BTreeMap<String, Variables>)>,
}

/// The messages of the kit of `pleiade-connectors`, common to all connectors. They stand in that crate's own files.
const KIT: [&str; 18] = [
    "kit-missing",
    "kit-unreadable",
    "kit-exchange-approved",
    "kit-exchange-cancelled",
    "kit-exchange-declined",
    "kit-exchange-detail",
    "kit-exchange-figure",
    "kit-exchange-half-written",
    "kit-exchange-in-progress",
    "kit-exchange-label",
    "kit-exchange-late",
    "kit-exchange-late-row",
    "kit-exchange-not-there",
    "kit-exchange-refused",
    "kit-exchange-short",
    "kit-exchange-unreadable",
    "kit-exchange-untitled",
    "kit-exchange-waiting",
];

impl Messages {
    pub(super) fn collect(descriptor: &ConnectorDescriptor) -> Result<Self, String> {
        let base = descriptor.base.as_ref().map(|base| &base.messages);
        let read = |locale| {
            let mut messages = read_locale(locale, descriptor.messages.get(locale))?;
            if let Some(base) = base {
                messages.extend(read_locale(locale, base.get(locale))?);
            }
            Ok::<_, String>((locale, messages))
        };
        let by_locale = Locale::ALL.into_iter().map(read).collect::<Result<_, _>>()?;
        Ok(Self { by_locale })
    }

    /// A message that can be read in every language.
    pub(super) fn check(&self, message: &Message) -> Result<(), String> {
        let given: BTreeSet<&str> = message.args().map(|(name, _)| name).collect();
        let key = message.key();
        let own = self.by_locale.iter().filter(|_| !KIT.contains(&key));
        for (locale, messages) in own {
            let used = messages.get(key).ok_or(format!("message {key} is missing in {}", locale.tag()))?;
            let missing = used.iter().find(|name| !given.contains(name.as_str()));
            ensure!(
                missing.is_none(),
                "message {key} needs {missing:?} in {}, which is not given",
                locale.tag()
            );
        }
        for (name, value) in message.args() {
            if let MessageArg::Text(text) = value {
                ensure!(
                    argument_is_plain(text),
                    "argument {name} of {} did not pass Text::plain",
                    message.key()
                );
            }
        }
        Ok(())
    }

    /// Checks that every language has the same keys with the same variables, each with the connector's prefix.
    pub(super) fn are_the_same(&self, descriptor: &ConnectorDescriptor) -> Result<(), String> {
        let prefixes = [Some(&descriptor.kind), descriptor.base.as_ref().map(|base| &base.kind)];
        let is_own = |key: &str| {
            let rests = prefixes.iter().flatten().filter_map(|prefix| key.strip_prefix(prefix.as_ref()));
            rests.into_iter().any(|rest| rest.starts_with('-'))
        };
        for (locale, messages) in &self.by_locale {
            for (key, variables) in messages {
                ensure!(is_own(key), "message {key} does not start with {}-", descriptor.kind);
                for (other, theirs) in &self.by_locale {
                    let same = theirs.get(key).is_some_and(|theirs| theirs == variables);
                    ensure!(
                        same,
                        "message {key} of {} is missing or has other variables in {}",
                        locale.tag(),
                        other.tag()
                    );
                }
            }
        }
        Ok(())
    }
}

/// The messages of one source with the variables that they use.
fn read_locale(locale: Locale, source: &str) -> Result<BTreeMap<String, Variables>, String> {
    let resource = fluent_syntax::parser::parse(source)
        .map_err(|(_, errors)| format!("the messages in {} do not parse: {errors:?}", locale.tag()))?;
    let mut messages = BTreeMap::new();
    for entry in &resource.body {
        if let Entry::Message(message) = entry {
            let mut variables = Variables::new();
            message.value.iter().for_each(|value| pattern(value, &mut variables));
            let known = messages.insert(message.id.name.to_owned(), variables);
            ensure!(known.is_none(), "message {} stands twice in {}", message.id.name, locale.tag());
        }
    }
    Ok(messages)
}

/// A line in which a plain space stands where French wants a no-break one, so that a mark could begin a line.
pub(super) fn badly_spaced(source: &str) -> Option<&str> {
    source.lines().filter(|line| !line.trim_start().starts_with('#')).find(|line| {
        let text = line.split_once('=').map_or(*line, |(_, text)| text);
        [" :", " ;", " !", " ?", " »", "« "].iter().any(|wrong| text.contains(wrong))
    })
}

fn pattern(pattern: &Pattern<&str>, variables: &mut Variables) {
    for element in &pattern.elements {
        if let PatternElement::Placeable { expression: found } = element {
            expression(found, variables);
        }
    }
}

fn expression(found: &Expression<&str>, variables: &mut Variables) {
    match found {
        Expression::Inline(found) => inline(found, variables),
        Expression::Select { selector, variants } => {
            inline(selector, variables);
            variants.iter().for_each(|variant| pattern(&variant.value, variables));
        }
    }
}

fn inline(found: &InlineExpression<&str>, variables: &mut Variables) {
    match found {
        InlineExpression::VariableReference { id } => {
            variables.insert(id.name.to_owned());
        }
        InlineExpression::FunctionReference { arguments, .. } => {
            arguments.positional.iter().for_each(|argument| inline(argument, variables));
            arguments.named.iter().for_each(|argument| inline(&argument.value, variables));
        }
        InlineExpression::Placeable { expression: found } => expression(found, variables),
        _ => {}
    }
}
