//! The card, on the simulator.

use crate::support::{Rig, config, counts, described, lines, notices};
use pleiade_connectors::iparapheur::IparapheurVersion::{V4, V5_0, V5_1, V5_2};
use pleiade_core::{Amount, Connector as _, Deadline, Locale, MessageArg, Severity, TaskKind, Text};
use pleiade_testkit::{
    Simulator as _,
    people::{ADMINISTRATOR, BERNARD, CAMILLE, HELENE, SINEAD},
};

#[tokio::test(start_paused = true)]
async fn every_version_shows_the_same_folders() {
    for version in [V4, V5_0, V5_1, V5_2] {
        let rig = Rig::new(version, BERNARD);
        // Only version 4 counts a late one on which the person cannot act.
        rig.simulator.count_others_late();
        let late = if version == V4 { 3 } else { 2 };
        let content = rig.load().await.unwrap();
        assert_eq!(
            counts(&content)[..4],
            [
                ("to_process", 6, false),
                ("late", late, false),
                ("delegated", 1, false),
                ("rejected", 1, false)
            ],
            "{version:?}"
        );
        assert_eq!(content.indicators[1].severity, Severity::Alert);
        let folders: Vec<_> = lines(&content).into_iter().take(6).collect();
        let posts = match version {
            V5_0 => "reject open",
            V5_2 => "visa open",
            _ => "visa reject open",
        };
        let visa = |title: &str| format!("{title} | asks-visa | {posts}");
        assert_eq!(
            folders,
            [
                "Délibération 2026-12, budget primitif | asks-signature | open".to_owned(),
                visa("Marché de restauration scolaire, avenant n° 2"),
                "Bordereau de mandats n° 118 | asks-signature | open".to_owned(),
                visa("Convention de mise à disposition du gymnase"),
                visa("Statuts du syndicat des eaux"),
                "Arrêté portant délégation de signature | asks-seal | open".to_owned(),
            ],
            "{version:?}"
        );
        let [signed, visa, ..] = &content.items[..] else { panic!("lines") };
        assert_eq!(signed.task.as_ref().unwrap().kind, TaskKind::Sign);
        assert_eq!(signed.deadline, Some(Deadline::Day("2026-03-10".parse().unwrap())));
        let late = signed.status.as_ref().unwrap().args().next().unwrap().1.clone();
        assert_eq!(late, MessageArg::Number(1.0));
        let task = visa.task.as_ref().unwrap();
        assert!(task.kind == TaskKind::Approve && task.may_be_delegated() && task.since.is_some());
        let main = &visa.actions[0];
        assert!(main.engages && (version == V5_0 || main.batch), "the main action engages");
        assert!(content.account.is_some() && !content.more && content.notices.is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn each_desk_has_its_line_when_there_are_several() {
    let content = Rig::new(V5_1, BERNARD).load().await.unwrap();
    let desks: Vec<_> = content.items.iter().filter(|item| item.task.is_none()).collect();
    assert_eq!(
        desks.iter().map(|desk| described(desk)).collect::<Vec<_>>(),
        [
            "Adjoint aux finances (Ville de La Roche-aux-Fées) |  | ",
            "Commission culture (Ville de La Roche-aux-Fées) |  | ",
            "Vice-présidence (Pays des Trois Rivières) |  | "
        ],
        "the entity tells desks of one name apart"
    );
    let Some(Text::Message(words)) = &desks[0].detail else { panic!("counts") };
    let numbers: Vec<_> = words.args().map(|(name, value)| (name, value.clone())).collect();
    let number = |n| MessageArg::Number(n);
    assert_eq!(
        numbers,
        [
            ("delegated", number(0.0)),
            ("late", number(2.0)),
            ("pending", number(5.0)),
            ("rejected", number(1.0))
        ]
    );
    let alone = Rig::new(V5_1, CAMILLE).load().await.unwrap();
    assert!(alone.items.iter().all(|item| item.task.is_some()), "one desk needs no line of its own");
}

#[tokio::test(start_paused = true)]
async fn what_is_delegated_is_summed_only_when_the_operator_says_so() {
    for version in [V4, V5_1] {
        let mut with = config(version);
        with.sum_delegated = true;
        let content = Rig::with(with, BERNARD).load().await.unwrap();
        assert_eq!(counts(&content)[0], ("to_process", 7, false));
        assert_eq!(counts(&content)[2], ("delegated", 1, false));
    }
}

#[tokio::test(start_paused = true)]
async fn a_secretary_sees_the_desk_of_the_person_they_assist_and_cannot_act_there() {
    let rig = Rig::new(V4, HELENE);
    let line = rig.line("Convention de mise à disposition du gymnase").await;
    assert_eq!(described(&line), "Convention de mise à disposition du gymnase | asks-visa | open");
    let Some(Text::Message(words)) = &line.detail else { panic!("on behalf") };
    assert_eq!(words.key(), "iparapheur-on-behalf");
    let own = rig.line("Délibération : tarifs de la déchèterie").await;
    assert!(matches!(own.detail, Some(Text::Plain(_))) && own.actions.len() == 3);
}

#[tokio::test(start_paused = true)]
async fn an_opinion_is_approved_in_the_application() {
    for version in [V4, V5_1] {
        let line = Rig::new(version, CAMILLE).line("Déclaration préalable n° 26 D 0311").await;
        assert_eq!(described(&line), "Déclaration préalable n° 26 D 0311 | asks-opinion | open");
        assert_eq!(line.task.unwrap().kind, TaskKind::Approve);
    }
}

#[tokio::test(start_paused = true)]
async fn every_kind_of_signature_stays_in_the_application() {
    for action in ["SIGNATURE", "PAPER_SIGNATURE", "SEAL", "EXTERNAL_SIGNATURE"] {
        let rig = Rig::new(V5_1, CAMILLE);
        let title = "Permis de construire n° 26 P 0042";
        rig.simulator.set_action(&rig.simulator.folder_titled(title).unwrap(), action);
        let line = rig.line(title).await;
        assert_eq!(line.task.as_ref().unwrap().kind, TaskKind::Sign, "{action}");
        assert!(line.actions.len() == 1 && line.actions[0].link.is_some(), "{action} is never posted");
    }
    let rig = Rig::new(V5_1, CAMILLE);
    let title = "Permis de construire n° 26 P 0042";
    rig.simulator.set_action(&rig.simulator.folder_titled(title).unwrap(), "IPNG");
    let line = rig.line(title).await;
    assert_eq!(line.task.as_ref().unwrap().kind, TaskKind::Approve);
    assert!(!line.task.unwrap().may_be_delegated() && line.actions.len() == 1);
}

#[tokio::test(start_paused = true)]
async fn what_must_be_read_first_is_not_offered_and_reading_the_card_reads_no_folder() {
    let rig = Rig::new(V4, CAMILLE);
    let id = rig.simulator.add_unread("cdurand", "Règlement intérieur");
    let line = rig.line("Règlement intérieur").await;
    assert_eq!(described(&line), "Règlement intérieur | must-be-read | open");
    assert!(!rig.simulator.is_read(&id));
    let details = |path: &String| path.contains("/dossiers/");
    assert!(!rig.asked().iter().any(details), "the detail marks a folder as read");
}

#[tokio::test(start_paused = true)]
async fn delegations_are_read_only_where_the_internal_interface_may_be() {
    let rig = Rig::new(V5_1, BERNARD);
    rig.load().await.unwrap();
    assert!(!rig.asked().iter().any(|path| path.contains("/internal/")));
    let mut with = config(V5_1);
    with.internal_api = true;
    let content = Rig::with(with, BERNARD).load().await.unwrap();
    let delegation = content.items.iter().find(|item| item.id.starts_with("delegation-")).unwrap();
    let Text::Message(words) = &delegation.title else { panic!("a message") };
    let names: Vec<_> = words.args().map(|(_, value)| value.clone()).collect();
    assert_eq!(
        names,
        [MessageArg::Text("Commission culture".into()), MessageArg::Text("Adjoint aux finances".into())]
    );
    assert!(delegation.task.is_none());
    assert_eq!(content.items.iter().filter(|item| item.id.starts_with("delegation-")).count(), 1, "once");
}

#[tokio::test(start_paused = true)]
async fn a_folder_that_has_moved_on_is_dropped_and_a_desk_that_was_lost_is_hidden() {
    for version in [V4, V5_1] {
        let rig = Rig::new(version, BERNARD);
        rig.simulator.forbid_desk("Adjoint aux finances");
        let content = rig.load().await.unwrap();
        assert_eq!(counts(&content)[0], ("to_process", 1, false), "{version:?}");
        assert_eq!(notices(&content), [""; 0], "it is not the person's, and nothing is missing");
    }
}

#[tokio::test(start_paused = true)]
async fn a_desk_without_anything_shows_zeros() {
    for version in [V4, V5_1] {
        let rig = Rig::new(version, ADMINISTRATOR);
        rig.simulator.empty_account("administrateur");
        let content = rig.load().await.unwrap();
        assert!(content.is_empty() && counts(&content).len() >= 4, "{version:?}");
        assert!(content.indicators.iter().all(|one| one.amount == Amount::count(0)));
    }
}

#[tokio::test(start_paused = true)]
async fn words_are_right_in_both_languages() {
    let rig = Rig::new(V5_1, BERNARD);
    let words =
        pleiade_connectors::text::Catalogue::builder().connector(rig.connector.descriptor()).unwrap().build();
    let content = rig.load().await.unwrap();
    let said = |locale, message| words.message(locale, rig.cx.tenant.time_zone, message).to_string();
    let status = content.items[0].status.as_ref().unwrap();
    assert_eq!(said(Locale::Fr, status), "À signer, en retard");
    assert_eq!(said(Locale::En, content.items[2].status.as_ref().unwrap()), "To sign");
    let desk = content.items.iter().find(|item| item.task.is_none()).unwrap();
    let Some(Text::Message(detail)) = &desk.detail else { panic!("counts") };
    let bare = |text: String| text.replace(['\u{2068}', '\u{2069}'], "");
    assert_eq!(
        bare(said(Locale::Fr, detail)),
        "5 à traiter, dont 2 en retard\u{202f}; 0 en délégation\u{202f}; 1 rejeté"
    );
}

#[tokio::test(start_paused = true)]
async fn lines_of_several_communes_say_whose_they_are() {
    for version in [V4, V5_1] {
        let rig = Rig::new(version, SINEAD);
        for (title, commune) in [
            ("Courrier au préfet", "Saint-Aubin-des-Bois"),
            ("Devis de réfection du chemin des Aulnes", "Val-d’Ombre"),
            ("Délibération : vente de bois", "Mesnil-sur-Aure"),
        ] {
            let line = rig.line(title).await;
            let Some(Text::Plain(detail)) = &line.detail else { panic!("{title}") };
            assert!(detail.contains(commune), "{detail}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn as_many_are_counted_late_as_the_list_shows() {
    for person in [BERNARD, CAMILLE, SINEAD, HELENE] {
        for version in [V4, V5_1] {
            let content = Rig::new(version, person).load().await.unwrap();
            let is_late = |line: &&pleiade_core::Item| {
                let mut said = line.status.iter().flat_map(|status| status.args());
                said.any(|(_, late)| *late == MessageArg::Number(1.0))
            };
            let late = content.items.iter().filter(is_late).count() as u64;
            assert_eq!(counts(&content)[1], ("late", late, false), "{} {version:?}", person.login);
        }
    }
}
