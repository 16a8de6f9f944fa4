### Watcha : ce qu’il ajoute à Matrix.

watcha-action-documents = Documents
watcha-action-agenda = Agenda
watcha-action-tasks = Tâches
