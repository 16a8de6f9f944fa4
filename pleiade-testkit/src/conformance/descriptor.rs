//! What a connector says of itself without calling anybody, and whether the application is there.

use super::{Subject, Verdict, ensure, messages, rig::Rig};
use http::header;
use pleiade_core::{CredentialKind, Locale, TaskKind};
use std::{collections::BTreeSet, time::Duration};

pub(super) async fn descriptor_is_coherent(subject: &Subject) -> Verdict {
    let rig = Rig::new(subject)?;
    let descriptor = rig.connector.descriptor();
    ensure!(!descriptor.credentials.is_empty(), "no authentication method is declared");
    ensure!(!descriptor.name.trim().is_empty(), "the application has no name");
    ensure!(matches!(descriptor.home.scheme(), "http" | "https"), "the home page is neither http nor https");
    ensure!(!rig.widgets().is_empty(), "there is no widget");
    let mut ids = BTreeSet::new();
    for widget in rig.widgets() {
        let widget = widget.descriptor();
        ensure!(ids.insert(&widget.id), "two widgets are named {}", widget.id);
        let keys: BTreeSet<_> = widget.indicators.iter().collect();
        ensure!(keys.len() == widget.indicators.len(), "widget {} declares an indicator twice", widget.id);
        let tasks: BTreeSet<_> = widget.tasks.iter().collect();
        ensure!(tasks.len() == widget.tasks.len(), "widget {} declares a kind of tasks twice", widget.id);
        ensure!(
            widget.delegable.iter().all(|kind| *kind != TaskKind::Sign && tasks.contains(kind)),
            "widget {} lets others see tasks that it does not give, or signatures",
            widget.id
        );
        let actions: BTreeSet<_> = widget.actions.iter().map(|action| (&action.id, action.is_link)).collect();
        ensure!(actions.len() == widget.actions.len(), "widget {} declares an action twice", widget.id);
        ensure!(
            widget.time_to_live >= Duration::from_secs(60),
            "widget {} would be read more than once a minute",
            widget.id
        );
        ensure!(widget.keep_stale >= widget.time_to_live, "widget {} is dropped before it is old", widget.id);
        ensure!(
            (Duration::from_secs(1)..=Duration::from_secs(60)).contains(&widget.deadline),
            "the deadline of widget {} is not between a second and a minute",
            widget.id
        );
    }
    if *descriptor.credentials == [CredentialKind::LinkedAccount] {
        let offers = rig.connector.linking().is_some_and(|linking| !linking.methods().is_empty());
        ensure!(offers, "people are to connect accounts, and `Connector::linking` offers no way to");
    }
    ensure!(rig.transport.requests().is_empty(), "describing itself called the application");
    Ok(())
}

pub(super) async fn messages_in_both_languages(subject: &Subject) -> Verdict {
    let rig = Rig::new(subject)?;
    let descriptor = rig.connector.descriptor();
    let words = messages::Messages::collect(descriptor)?;
    words.are_the_same(descriptor)?;
    for widget in rig.widgets() {
        words.check(&widget.descriptor().title)?;
        words.check(&widget.descriptor().empty)?;
    }
    let line = messages::badly_spaced(descriptor.messages.get(Locale::Fr));
    ensure!(line.is_none(), "French wants a no-break space here: {}", line.unwrap_or_default());
    Ok(())
}

pub(super) async fn probe(subject: &Subject) -> Verdict {
    let rig = Rig::new(subject)?;
    rig.connector.probe().await.map_err(|error| format!("the probe fails: {error}"))?;
    let requests = rig.transport.requests();
    ensure!(!requests.is_empty(), "the probe asked nobody");
    let signed = requests.iter().any(|request| request.headers.contains_key(header::AUTHORIZATION));
    ensure!(!signed || subject.has_own_secret(), "the probe used somebody's credential");
    ensure!(rig.credentials.asked() == 0, "the probe asked for somebody's credential");
    Ok(())
}
