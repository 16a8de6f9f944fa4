//! What a connector makes of text and bytes chosen to harm.

use super::{
    Subject, Verdict, content, ensure,
    rig::{Rig, described, name},
};
use crate::{
    Fault,
    simulator::{HOSTILE_TEXTS, very_long_text},
};
use pleiade_core::{Clock as _, ErrorKind};

pub(super) async fn hostile_text(subject: &Subject) -> Verdict {
    let rig = Rig::new(subject)?;
    rig.simulator.seed_hostile_text(&rig.busy);
    let mut seen = String::new();
    for widget in rig.widgets() {
        let content = rig.load(widget, &rig.busy).await?;
        seen.push_str(&serde_json::to_string(&content).unwrap_or_default());
    }
    ensure!(
        subject.lines_of_settings || seen.contains("alert(") || seen.contains("DROP TABLE"),
        "no hostile text of the simulator was read"
    );
    Ok(())
}

pub(super) async fn hostile_answers(subject: &Subject) -> Verdict {
    let texts = HOSTILE_TEXTS.iter().map(|text| (*text).to_owned());
    let odd = ["0", "-1", "1e999", "18446744073709551616", "null", "\0", "%00", "%"].map(str::to_owned);
    for text in texts.chain([very_long_text(100_000)]).chain(odd) {
        survives(subject, &Fault::TextsReplaced(text)).await?;
    }
    Ok(())
}

pub(super) async fn corrupted_answers(subject: &Subject) -> Verdict {
    for seed in 0..64 {
        survives(subject, &Fault::Corrupted { seed }).await?;
    }
    Ok(())
}

/// Each widget fails with an error of the application's, or shows what the rules of contents allow.
async fn survives(subject: &Subject, fault: &Fault) -> Verdict {
    let rig = Rig::new(subject)?;
    rig.switch.set(fault.clone());
    let before = rig.clock.now();
    for widget in rig.widgets() {
        match widget.load(&rig.context(&rig.busy)).await {
            Ok(found) => content::check(&rig, widget.descriptor(), &found, before)
                .map_err(|problem| format!("{} after {fault:?}: {problem}", name(widget)))?,
            Err(error) => ensure!(
                error.kind() != ErrorKind::Internal,
                "{}: {fault:?} gave {}",
                name(widget),
                described(&error)
            ),
        }
    }
    Ok(())
}
