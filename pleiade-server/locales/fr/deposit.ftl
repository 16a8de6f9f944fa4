# L’envoi de fichiers à une application, l’un après l’autre. Les espaces devant « : ! ? » sont insécables.

deposit-lead = Au plus { $files } fichiers PDF de { $megabytes } Mo, envoyés l’un après l’autre en votre nom. Rien n’en est conservé ici.
deposit-place = Destination
deposit-choose = Choisissez
deposit-more-places = Seules les premières destinations sont proposées : les autres sont dans { $application }.
deposit-none = { $application } ne vous propose aucune destination.
deposit-file = Fichier { $number }
deposit-file-title = Titre (à défaut, le nom du fichier)
deposit-file-choose = Fichier PDF
deposit-more-files = D’autres fichiers
deposit-send = Envoyer
deposit-retry = Essayer de nouveau
deposit-back = Revenir au bureau
deposit-another = Préparer un autre envoi
deposit-sending = Les fichiers partent l’un après l’autre : gardez cette page ouverte jusqu’au bilan.
deposit-untitled = Sans titre
deposit-state-sent = Envoyé
deposit-state-not-sent = Non envoyé
deposit-state-unknown = Incertain
deposit-too-large = Le fichier est trop grand.
deposit-other-kind = Ce n’est pas un fichier PDF.
deposit-too-many = Il y a plus de fichiers qu’un envoi n’en prend.
deposit-no-place = Aucune destination n’a été choisie.
deposit-gone = L’application ne prend plus de fichiers.
deposit-stopping = Le portail s’arrête : préparez un autre envoi dans quelques minutes.
deposit-session-unread = Le portail n’a pas pu vérifier votre session : préparez un autre envoi dans quelques minutes.
deposit-session-ended = Votre session est terminée.
deposit-not-tried = Non tenté, car le fichier précédent n’est pas parti.
deposit-unknown = { $application } n’a pas répondu à temps : le fichier n’a pas été renvoyé, vérifiez dans l’application s’il est parti.
deposit-broken = Le transfert s’est interrompu : ce qui ne figure pas ci-dessus n’est pas parti.
deposit-nothing = Aucun fichier n’a été choisi.
deposit-summary = { $sent ->
    [0] Aucun fichier envoyé
    [one] { $sent } fichier envoyé
   *[other] { $sent } fichiers envoyés
}{ $not_sent ->
    [0] { "" }
    [one] , { $not_sent } non envoyé
   *[other] , { $not_sent } non envoyés
}{ $unknown ->
    [0] { "" }
    [one] , { $unknown } incertain
   *[other] , { $unknown } incertains
}.
deposit-expired = Ce formulaire n’est plus valable : rien n’a été envoyé. Choisissez de nouveau les fichiers.
deposit-busy = Un autre envoi est en cours : rien n’a été envoyé. Attendez sa fin et choisissez de nouveau les fichiers.
deposit-sent-already = Ce formulaire a déjà été envoyé : rien n’a été envoyé de plus. Vérifiez dans l’application ce qui est parti.
