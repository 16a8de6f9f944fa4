# Reads lines: "start PID", a process group that has started; "end PID", its first process has ended, so what it left
# behind is stopped. At the end of the input, stops every group, waits until they are gone and deletes the folder given
# as first argument.
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

# Whether a process of a group still runs. One that has ended but that nobody has asked about, a zombie, does not: `kill -s 0`
# would count it. The fields after the name, which may hold anything, are state, parent, group.
alive() {
  cat /proc/[0-9]*/stat 2>/dev/null | sed 's/.*) //' |
    awk -v groups="$groups" '
      BEGIN { count = split(groups, list, " "); for (i = 1; i <= count; i++) wanted[list[i]] = 1 }
      ($3 in wanted) && $1 != "Z" && $1 != "X" { found = 1 }
      END { exit !found }'
}
signal() {
  for pid in $groups; do kill -s "$1" -- "-$pid" 2>/dev/null; done
}
# PostgreSQL waits for its clients after TERM and drops them after INT. After KILL a process goes when the machine gets to it.
for step in TERM INT KILL; do
  signal "$step"
  tries=0
  [ "$step" = KILL ] && most=1200 || most=200
  while alive && [ "$tries" -lt "$most" ]; do
    sleep 0.05
    tries=$((tries + 1))
  done
  alive || break
done
# What a server started in a group of its own, as PostgreSQL does, ends by itself once the server has gone, and may write until then.
tries=0
until rm -rf "$1" 2>/dev/null || [ "$tries" -ge 200 ]; do
  sleep 0.05
  tries=$((tries + 1))
done
