# Reads lines: "start PID", a process group that has started; "end PID", its first process has ended, so what it left
# behind is stopped. At the end of the input, stops every group and deletes the folder given as first argument.
groups=""
while read -r action pid; do
  case "$action" in
    start) groups="$groups $pid" ;;
    end)
      kill -s TERM -- "-$pid" 2>/dev/null
      groups=$(printf '%s\n' $groups | grep -vx "$pid" | tr '\n' ' ')
      ;;
  esac
done

alive() {
  for pid in $groups; do kill -0 -- "-$pid" 2>/dev/null && return 0; done
  return 1
}
signal() {
  for pid in $groups; do kill -s "$1" -- "-$pid" 2>/dev/null; done
}
# PostgreSQL waits for its clients after TERM and drops them after INT. After KILL a process goes when the machine gets to it.
for step in TERM INT KILL; do
  signal "$step"
  tries=0
  [ "$step" = KILL ] && most=1200 || most=40
  while alive && [ "$tries" -lt "$most" ]; do
    sleep 0.05
    tries=$((tries + 1))
  done
  alive || break
done
rm -rf "$1"
