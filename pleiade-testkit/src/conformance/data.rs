//! What a connector makes of an application that works.

use super::{
    Subject, Verdict, ensure,
    rig::{Rig, described, name, timeless},
};
use crate::Fault;
use pleiade_core::{Amount, WidgetContent};

pub(super) async fn busy_account(subject: &Subject) -> Verdict {
    let rig = Rig::new(subject)?;
    for widget in rig.widgets() {
        let content = rig.load(widget, &rig.busy).await?;
        ensure!(!content.is_empty(), "{}: nothing to show for somebody who has data", name(widget));
    }
    Ok(())
}

pub(super) async fn empty_account(subject: &Subject) -> Verdict {
    let rig = Rig::new(subject)?;
    let login = rig.new_login();
    rig.simulator.empty_account(&login);
    for widget in rig.widgets() {
        let content = rig.load(widget, &login).await?;
        ensure!(
            content.items.is_empty() || subject.lines_of_settings,
            "{}: {} lines on an empty account",
            name(widget),
            content.items.len()
        );
        ensure!(content.events.is_empty(), "{}: events on an empty account", name(widget));
        ensure!(!content.more, "{}: more lines are promised on an empty account", name(widget));
        for indicator in &content.indicators {
            if let Amount::Count { value, at_least } = indicator.amount {
                ensure!(value == 0 && !at_least, "{}: {} is not 0", name(widget), indicator.key);
            }
        }
    }
    Ok(())
}

pub(super) async fn many_pages(subject: &Subject) -> Verdict {
    const MANY: usize = 250;
    const MAX_REQUESTS: usize = 60;
    let rig = Rig::new(subject)?;
    rig.simulator.seed_many(&rig.busy, MANY);
    let (mut counted, mut lists, mut more) = (false, false, false);
    for widget in rig.widgets() {
        rig.transport.take();
        let content = rig.load(widget, &rig.busy).await?;
        let asked = rig.transport.take().len();
        ensure!(asked <= MAX_REQUESTS, "{}: {asked} requests for one reading", name(widget));
        counted |= content.indicators.iter().any(|indicator| {
            matches!(indicator.amount, Amount::Count { value, at_least } if value >= MANY as u64 || at_least)
        });
        lists |= !content.items.is_empty() && !subject.lines_of_settings;
        more |= content.more;
    }
    ensure!(counted, "no indicator counts {MANY} things or says that there are at least so many");
    ensure!(more || !lists, "no list says that there is more than it shows");
    Ok(())
}

pub(super) async fn reading_changes_nothing(subject: &Subject) -> Verdict {
    let rig = Rig::new(subject)?;
    let first = rig.snapshot(&rig.busy).await?;
    ensure!(rig.snapshot(&rig.busy).await? == first, "a second reading differs from the first");
    let login = rig.new_login();
    rig.simulator.empty_account(&login);
    for login in [&rig.busy, &rig.other, &login] {
        for widget in rig.widgets() {
            let before = rig.simulator.state();
            rig.load(widget, login).await?;
            ensure!(rig.simulator.state() == before, "{}: reading changed the application", name(widget));
        }
    }
    Ok(())
}

/// One odd item of a list never hides the others, and is told.
pub(super) async fn odd_items_hide_nothing(subject: &Subject) -> Verdict {
    for (index, right) in all(subject).await?.into_iter().enumerate() {
        let rig = Rig::new(subject)?;
        let Some(widget) = rig.widgets().get(index) else { continue };
        rig.switch.set(Fault::OddItems);
        let odd = rig.load(widget, &rig.busy).await?;
        ensure!(odd.items == right.items, "{}: odd items in its lists change its lines", name(widget));
        let told = odd.notices.len() > right.notices.len();
        ensure!(
            told || right.items.is_empty() || subject.lines_of_settings,
            "{}: items that cannot be read are left out, and nothing says so",
            name(widget)
        );
        let mut counts = false;
        let mut minimum = false;
        for (before, after) in right.indicators.iter().zip(&odd.indicators) {
            if let (Amount::Count { value, .. }, Amount::Count { value: now, at_least }) =
                (before.amount, after.amount)
            {
                ensure!(value == now, "{}: odd items change the count {}", name(widget), before.key);
                ensure!(
                    !at_least || told,
                    "{}: {} is a minimum and nothing says why",
                    name(widget),
                    before.key
                );
                (counts, minimum) = (true, minimum || at_least);
            }
        }
        ensure!(
            !told || !counts || minimum,
            "{}: items were left out, and every count claims to be exact",
            name(widget)
        );
    }
    Ok(())
}

