# Reads "stop PID" and "forget PID" lines; at the end of the input, stops the process groups that are left and
# deletes the folder given as first argument.
groups=""
while read -r action pid; do
  case "$action" in
    stop) groups="$groups $pid" ;;
    forget) groups=$(printf '%s\n' $groups | grep -vx "$pid" | tr '\n' ' ') ;;
  esac
done

alive() {
  for pid in $groups; do kill -0 -- "-$pid" 2>/dev/null && return 0; done
  return 1
}
signal() {
  for pid in $groups; do kill -s "$1" -- "-$pid" 2>/dev/null; done
}
# PostgreSQL waits for its clients after TERM and drops them after INT.
for step in TERM INT KILL; do
  signal "$step"
  tries=0
  while alive && [ "$tries" -lt 40 ]; do
    sleep 0.05
    tries=$((tries + 1))
  done
  alive || break
done
rm -rf "$1"
