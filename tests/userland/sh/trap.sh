# Traps: at the end of the shell and of subshells, by signals between commands, in wait; what a
# child keeps of them.
trap 'echo usr1 $?' USR1
trap 'echo "it'"'"'s term"' TERM
kill -USR1 $$
echo after usr1
false
kill -USR1 $$
trap '' USR2
kill -USR2 $$
echo ignored
sh -c 'kill -USR2 $$; echo also ignored by children'
sh -c 'kill -TERM $$; echo not here' 2>/dev/null
echo "a child dies of it: $?"
(kill -USR1 $$; echo subshell)
echo back
trap
trap - USR1 USR2
trap TERM
echo none:
trap

trap 'echo in wait' HUP
(sleep 1; kill -HUP $$; sleep 2) &
wait $!
echo "wait says $?"

trap 'count=$((count + 1))' USR1
count=0
for i in 1 2 3; do kill -USR1 $$; done
echo "count $count"
f() { trap 'echo from f' HUP; kill -HUP $$; return 4; }
f
echo "f gave $?"

(trap 'echo subshell ends $?' EXIT; echo body; exit 3)
echo "status $?"
x=$(trap 'echo end of substitution' 0; echo in it)
echo "$x"
sh -c 'trap "echo set -e; exit 9" EXIT; set -e; false; echo not here'
echo "status $?"
sh -c 'trap "echo outer" EXIT; (exit 2); exec true'
sh -c 'trap "echo forgotten" EXIT; trap - EXIT; trap "" EXIT'
sh -c 'trap "trap \"echo second\" EXIT; echo first" EXIT'
trap 'echo nothing' NOSUCH 2>/dev/null || echo "no such signal"
trap 'echo bye $?' EXIT
exit 7
