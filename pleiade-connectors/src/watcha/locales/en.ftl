### Watcha: what it adds to Matrix.

watcha-action-documents = Documents
watcha-action-agenda = Calendar
watcha-action-tasks = Tasks