/// Lists as objects with numbers for keys, nothing in its three spellings, a byte order mark: all of it says the same.
pub(super) async fn other_spellings(subject: &Subject) -> Verdict {
    for fault in [Fault::ListsAsObjects, Fault::OtherNothing, Fault::ByteOrderMark] {
        for (index, right) in all(subject).await?.into_iter().enumerate() {
            let rig = Rig::new(subject)?;
            let Some(widget) = rig.widgets().get(index) else { continue };
            rig.switch.set(fault.clone());
            let read =
                rig.load(widget, &rig.busy).await.map_err(|problem| format!("{fault:?}: {problem}"))?;
            let same = timeless(&read) == timeless(&right);
            ensure!(same, "{}: {fault:?} makes it show something else", name(widget));
        }
    }
    Ok(())
}

/// The content of each widget for the busy person.
async fn all(subject: &Subject) -> Result<Vec<WidgetContent>, String> {
    let rig = Rig::new(subject)?;
    let mut all = Vec::new();
    for widget in rig.widgets() {
        all.push(rig.load(widget, &rig.busy).await?);
    }
    Ok(all)
}

/// A count that does not parse is an error, never 0 and never less.
pub(super) async fn words_for_numbers(subject: &Subject) -> Verdict {
    let count = Rig::new(subject)?.widgets().len();
    for index in 0..count {
        let rig = Rig::new(subject)?;
        let Some(widget) = rig.widgets().get(index) else { continue };
        let right = rig.load(widget, &rig.busy).await?;
        rig.switch.set(Fault::WordsForNumbers);
        if let Ok(content) = widget.load(&rig.context(&rig.busy)).await {
            let differs = content.notices.is_empty() && amounts(&content) != amounts(&right);
            ensure!(!differs, "{}: words in place of numbers changed what it counts", name(widget));
            no_false_count(&content, &right).map_err(|problem| format!("{}: {problem}", name(widget)))?;
        }
    }
    Ok(())
}

/// A count that is shown is the right one, or a minimum that is not above it.
fn no_false_count(content: &WidgetContent, right: &WidgetContent) -> Verdict {
    for indicator in &content.indicators {
        let known = right.indicators.iter().find(|known| known.key == indicator.key);
        if let (Some(Amount::Count { value: right, .. }), Amount::Count { value, at_least }) =
            (known.map(|known| known.amount), indicator.amount)
        {
            let is_true = value == right || (at_least && value < right);
            ensure!(is_true, "{} says {value} where it is {right}", indicator.key);
        }
    }
    Ok(())
}

fn amounts(content: &WidgetContent) -> Vec<Amount> {
    content.indicators.iter().map(|indicator| indicator.amount).collect()
}

/// When one of several calls fails, what is shown is an error, the whole, or says that it is not the whole.
pub(super) async fn one_failed_call_is_not_hidden(subject: &Subject) -> Verdict {
    let count = Rig::new(subject)?.widgets().len();
    for index in 0..count {
        let rig = Rig::new(subject)?;
        let Some(widget) = rig.widgets().get(index) else { continue };
        rig.switch.clear();
        let right_content = rig.load(widget, &rig.busy).await?;
        let right = timeless(&right_content);
        for failing in 0..rig.switch.seen() {
            let rig = Rig::new(subject)?;
            let Some(widget) = rig.widgets().get(index) else { continue };
            rig.switch.set_for(Fault::ServerError, failing..failing + 1);
            match widget.load(&rig.context(&rig.busy)).await {
                Ok(content) if content.notices.is_empty() && timeless(&content) != right => {
                    return Err(format!(
                        "{}: call number {failing} failed and nothing says so",
                        name(widget)
                    ));
                }
                Ok(content) => no_false_count(&content, &right_content).map_err(|problem| {
                    format!("{}: call number {failing} failed: {problem}", name(widget))
                })?,
                Err(error) => {
                    ensure!(error.kind().is_outage(), "{}: a 500 gave {}", name(widget), described(&error));
                }
            }
        }
    }
    Ok(())
}
